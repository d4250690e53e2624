// One row of the list: a day or the unread line above it, and the message.

import { hueOf, userAvatar } from './avatar.js';
import { h, icon } from './dom.js';
import { dayText, fullText, previewText, timeText } from './format.js';
import { isLargeEmoji, richText } from './rich-text.js';
import { errorText, t } from './texts.js';

const NAMES_MAX = 8;

/** Reactions by emoji, those given first in front. */
export function grouped(message, me) {
  const groups = new Map();
  for (const { emoji, user_id } of message.reactions) {
    if (!groups.has(emoji)) groups.set(emoji, { emoji, users: [], count: 0, isOwn: false });
    const group = groups.get(emoji);
    group.users.push(user_id);
    group.count++;
    group.isOwn ||= user_id === me;
  }
  for (const [emoji, count] of Object.entries(message.reaction_counts ?? {})) {
    const group = groups.get(emoji) ?? { emoji, users: [], isOwn: false };
    groups.set(emoji, { ...group, count });
  }
  return [...groups.values()];
}

function reactionNames(group, app) {
  const names = group.users.slice(0, NAMES_MAX).map((id) => app.name(id)).join(', ');
  const others = group.count - Math.min(group.users.length, NAMES_MAX);
  return others > 0 ? t('messages.andOthers', { names, count: others }) : names;
}

function reactions(message, app) {
  const groups = grouped(message, app.me?.id);
  if (groups.length === 0) return null;
  return h('div.reactions', {}, groups.map((group) => {
    const label = t('messages.reaction', { emoji: group.emoji, count: group.count, names: reactionNames(group, app) });
    const button = h(`button.reaction${group.isOwn ? '.is-own' : ''}`, {
      type: 'button', 'aria-pressed': String(group.isOwn), 'aria-label': label, title: reactionNames(group, app),
    }, h('span.emoji', {}, group.emoji), h('span.count', {}, String(group.count)));
    button.dataset.emoji = group.emoji;
    return button;
  }));
}

function quote(message, quoted, app) {
  if (message.reply_to_id === null) return null;
  const label = t('messages.toReplied');
  if (!quoted) return h('button.quote.is-gone', { type: 'button', disabled: true }, t('messages.replyGone'));
  return h(`button.quote.${hueOf(quoted.author_id)}`, { type: 'button', title: label },
    h('span.quote-author', {}, app.name(quoted.author_id)),
    h('span.quote-text', {}, previewText(quoted)));
}

function statusIcon(message, isOwn) {
  if (!isOwn) return null;
  const [name, label] = message.state === 'sending' ? ['clock', 'messages.sending']
    : message.state === 'failed' ? ['alert', 'messages.failed']
      : message.status === 'read' ? ['read', 'messages.read'] : ['check', 'messages.delivered'];
  return h(`span.mark.${name}`, { title: t(label) }, icon(name), h('span.visually-hidden', {}, t(label)));
}

/** The text, with time and marks at the end of its last line where there is room. */
function body(message, meta) {
  if (message.is_deleted) return h('div.text.is-deleted', {}, icon('trash'), t('messages.deleted'), meta);
  if (message.content === null) return h('div.text.is-media', {}, previewText(message), meta);
  const isLarge = isLargeEmoji(message.content);
  return h(`div.text${isLarge ? '.is-large' : ''}`, { dir: 'auto' }, richText(message.content), meta);
}

function failure(message) {
  if (message.state !== 'failed') return null;
  const { error } = message;
  const why = error.isTemporary ? '' : `: ${errorText(error)}`;
  return h('div.failure', { role: 'alert' }, h('span', {}, t('messages.failed') + why),
    h('button.link.retry', { type: 'button' }, t('action.retry')),
    h('button.link.discard', { type: 'button' }, t('action.discard')));
}

/**
 * The row of `message`. `follows`: the one above is by the same person, of the same minutes; `day` and
 * `isFirstUnread`: what lies between.
 */
export function messageRow({ message, key, follows, day, isFirstUnread, showsPeople, quoted, app }) {
  const isOwn = message.author_id === app.me?.id;
  const name = app.name(message.author_id);
  const classes = [
    isOwn ? 'own' : 'other', follows && 'follows', message.is_deleted && 'deleted', message.state,
    !message.is_deleted && message.content && isLargeEmoji(message.content) && 'large-emoji',
  ].filter(Boolean).map((each) => `.${each}`).join('');
  const author = app.store.user(message.author_id);
  const isEdited = message.updated_at && !message.is_deleted;
  const meta = h('span.meta', {},
    isEdited && h('span.edited', { title: fullText(message.updated_at) }, t('messages.edited')),
    h('time', { dateTime: message.ts, title: fullText(message.ts) }, timeText(message.ts)),
    statusIcon(message, isOwn && !message.is_deleted));
  const row = h(`li.row${classes}`, {},
    day && h('div.day', {}, h('span', {}, dayText(day))),
    isFirstUnread && h('div.unread-line', {}, h('span', {}, t('messages.unread'))),
    h('div.line', {},
      showsPeople && !isOwn && h('span.face', {}, !follows && userAvatar(author ?? { id: message.author_id, display_name: name }, 'small')),
      h('article.message', { tabIndex: -1, 'aria-label': t('messages.by', { name, text: previewText(message), time: fullText(message.ts) }) },
        h('div.bubble', {},
          showsPeople && !isOwn && !follows && h(`div.author.${hueOf(message.author_id)}`, {}, name),
          quote(message, quoted, app),
          body(message, meta)),
        message.reactions && reactions(message, app),
        failure(message))));
  row.dataset.key = key;
  return row;
}
