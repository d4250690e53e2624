// Starts the page: as whom, and with what.

import { accounts, chosenAccount, forget, openAccount } from './accounts.js';
import { App } from './app.js';
import { chooseTheme, theme } from './settings.js';
import { signInPage } from './sign-in.js';
import { t } from './texts.js';

const config = JSON.parse(document.getElementById('nodus-config').textContent);
const demo = config.demo ?? [];

function enter(nodus) {
  const id = nodus.store.me.id;
  const app = new App(nodus);
  nodus.on('signed-out', ({ reason }) => {
    app.close();
    forget(id);
    history.replaceState(null, '', location.pathname);
    signInPage({ demo, notice: reason === 'logout' ? '' : t('sign.expired') }, enter);
  });
  app.open();
}

chooseTheme(theme());
const account = await chosenAccount({ isDemo: demo.length > 0 });
if (account !== null && accounts().some(({ id }) => id === account)) enter(openAccount(account));
else signInPage({ demo, notice: '' }, enter);
