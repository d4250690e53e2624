// Beside a chat: who is in it, and what may be done with it.

import { avatar, userAvatar } from '../avatar.js';
import { confirmDialog } from '../dialogs/confirm.js';
import { personField } from '../dialogs/new-chat.js';
import { h, icon, iconButton } from '../dom.js';
import { chatTitle, dateText, partnerOf, presenceText } from '../format.js';
import { patchChildren } from '../patch.js';
import { t } from '../texts.js';

/** Whose presence is asked for in a group; of the others it is known when they come and go. */
const WATCHED_MAX = 30;

export class DetailsPanel {
  #app;
  #view;
  #chatId;
  #ends = [];
  /** The box that finds somebody to add, while it is open. */
  #adder = null;
  /** The title that the box for it was given. */
  #shownTitle = null;

  constructor(app, view) {
    this.#app = app;
    this.#view = view;
    this.#chatId = view.chatId;
    this.title = h('input', { id: 'rename', maxLength: 255, required: true, 'aria-label': t('details.name') });
    this.form = h('form.with-button', { onsubmit: (event) => this.#rename(event) },
      this.title, h('button', { type: 'submit' }, t('details.rename')));
    this.actions = h('div.actions');
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

  /** What is in the page stays and is brought up to date; somebody may have the focus or a finger on it. */
  #draw() {
    const { chat } = this.#view;
    if (!chat) return;
    patchChildren(this.body, chat.is_group ? this.#group(chat) : this.#person(chat));
  }

  #person(chat) {
    const { store, me } = this.#app;
    const partner = partnerOf(chat, me);
    patchChildren(this.actions, [this.#action('trash', 'details.delete', () => this.#delete(), true)]);
    return [
      h('div.face-large', {}, userAvatar(partner, 'huge'), h('h3', {}, chatTitle(chat, me)),
        partner && h('p.hint', {}, presenceText(store.presence(partner.id)))),
      partner && h('dl.facts', {}, h('dt', {}, t('details.tag')), h('dd', {}, `@${partner.tag}`)),
      h('p.hint', {}, t('details.since', { date: dateText(chat.created_at) })),
      this.actions,
    ];
  }

  #group(chat) {
    const { store, me } = this.#app;
    const members = store.members(chat.id) ?? chat.participants.map((user) => ({ user_id: user?.id, role: 'member', user }));
    const isAdmin = members.some((member) => member.user_id === me.id && member.role === 'admin');
    // What somebody is writing there is theirs.
    if (this.#shownTitle === null || this.title.value === this.#shownTitle) this.title.value = chat.title;
    this.#shownTitle = chat.title;
    if (!isAdmin) this.#adder = null;
    patchChildren(this.actions, [
      isAdmin && !this.#adder && this.#action('plus', 'details.add', () => this.#openAdder()),
      this.#adder,
      this.#action('leave', 'details.leave', () => this.#leave()),
      isAdmin && this.#action('trash', 'details.delete', () => this.#delete(), true),
    ]);
    return [
      h('div.face-large', {}, avatar({ id: chat.id, name: chat.title, isGroup: true, size: 'huge' })),
      this.form,
      h('p.hint', {}, t('details.since', { date: dateText(chat.created_at) })),
      h('h3', {}, t('members.count', { count: members.length })),
      h('ul.members', { 'aria-label': t('details.members') }, members.map((member) => this.#member(member, isAdmin))),
      this.actions,
    ];
  }

  #member({ user, user_id, role }, isAdmin) {
    const { store, me } = this.#app;
    const presence = store.presence(user_id);
    const dot = presence && presence.status !== 'offline' && h(`span.dot.${presence.status}`);
    const isMe = user_id === me.id;
    const name = user?.display_name ?? t('messages.unknown');
    return h('li.member', { 'data-key': user_id }, userAvatar(user, 'small', dot),
      h('span.who', {}, h('strong', {}, name, isMe && h('span.hint', {}, ` (${t('details.you')})`)),
        h('span', {}, presence ? presenceText(presence) : `@${user?.tag ?? ''}`)),
      role === 'admin' && h('span.role', {}, t('details.admin')),
      !isMe && iconButton('send', t('details.message', { name }), () => this.#app.messagePerson(user_id), { 'data-key': 'message' }),
      isAdmin && !isMe
        && iconButton('close', t('details.remove', { name }), () => this.#remove(user_id), { 'data-key': 'remove' }));
  }

  #action(drawing, key, onclick, isDangerous = false) {
    return h(`button.action${isDangerous ? '.is-dangerous' : ''}`, { type: 'button', 'data-key': key, onclick }, icon(drawing), t(key));
  }

  #openAdder() {
    this.#adder = personField(this.#app, {
      label: t('details.add'), excluded: () => new Set(this.#view.chat.participants.map((user) => user?.id)),
      add: (user) => this.#add(user),
    });
    this.#draw();
    this.#adder.querySelector('input').focus();
  }

  async #rename(event) {
    event.preventDefault();
    const title = this.title.value.trim();
    this.title.value = title;
    if (title === '' || title === this.#view.chat.title) return;
    await this.#app.attempt(() => this.#app.nodus.api.renameChat(this.#chatId, title));
  }

  async #add(user) {
    await this.#app.attempt(() => this.#app.nodus.api.addMember(this.#chatId, user.id));
    const hadFocus = this.#adder?.contains(document.activeElement);
    this.#adder = null;
    this.#draw();
    if (hadFocus) this.actions.querySelector('button')?.focus();
    await this.#app.store.loadMembers(this.#chatId).catch(() => {});
  }

  async #remove(userId) {
    const name = this.#app.name(userId);
    const isSure = await confirmDialog({ title: t('details.removeTitle', { name }), action: t('action.remove'), isDangerous: true });
    if (isSure) await this.#app.attempt(() => this.#app.nodus.api.removeMember(this.#chatId, userId));
  }

  async #leave() {
    const { chat } = this.#view;
    const title = t('details.leaveTitle', { title: chat.title });
    const isSure = await confirmDialog({ title, text: t('details.leaveText'), action: t('details.leave'), isDangerous: true });
    if (isSure) await this.#app.attempt(() => this.#app.nodus.api.leaveChat(chat.id));
  }

  async #delete() {
    const { chat } = this.#view;
    const title = t('details.deleteTitle', { title: chatTitle(chat, this.#app.me) });
    const isSure = await confirmDialog({ title, text: t('details.deleteText'), action: t('action.delete'), isDangerous: true });
    if (isSure) await this.#app.attempt(() => this.#app.nodus.api.deleteChat(chat.id));
  }
}
