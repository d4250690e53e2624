// The page before anybody is signed in: remembered accounts, demo people, and the form.

import { accounts, accountsInUse, openAccount, signIn } from './accounts.js';
import { userAvatar } from './avatar.js';
import { h } from './dom.js';
import { LANGUAGES, chooseLanguage, errorText, language, t } from './texts.js';

export function field({ label, hint, name, ...input }) {
  const id = `field-${name}`;
  return h('div.field', {},
    h('label', { htmlFor: id }, label),
    h('input', { id, name, 'aria-describedby': hint ? `${id}-hint` : null, ...input }),
    hint && h('p.hint', { id: `${id}-hint` }, hint));
}

function logo() {
  return h('div.brand', {}, h('img.mark', { src: '/app/icon.svg', alt: '', width: 40, height: 40 }),
    h('div', {}, h('p.brand-name', {}, t('app.name')), h('p.brand-line', {}, t('sign.tagline'))));
}

/** Calls `done` with a client that is signed in. */
export async function signInPage({ demo, notice }, done) {
  const inUse = await accountsInUse();
  const page = h('main.entry');
  let isNew = false;

  const people = (title, buttons, hint) => buttons.length > 0 && h('section.people', {},
    title && h('h2', {}, title), hint && h('p.hint', {}, hint), h('ul', {}, buttons.map((button) => h('li', {}, button))));

  function remembered() {
    return accounts().map((account) => h('button.person', {
      type: 'button', onclick: () => done(openAccount(account.id)),
    }, userAvatar(account), h('span.who', {}, h('strong', {}, t('sign.continue', { name: account.display_name })),
      h('span', {}, inUse.has(account.id) ? t('sign.inUse') : `@${account.tag}`))));
  }

  function demoPeople() {
    return demo.map(({ email, password, display_name }, index) => h('button.person', {
      type: 'button',
      onclick: (event) => attempt(event.currentTarget, (nodus) => nodus.login(email, password)),
    }, userAvatar({ id: index, display_name }), h('span.who', {}, h('strong', {}, display_name))));
  }

  async function attempt(button, work) {
    const alert = page.querySelector('[role=alert]');
    alert.textContent = '';
    button.disabled = true;
    try {
      done(await signIn(work));
    } catch (error) {
      alert.textContent = errorText(error);
      button.disabled = false;
    }
  }

  function form() {
    const submit = h('button.primary', { type: 'submit' }, t(isNew ? 'sign.up' : 'sign.in'));
    return h('form.card', {
      onsubmit: (event) => {
        event.preventDefault();
        const values = Object.fromEntries(new FormData(event.target));
        attempt(submit, (nodus) => (isNew ? nodus.register(values) : nodus.login(values.email, values.password)));
      },
    },
    h('h1', {}, t(isNew ? 'sign.upTitle' : 'sign.inTitle')),
    isNew && field({
      label: t('sign.name'), hint: t('sign.nameHint'), name: 'display_name', required: true, maxLength: 100,
      autocomplete: 'name',
    }),
    field({ label: t('sign.email'), name: 'email', type: 'email', required: true, autocomplete: 'username' }),
    field({
      label: t('sign.password'), hint: isNew && t('sign.passwordHint'), name: 'password', type: 'password',
      required: true, minLength: isNew ? 8 : 1, autocomplete: isNew ? 'new-password' : 'current-password',
    }),
    h('p.error', { role: 'alert' }, notice),
    submit,
    h('button.link', { type: 'button', onclick: () => draw(!isNew) }, t(isNew ? 'sign.toIn' : 'sign.toUp')));
  }

  const languages = () => h('p.languages', {}, Object.entries(LANGUAGES).filter(([tag]) => tag !== language)
    .map(([tag, name]) => h('button.link', { type: 'button', lang: tag, onclick: () => chooseLanguage(tag) }, name)));

  function draw(next) {
    const isAgain = next !== undefined;
    isNew = next ?? false;
    page.replaceChildren(logo(),
      people(null, remembered()) || '',
      people(t('sign.demo'), demoPeople(), t('sign.demoHint')) || '',
      form(), languages());
    if (isAgain) page.querySelector('form input').focus();
  }

  draw();
  document.body.replaceChildren(page);
}
