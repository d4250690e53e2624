// Starts the page: as whom, and with what.

import { chosenAccount, forget, isKnown, leaveAccount, openAccount } from './accounts.js';
import { signInPage } from './later.js';
import { chooseTheme, forgetDrafts, theme } from './settings.js';
import { t } from './texts.js';

// By itself it comes while the server is asked already; joined, it has come with what is imported above.
const appModule = import('./app.js');

/** The chat that the address names. */
const CHAT = /^#\/chat\/(\d+)$/;

const config = JSON.parse(document.getElementById('nodus-config').textContent);
const demo = config.demo ?? [];

async function signIn(notice) {
  try {
    await signInPage({ demo, notice }, enter);
  } catch {
    // The server is away, or has another page by now.
    addEventListener('online', () => location.reload());
    document.body.replaceChildren(document.createTextNode(t('error.offline')));
  }
}

async function enter(nodus) {
  const id = nodus.store.me.id;
  let app = null;
  let isOver = false;
  nodus.on('signed-out', ({ reason }) => {
    isOver = true;
    app?.close();
    forget(id);
    if (reason === 'logout') forgetDrafts(id);
    history.replaceState(null, '', location.pathname);
    // Nothing of the chats is left to see, whatever comes of the rest.
    document.body.replaceChildren();
    signIn(reason === 'logout' ? '' : t('sign.expired'));
  });
  const chats = nodus.store.loadChats();
  const chat = location.hash.match(CHAT)?.[1];
  if (chat) nodus.store.prefetch(Number(chat));
  chats.catch(() => {});
  const { App } = await appModule;
  if (isOver) return;
  app = new App(nodus);
  app.open(chats);
}

chooseTheme(theme());
if (location.search === '?switch') {
  leaveAccount();
  history.replaceState(null, '', location.pathname);
}
const account = await chosenAccount({ isDemo: demo.length > 0 });
if (account !== null && isKnown(account)) enter(openAccount(account));
else signIn('');
