// What a person can change about themselves and about this page.

import { userAvatar } from '../avatar.js';
import { h } from '../dom.js';
import { chooseTheme, setNotifications, theme, wantsNotifications } from '../settings.js';
import { LANGUAGES, chooseLanguage, errorText, language, t } from '../texts.js';
import { field } from '../sign-in.js';
import { openDialog } from './dialog.js';

const TAG = /^@?[\p{L}\p{N}_.]{3,32}$/u;
const CHECK_AFTER_MS = 350;

function select(id, label, options, value, choose) {
  return h('div.field', {}, h('label', { htmlFor: id }, label),
    h('select', { id, onchange: (event) => choose(event.target.value) },
      Object.entries(options).map(([key, text]) => h('option', { value: key, selected: key === value }, text))));
}

function profileForm(app) {
  const { me } = app;
  const note = h('p.note', { role: 'status' });
  const error = h('p.error', { role: 'alert' });
  let timer = null;

  async function checkTag(input) {
    const tag = input.value.trim().replace(/^@/, '').toLowerCase();
    note.textContent = '';
    if (tag === me.tag || !TAG.test(tag)) return;
    const isFree = await app.nodus.api.isTagAvailable(tag).catch(() => null);
    if (isFree !== null) note.textContent = t(isFree ? 'profile.free' : 'profile.taken', { tag });
  }

  async function save(event) {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.target));
    error.textContent = '';
    note.textContent = '';
    try {
      const tag = values.tag.trim().replace(/^@/, '').toLowerCase();
      if (tag !== me.tag) await app.nodus.api.setTag(tag);
      const avatar_url = values.avatar_url.trim() === '' ? null : values.avatar_url.trim();
      app.store.setMe(await app.nodus.api.updateMe({ display_name: values.display_name.trim(), avatar_url }));
      note.textContent = t('profile.saved');
    } catch (failure) {
      error.textContent = errorText(failure);
    }
  }

  return h('form', { onsubmit: save },
    h('div.profile-head', {}, userAvatar(me, 'large'), h('div', {}, h('strong', {}, me.display_name), h('p.hint', {}, me.email ?? ''))),
    field({ label: t('profile.name'), name: 'display_name', value: me.display_name, required: true, maxLength: 100 }),
    field({
      label: t('profile.tag'), hint: t('profile.tagHint'), name: 'tag', value: `@${me.tag}`, required: true, autocapitalize: 'none',
      spellcheck: false, oninput: (event) => {
        clearTimeout(timer);
        timer = setTimeout(() => checkTag(event.target), CHECK_AFTER_MS);
      },
    }),
    field({ label: t('profile.avatar'), name: 'avatar_url', type: 'url', value: me.avatar_url ?? '', pattern: 'https://.+' }),
    note, error,
    h('div.buttons', {}, h('button.primary', { type: 'submit' }, t('action.save'))));
}

function notificationChoice() {
  const blocked = h('p.hint', { hidden: true }, t('profile.notifyBlocked'));
  const box = h('input', {
    type: 'checkbox', id: 'notify', checked: wantsNotifications(), onchange: async () => {
      const isAllowed = box.checked && 'Notification' in window && (await Notification.requestPermission()) === 'granted';
      blocked.hidden = !box.checked || isAllowed;
      box.checked = isAllowed;
      setNotifications(isAllowed);
    },
  });
  return h('div', {}, h('div.check', {}, box, h('label', { htmlFor: 'notify' }, t('profile.notify'))), blocked);
}

export function profileDialog(app) {
  const themes = { auto: t('profile.themeAuto'), light: t('profile.themeLight'), dark: t('profile.themeDark') };
  openDialog(t('profile.title'), (close) => h('div.dialog-body', {},
    profileForm(app),
    h('hr'),
    select('theme', t('profile.theme'), themes, theme(), chooseTheme),
    select('language', t('profile.language'), LANGUAGES, language, chooseLanguage),
    notificationChoice(),
    h('hr'),
    h('div.buttons', {},
      h('button', {
        type: 'button', onclick: () => {
          close();
          app.switchAccount();
        },
      }, t('sign.switch')),
      h('button.is-dangerous', {
        type: 'button', onclick: () => {
          close();
          app.attempt(() => app.nodus.logout());
        },
      }, t('sign.out')))));
}
