// What opens by a click. It comes behind the first page, which does not wait for it.

const PARTS = {
  signIn: './sign-in.js',
  confirm: './dialogs/confirm.js',
  newChat: './dialogs/new-chat.js',
  profile: './dialogs/profile.js',
  details: './panels/details.js',
  search: './panels/search.js',
  emoji: './emoji-picker.js',
};

const held = {};
/** How often a part could not be had. */
const failures = {};

/** A browser may remember that a module failed, but not under another address. */
function address(name) {
  return failures[name] ? `${import.meta.resolve(PARTS[name])}?again=${failures[name]}` : PARTS[name];
}

/** A module of `PARTS`, within the same click once it is there; without the server it fails as a request does. */
async function part(name) {
  try {
    held[name] ??= await import(address(name));
    return held[name];
  } catch (cause) {
    failures[name] = (failures[name] ?? 0) + 1;
    throw Object.assign(new Error('The server cannot be reached', { cause }), { status: 0 });
  }
}

const awaited = new Set();

/** A part that shows a dialog; undefined while it comes already, for whoever clicks twice. */
async function dialogPart(name) {
  if (awaited.has(name)) return undefined;
  awaited.add(name);
  try {
    return await part(name);
  } finally {
    awaited.delete(name);
  }
}

/** Fetches all of them, so that they are there without the network, and when the server has newer ones. */
export function fetchParts() {
  const fetchAll = () => { for (const name of Object.keys(PARTS)) part(name).catch(() => {}); };
  if ('requestIdleCallback' in window) requestIdleCallback(fetchAll, { timeout: 2000 });
  else setTimeout(fetchAll, 500);
}

export const signInPage = async (options, enter) => (await part('signIn')).signInPage(options, enter);
export const confirmDialog = async (question) => (await dialogPart('confirm'))?.confirmDialog(question);
export const newChatDialog = async (app) => (await dialogPart('newChat'))?.newChatDialog(app);
export const profileDialog = async (app) => (await dialogPart('profile'))?.profileDialog(app);
export const detailsPanel = async (app, view) => new (await part('details')).DetailsPanel(app, view);
export const searchPanel = async (app, view) => new (await part('search')).SearchPanel(app, view);
export const showEmojiPicker = async (anchor, choose) => (await part('emoji')).showEmojiPicker(anchor, choose);
