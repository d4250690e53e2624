// A new chat: people by @tag; one makes a direct chat, several a group.

import { userAvatar } from '../avatar.js';
import { h, icon, replaceChildren } from '../dom.js';
import { errorText, t } from '../texts.js';
import { openDialog } from './dialog.js';

const KNOWN_MAX = 8;
const TITLE_MAX = 255;

/** Everybody who shares a chat with this person. */
export function knownPeople(app) {
  const people = new Map();
  for (const chat of app.store.chats) {
    for (const user of chat.participants) if (user && user.id !== app.me.id) people.set(user.id, user);
  }
  return [...people.values()];
}

/** A box that finds a person by tag, with suggestions; `add` is called with the user. */
export function personField(app, { label, excluded, add }) {
  const error = h('p.error', { role: 'alert' });
  const suggestions = h('ul.suggestions', { 'aria-label': t('new.known') });
  const input = h('input', {
    id: `person-${Math.random().toString(36).slice(2)}`, placeholder: '@tag', autocomplete: 'off', spellcheck: false,
    autocapitalize: 'none', oninput: () => draw(), onkeydown: (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      find();
    },
  });

  function draw() {
    const query = input.value.trim().toLowerCase().replace(/^@/, '');
    const found = knownPeople(app).filter((user) => !excluded().has(user.id)
      && (user.tag.includes(query) || user.display_name.toLowerCase().includes(query))).slice(0, KNOWN_MAX);
    replaceChildren(suggestions, found.map((user) => h('li', {}, h('button.person', { type: 'button', onclick: () => took(user) },
      userAvatar(user, 'small'), h('span.who', {}, h('strong', {}, user.display_name), h('span', {}, `@${user.tag}`))))));
  }

  function took(user) {
    error.textContent = '';
    input.value = '';
    add(user);
    draw();
    input.focus();
  }

  async function find() {
    const tag = input.value.trim();
    if (tag === '') return;
    try {
      const user = await app.nodus.api.findByTag(tag);
      if (user.id === app.me.id) error.textContent = t('new.self');
      else if (excluded().has(user.id)) error.textContent = t('refused.User is already a member of this chat');
      else took(user);
    } catch (failure) {
      error.textContent = errorText(failure);
    }
  }

  draw();
  return h('div.field', {}, h('label', { htmlFor: input.id }, label),
    h('div.with-button', {}, input, h('button', { type: 'button', onclick: find }, t('new.add'))), error, suggestions);
}

export function newChatDialog(app) {
  const chosen = new Map();
  openDialog(t('new.title'), (close) => {
    const chips = h('ul.chips', {});
    const title = h('input', { id: 'group-title', maxLength: TITLE_MAX });
    const asGroup = h('input', { type: 'checkbox', id: 'as-group', onchange: () => draw() });
    const groupField = h('div.field', { hidden: true }, h('label', { htmlFor: 'group-title' }, t('new.groupTitle')), title);
    const submit = h('button.primary', { type: 'submit', disabled: true });
    const error = h('p.error', { role: 'alert' });
    const isGroup = () => asGroup.checked || chosen.size > 1;

    function draw() {
      replaceChildren(chips, [...chosen.values()].map((user) => h('li.chip', {}, user.display_name,
        h('button', {
          type: 'button', 'aria-label': t('new.remove', { name: user.display_name }), onclick: () => {
            chosen.delete(user.id);
            draw();
            // The button that was pressed is gone.
            person.querySelector('input').focus();
          },
        }, icon('close')))));
      groupField.hidden = !isGroup();
      title.required = isGroup();
      asGroup.disabled = chosen.size > 1;
      submit.disabled = chosen.size === 0 && !asGroup.checked;
      submit.textContent = t(isGroup() ? 'new.group' : 'new.direct');
    }

    async function start(event) {
      event.preventDefault();
      submit.disabled = true;
      try {
        const [first] = chosen.keys();
        const chat = isGroup() ? await app.nodus.api.createChat({ title: title.value.trim(), member_ids: [...chosen.keys()] })
          : await app.nodus.api.directChat(first);
        await app.store.loadChat(chat.id);
        close();
        app.go(chat.id);
      } catch (failure) {
        error.textContent = errorText(failure);
        submit.disabled = false;
      }
    }

    const person = personField(app, {
      label: t('new.person'), excluded: () => new Set(chosen.keys()), add: (user) => {
        chosen.set(user.id, user);
        draw();
      },
    });
    draw();
    return h('form.dialog-body', { onsubmit: start },
      h('p.hint', {}, t('new.hint')),
      chips,
      person,
      h('div.check', {}, asGroup, h('label', { htmlFor: 'as-group' }, t('new.asGroup'))),
      groupField, error,
      h('div.buttons', {}, h('button', { type: 'button', onclick: close }, t('action.cancel')), submit));
  });
}
