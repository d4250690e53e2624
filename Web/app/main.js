// Starts the page: as whom, and with what.

import { accounts, chosenAccount, forget, openAccount } from './accounts.js';
import { chooseTheme, theme } from './settings.js';

// It comes while the server is asked already.
const appModule = import('./app.js');

/** Messages of the chat that the address names. */
const FIRST_PAGE = 60;
const CHAT = /^#\/chat\/(\d+)$/;

const config = JSON.parse(document.getElementById('nodus-config').textContent);
const demo = config.demo ?? [];

async function signIn(notice) {
  const { signInPage } = await import('./sign-in.js');
  signInPage({ demo, notice }, enter);
}

async function enter(nodus) {
  const id = nodus.store.me.id;
  let app = null;
  let isOver = false;
  nodus.on('signed-out', async ({ reason }) => {
    isOver = true;
    app?.close();
    forget(id);
    history.replaceState(null, '', location.pathname);
    const { t } = await import('./texts.js');
    signIn(reason === 'logout' ? '' : t('sign.expired'));
  });
  const chats = nodus.store.loadChats();
  const chat = location.hash.match(CHAT)?.[1];
  if (chat) nodus.store.prefetch(Number(chat), FIRST_PAGE);
  chats.catch(() => {});
  const { App } = await appModule;
  if (isOver) return;
  app = new App(nodus);
  app.open(chats);
}

chooseTheme(theme());
const account = await chosenAccount({ isDemo: demo.length > 0 });
if (account !== null && accounts().some(({ id }) => id === account)) enter(openAccount(account));
else signIn('');
