// What opens by a click. It comes behind the first page, which does not wait for it.

const PARTS = {
  confirm: () => import('./dialogs/confirm.js'),
  newChat: () => import('./dialogs/new-chat.js'),
  profile: () => import('./dialogs/profile.js'),
  details: () => import('./panels/details.js'),
  search: () => import('./panels/search.js'),
  emoji: () => import('./emoji-picker.js'),
};

const held = {};

/** A module of `PARTS`, within the same click once it is there; without the server it fails as a request does. */
async function part(name) {
  try {
    held[name] ??= await PARTS[name]();
    return held[name];
  } catch (cause) {
    throw Object.assign(new Error('The server cannot be reached', { cause }), { status: 0 });
  }
}

/** Fetches all of them, so that they are there without the network, and when the server has newer ones. */
export function fetchParts() {
  const fetchAll = () => { for (const name of Object.keys(PARTS)) part(name).catch(() => {}); };
  if ('requestIdleCallback' in window) requestIdleCallback(fetchAll, { timeout: 2000 });
  else setTimeout(fetchAll, 500);
}

export const confirmDialog = async (question) => (await part('confirm')).confirmDialog(question);
export const newChatDialog = async (app) => (await part('newChat')).newChatDialog(app);
export const profileDialog = async (app) => (await part('profile')).profileDialog(app);
export const detailsPanel = async (app, view) => new (await part('details')).DetailsPanel(app, view);
export const searchPanel = async (app, view) => new (await part('search')).SearchPanel(app, view);
export const showEmojiPicker = async (anchor, choose) => (await part('emoji')).showEmojiPicker(anchor, choose);
