// Starts the page: as whom, and with what.

import { accounts, chosenAccount, forget, openAccount } from './accounts.js';
import { chooseTheme, theme } from './settings.js';

// These come while the server is asked already.
const modules = Promise.all([import('./app.js'), import('./sign-in.js'), import('./texts.js')]);

const config = JSON.parse(document.getElementById('nodus-config').textContent);
const demo = config.demo ?? [];

async function signIn(notice) {
  const [, { signInPage }] = await modules;
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
    const [, , { t }] = await modules;
    signIn(reason === 'logout' ? '' : t('sign.expired'));
  });
  nodus.connect();
  const chats = nodus.store.loadChats();
  chats.catch(() => {});
  const [{ App }] = await modules;
  if (isOver) return;
  app = new App(nodus);
  app.open(chats);
}

chooseTheme(theme());
const account = await chosenAccount({ isDemo: demo.length > 0 });
if (account !== null && accounts().some(({ id }) => id === account)) enter(openAccount(account));
else signIn('');
