// Beside a chat: who is in it, and what may be done with it.

import { avatar, userAvatar } from '../avatar.js';
import { confirmDialog } from '../dialogs/confirm.js';
import { personField } from '../dialogs/new-chat.js';
import { h, icon, iconButton, replaceChildren } from '../dom.js';
import { chatTitle, dateText, partnerOf, presenceText } from '../format.js';
import { t } from '../texts.js';

/** Whose presence is asked for in a group; of the others it is known when they come and go. */
const WATCHED_MAX = 30;

export class DetailsPanel {
  #app;
  #view;
  #chatId;
  #ends = [];
  #isAdding = false;

  constructor(app, view) {
    this.#app = app;
    this.#view = view;
    this.#chatId = view.chatId;
    this.body = h('div.panel-body');
    const { chat } = view;
    this.element = h('section.panel', {
      'aria-label': t('details.open'), onkeydown: (event) => { if (event.key === 'Escape') view.closePanel(); },
    },
    h('header.bar', {}, h('h2', {}, t(chat.is_group ? 'details.group' : 'details.person')), h('span.spring'),
      iconButton('close', t('action.close'), () => view.closePanel())), this.body);
  }

  start() {
    const { store } = this.#app;
    for (const name of ['members', 'presence', 'chats']) {
      this.#ends.push(store.on(name, ({ chat_id }) => { if (chat_id === undefined || chat_id === this.#chatId) this.#draw(); }));
    }
    store.loadMembers(this.#chatId).then((members) => {
      for (const { user_id } of members.slice(0, WATCHED_MAX)) if (user_id !== this.#app.me.id) this.#app.watch(user_id);
    }, () => {});
    this.#draw();
    this.element.querySelector('button').focus();
  }

  stop() { for (const end of this.#ends) end(); }

  #draw() {
    const { chat } = this.#view;
    // Nothing is torn from under the hands of somebody who is typing.
    const isBusy = this.body.contains(document.activeElement) && ['INPUT', 'TEXTAREA'].includes(document.activeElement.tagName);
    if (!chat || isBusy) return;
    if (chat.is_group) this.#drawGroup(chat);
    else this.#drawPerson(chat);
  }

  #drawPerson(chat) {
    const { store, me } = this.#app;
    const partner = partnerOf(chat, me);
    replaceChildren(this.body,
      h('div.face-large', {}, userAvatar(partner, 'huge'), h('h3', {}, chatTitle(chat, me)),
        partner && h('p.hint', {}, presenceText(store.presence(partner.id)))),
      partner && h('dl.facts', {}, h('dt', {}, t('details.tag')), h('dd', {}, `@${partner.tag}`)),
      h('p.hint', {}, t('details.since', { date: dateText(chat.created_at) })),
      h('div.actions', {}, this.#action('trash', 'details.delete', () => this.#delete(chat), true)));
  }

  #drawGroup(chat) {
    const { store, me } = this.#app;
    const members = store.members(chat.id) ?? chat.participants.map((user) => ({ user_id: user?.id, role: 'member', user }));
    const isAdmin = members.some((member) => member.user_id === me.id && member.role === 'admin');
    const title = h('input', { id: 'rename', value: chat.title, maxLength: 255, required: true, 'aria-label': t('details.name') });
    replaceChildren(this.body,
      h('div.face-large', {}, avatar({ id: chat.id, name: chat.title, isGroup: true, size: 'huge' })),
      h('form.with-button', { onsubmit: (event) => this.#rename(event, title) }, title, h('button', { type: 'submit' }, t('details.rename'))),
      h('p.hint', {}, t('details.since', { date: dateText(chat.created_at) })),
      h('h3', {}, t('members.count', { count: members.length })),
      h('ul.members', { 'aria-label': t('details.members') }, members.map((member) => this.#member(chat, member, isAdmin))),
      h('div.actions', {},
        isAdmin && !this.#isAdding && this.#action('plus', 'details.add', () => {
          this.#isAdding = true;
          this.#draw();
          this.body.querySelector('.field input')?.focus();
        }),
        isAdmin && this.#isAdding && personField(this.#app, {
          label: t('details.add'), excluded: () => new Set(this.#view.chat.participants.map((user) => user?.id)),
          add: (user) => this.#add(user),
        }),
        this.#action('leave', 'details.leave', () => this.#leave(chat)),
        isAdmin && this.#action('trash', 'details.delete', () => this.#delete(chat), true)));
  }

  #member(chat, { user, user_id, role }, isAdmin) {
    const { store, me } = this.#app;
    const presence = store.presence(user_id);
    const dot = presence && presence.status !== 'offline' && h(`span.dot.${presence.status}`);
    const isMe = user_id === me.id;
    const name = user?.display_name ?? t('messages.unknown');
    return h('li.member', {}, userAvatar(user, 'small', dot),
      h('span.who', {}, h('strong', {}, name, isMe && h('span.hint', {}, ` (${t('details.you')})`)),
        h('span', {}, presence ? presenceText(presence) : `@${user?.tag ?? ''}`)),
      role === 'admin' && h('span.role', {}, t('details.admin')),
      !isMe && iconButton('send', t('details.message', { name }), () => this.#app.messagePerson(user_id)),
      isAdmin && !isMe && iconButton('close', t('details.remove', { name }), () => this.#remove(chat, user_id, name)));
  }

  #action(drawing, key, onclick, isDangerous = false) {
    return h(`button.action${isDangerous ? '.is-dangerous' : ''}`, { type: 'button', onclick }, icon(drawing), t(key));
  }

  async #rename(event, input) {
    event.preventDefault();
    const title = input.value.trim();
    if (title === '' || title === this.#view.chat.title) return;
    input.blur();
    await this.#app.attempt(() => this.#app.nodus.api.renameChat(this.#chatId, title));
  }

  async #add(user) {
    await this.#app.attempt(() => this.#app.nodus.api.addMember(this.#chatId, user.id));
    this.#isAdding = false;
    document.activeElement?.blur();
    await this.#app.store.loadMembers(this.#chatId).catch(() => {});
  }

  async #remove(chat, userId, name) {
    const isSure = await confirmDialog({ title: t('details.removeTitle', { name }), action: t('action.delete'), isDangerous: true });
    if (isSure) await this.#app.attempt(() => this.#app.nodus.api.removeMember(chat.id, userId));
  }

  async #leave(chat) {
    const title = t('details.leaveTitle', { title: chat.title });
    const isSure = await confirmDialog({ title, text: t('details.leaveText'), action: t('details.leave'), isDangerous: true });
    if (isSure) await this.#app.attempt(() => this.#app.nodus.api.leaveChat(chat.id));
  }

  async #delete(chat) {
    const title = t('details.deleteTitle', { title: chatTitle(chat, this.#app.me) });
    const isSure = await confirmDialog({ title, text: t('details.deleteText'), action: t('action.delete'), isDangerous: true });
    if (isSure) await this.#app.attempt(() => this.#app.nodus.api.deleteChat(chat.id));
  }
}
