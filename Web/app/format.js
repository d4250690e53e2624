// Times, names and presence in words.

import { locale, t } from './texts.js';

/** Made when first needed: each takes a browser milliseconds. */
function formatter(options) {
  let format = null;
  return (date) => (format ??= new Intl.DateTimeFormat(locale, options)).format(date);
}

const clock = formatter({ hour: '2-digit', minute: '2-digit' });
const weekday = formatter({ weekday: 'short' });
const dayMonth = formatter({ day: 'numeric', month: 'long' });
const shortDate = formatter({ day: '2-digit', month: '2-digit', year: '2-digit' });
const longDate = formatter({ day: 'numeric', month: 'long', year: 'numeric' });
const full = formatter({ dateStyle: 'long', timeStyle: 'short' });
const DAY_MS = 86_400_000;

const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
const daysAgo = (date, now) => Math.round((midnight(now) - midnight(date)) / DAY_MS);

export const timeText = (ts) => clock(new Date(ts));
export const fullText = (ts) => full(new Date(ts));
export const dateText = (ts) => longDate(new Date(ts));

/** Names the day in the person's own time zone. */
export function dayKey(ts) {
  const date = new Date(ts);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

export function dayText(ts, now = new Date()) {
  const date = new Date(ts);
  const days = daysAgo(date, now);
  if (days === 0) return t('time.today');
  if (days === 1) return t('time.yesterday');
  return (date.getFullYear() === now.getFullYear() ? dayMonth : longDate)(date);
}

/** As short as the list of chats needs it. */
export function listTime(ts, now = new Date()) {
  const date = new Date(ts);
  const days = daysAgo(date, now);
  if (days === 0) return clock(date);
  return days < 7 ? weekday(date) : shortDate(date);
}

export function presenceText(presence, now = new Date()) {
  if (!presence) return '';
  if (presence.status !== 'offline') return t(`presence.${presence.status}`);
  if (!presence.last_seen) return t('presence.offline');
  const date = new Date(presence.last_seen);
  const minutes = Math.floor((now - date) / 60_000);
  if (minutes < 1) return t('presence.now');
  if (minutes < 60) return t('presence.minutes', { count: minutes });
  const days = daysAgo(date, now);
  if (days === 0) return t('presence.today', { time: clock(date) });
  if (days === 1) return t('presence.yesterday', { time: clock(date) });
  return t('presence.date', { date: longDate(date) });
}

export function typingText(names) {
  if (names.length === 0) return '';
  const [a, b] = names;
  if (names.length === 1) return t('typing.one', { a });
  if (names.length === 2) return t('typing.two', { a, b });
  return t('typing.many', { a, count: names.length - 1 });
}

/** The other one of a direct chat. */
export function partnerOf(chat, me) {
  return chat.is_group ? null : chat.participants.find((user) => user && user.id !== me?.id) ?? null;
}

/** A direct chat bears both names; each of the two sees the other's. */
export function chatTitle(chat, me) {
  return partnerOf(chat, me)?.display_name ?? chat.title;
}

export function previewText(message) {
  if (!message) return '';
  if (message.is_deleted) return t('messages.deleted');
  return message.content ?? t('messages.attachment', { type: message.type });
}
