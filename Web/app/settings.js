// What a person chose on this device.

const THEME = 'nodus.theme';
const NOTIFY = 'nodus.notify';

export const theme = () => localStorage.getItem(THEME) ?? 'auto';

export function chooseTheme(name) {
  if (name === 'auto') localStorage.removeItem(THEME);
  else localStorage.setItem(THEME, name);
  document.documentElement.dataset.theme = name;
}

// Another window's choice; null is the key where everything was cleared.
addEventListener('storage', ({ key }) => {
  if (key === THEME || key === null) document.documentElement.dataset.theme = theme();
});

export const wantsNotifications = () => localStorage.getItem(NOTIFY) === 'yes';
export const setNotifications = (isOn) => localStorage.setItem(NOTIFY, isOn ? 'yes' : 'no');

const draftKey = (me, chat) => `nodus.draft.${me}.${chat}`;

/** What was being written in a chat: `{ text, reply_to_id? }`. */
export function draft(me, chat) {
  try {
    return JSON.parse(localStorage.getItem(draftKey(me, chat)));
  } catch {
    return null;
  }
}

export function saveDraft(me, chat, value) {
  if (value) localStorage.setItem(draftKey(me, chat), JSON.stringify(value));
  else localStorage.removeItem(draftKey(me, chat));
}

/** Nothing that somebody was writing is left for others at this device. */
export function forgetDrafts(me) {
  for (const key of Object.keys(localStorage)) if (key.startsWith(draftKey(me, ''))) localStorage.removeItem(key);
}

const RECENT = 'nodus.emoji';
const RECENT_MAX = 16;

export function recentEmoji() {
  try {
    return JSON.parse(localStorage.getItem(RECENT)) ?? [];
  } catch {
    return [];
  }
}

export function noteEmoji(emoji) {
  const recent = [emoji, ...recentEmoji().filter((each) => each !== emoji)].slice(0, RECENT_MAX);
  localStorage.setItem(RECENT, JSON.stringify(recent));
}
