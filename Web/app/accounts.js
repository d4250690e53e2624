// Who is signed in on this device, and as whom this window is.
//
// An account belongs to a window, so that two windows may be two people; the one used last is remembered
// for the next visit.

import { Nodus, memoryTokens, webTokens } from '/client/nodus.js';

const LIST = 'nodus.accounts';
const LAST = 'nodus.last';
const WINDOW = 'nodus.account';

const tokensKey = (id) => `nodus.tokens.${id}`;

/** The people signed in on this device, the one used last first. */
export function accounts() {
  try {
    return JSON.parse(localStorage.getItem(LIST)) ?? [];
  } catch {
    return [];
  }
}

export const isKnown = (id) => accounts().some((account) => account.id === id);

function remember(user) {
  const { id, display_name, tag, avatar_url } = user;
  const others = accounts().filter((account) => account.id !== id);
  localStorage.setItem(LIST, JSON.stringify([{ id, display_name, tag, avatar_url }, ...others]));
  localStorage.setItem(LAST, id);
  sessionStorage.setItem(WINDOW, id);
}

export function forget(id) {
  localStorage.setItem(LIST, JSON.stringify(accounts().filter((account) => account.id !== id)));
  localStorage.removeItem(tokensKey(id));
  if (localStorage.getItem(LAST) === String(id)) localStorage.removeItem(LAST);
  leaveWindow();
}

/** This window is nobody's. */
const leaveWindow = () => sessionStorage.removeItem(WINDOW);

/** Somebody has to say as whom this window goes on; the account stays signed in. */
export function leaveAccount() {
  leaveWindow();
  localStorage.removeItem(LAST);
}

/** Accounts that a window of this browser is open as. */
export async function accountsInUse() {
  const held = (await navigator.locks?.query())?.held ?? [];
  return new Set(held.map((lock) => lock.name.match(/^nodus\.window\.(\d+)$/)?.[1]).filter(Boolean).map(Number));
}

/** As whom this window starts; null where somebody has to say. */
export async function chosenAccount({ isDemo }) {
  const known = new Set(accounts().map((account) => account.id));
  const own = Number(sessionStorage.getItem(WINDOW));
  if (known.has(own)) return own;
  const last = Number(localStorage.getItem(LAST));
  if (!known.has(last)) return null;
  // A second window of a demo is there to be somebody else.
  return isDemo && (await accountsInUse()).has(last) ? null : last;
}

/** The client of an account; other windows of the same account share its tokens. */
export function openAccount(id) {
  const account = accounts().find((each) => each.id === id);
  const nodus = new Nodus({
    storage: webTokens(localStorage, tokensKey(id)),
    lock: (work) => (navigator.locks ? navigator.locks.request(`nodus.refresh.${id}`, work) : work()),
  });
  nodus.store.setMe({ email: null, created_at: null, ...account });
  remember(account);
  holdWindow(id);
  // Once for each change: the account used last is not the one that something happened to last.
  let known = null;
  nodus.store.on('chats', () => {
    const { me } = nodus.store;
    if (!me?.created_at || me === known) return;
    known = me;
    remember(me);
  });
  return nodus;
}

let releaseWindow = () => {};

function holdWindow(id) {
  releaseWindow();
  navigator.locks?.request(`nodus.window.${id}`, { mode: 'shared' }, () => new Promise((resolve) => {
    releaseWindow = resolve;
  }));
}

/** Signs in or up with `work` and keeps the session under the account's id. */
export async function signIn(work) {
  const storage = memoryTokens();
  const user = await work(new Nodus({ storage }));
  webTokens(localStorage, tokensKey(user.id)).save(storage.load());
  remember(user);
  return openAccount(user.id);
}
