// The list of chats, newest activity first, with a box that finds chats and people.

import { avatar, userAvatar } from './avatar.js';
import { arrowKeys, h, icon, iconButton } from './dom.js';
import { chatTitle, listTime, partnerOf, presenceText } from './format.js';
import { patch, patchChildren } from './patch.js';
import { draft } from './settings.js';
import { t } from './texts.js';

const SHOWN_COUNT_MAX = 99;

export class ChatList {
  #app;
  /** What each row was drawn from, to draw only what has changed. */
  #rows = new Map();
  /** Rows that are no chats. */
  #others = new Map();
  #isDue = false;

  constructor(app) {
    this.#app = app;
    this.items = h('ul.chat-list', { role: 'list' });
    this.filter = h('input.filter', {
      type: 'search', placeholder: t('chats.filter'), 'aria-label': t('chats.filter'), oninput: () => this.render(),
      onkeydown: (event) => this.#filterKey(event),
    });
    this.me = h('button.me', { type: 'button', 'aria-label': t('profile.title'), title: t('profile.title'), onclick: () => app.profile() });
    this.element = h('nav.sidebar', { 'aria-label': t('chats.title') },
      h('header.bar', {}, this.me, h('h1', {}, t('chats.title')), h('span.spring'), iconButton('plus', t('chats.new'), () => app.newChat())),
      h('div.filter-box', {}, icon('search'), this.filter),
      this.items);
    arrowKeys(this.items, 'a, button');
  }

  start() {
    const { store } = this.#app;
    for (const name of ['chats', 'typing', 'presence']) this.#app.on(store, name, () => this.draw());
    this.draw();
  }

  /** Draws with the next frame of the screen, once for all that happened. */
  draw() {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.render();
    });
  }

  focusFilter() { this.filter.focus(); }

  /** Where somebody comes back to from a chat; where it is gone, the first one. */
  focusChat(id) { (this.items.querySelector(`[data-id="${id}"]`) ?? this.items.querySelector('a'))?.focus(); }

  shownIds() { return [...this.items.querySelectorAll('a')].map((link) => Number(link.dataset.id)); }

  render() {
    const { store, me } = this.#app;
    if (me) patchChildren(this.me, [userAvatar(me, 'small')]);
    const query = this.filter.value.trim().toLowerCase();
    const chats = store.chats.filter((chat) => this.#matches(chat, query));
    const rows = chats.map((chat) => this.#row(chat));
    const isPerson = query.startsWith('@') && query.length > 1;
    if (isPerson) rows.push(this.#kept('find', query, () => this.#findRow(query)));
    if (rows.length === 0 && store.isLoaded) rows.push(this.#kept('empty', query, () => this.#emptyRow(query)));
    this.#place(rows);
    const kept = new Set(chats.map((chat) => chat.id));
    for (const id of this.#rows.keys()) if (!kept.has(id) && !store.chat(id)) this.#rows.delete(id);
  }

  /** The row that was there for the same `query`, which may have the focus. */
  #kept(name, query, draw) {
    if (this.#others.get(name)?.query !== query) this.#others.set(name, { query, element: draw() });
    return this.#others.get(name).element;
  }

  /** Moves what is out of place and nothing else, so that the focus stays. */
  #place(rows) {
    const focused = document.activeElement;
    rows.forEach((row, index) => {
      if (this.items.children[index] !== row) this.items.insertBefore(row, this.items.children[index] ?? null);
    });
    while (this.items.children.length > rows.length) this.items.lastChild.remove();
    if (focused !== document.activeElement && this.items.contains(focused)) focused.focus({ preventScroll: true });
  }

  #matches(chat, query) {
    if (query === '') return true;
    if (chatTitle(chat, this.#app.me).toLowerCase().includes(query)) return true;
    const wanted = query.replace(/^@/, '');
    return chat.participants.some((user) => user && user.id !== this.#app.me?.id
      && (user.tag.includes(wanted) || user.display_name.toLowerCase().includes(query)));
  }

  #row(chat) {
    const { store, me, chatId } = this.#app;
    const partner = partnerOf(chat, me);
    const presence = partner ? store.presence(partner.id) : null;
    const typing = store.typing(chat.id);
    const isOpen = chat.id === chatId;
    const written = isOpen ? null : draft(me?.id, chat.id)?.text;
    const signature = [chat, presence, typing.join(), isOpen, written, new Date().toDateString()];
    const held = this.#rows.get(chat.id);
    if (held && held.signature.every((part, index) => part === signature[index])) return held.element;
    const fresh = this.#drawRow(chat, { partner, presence, typing, isOpen, written });
    let element = fresh;
    if (held) {
      element = held.element;
      patch(element, fresh);
    }
    this.#rows.set(chat.id, { signature, element });
    return element;
  }

  #drawRow(chat, { partner, presence, typing, isOpen, written }) {
    const { me } = this.#app;
    const title = chatTitle(chat, me);
    const unread = chat.unreadCount;
    const dot = presence && presence.status !== 'offline'
      && h(`span.dot.${presence.status}`, { title: presenceText(presence) });
    const picture = partner ? userAvatar(partner, '', dot) : avatar({ id: chat.id, name: title, isGroup: true });
    const time = chat.updatedAt ? listTime(chat.updatedAt) : '';
    const count = unread > SHOWN_COUNT_MAX ? `${SHOWN_COUNT_MAX}+` : String(unread);
    const link = h(`a.chat-item${isOpen ? '.is-open' : ''}${unread > 0 ? '.has-unread' : ''}`, {
      href: `#/chat/${chat.id}`, 'aria-current': isOpen ? 'page' : null,
    },
    picture,
    h('span.chat-text', {},
      h('span.chat-top', {},
        h('span.chat-title', {}, title),
        presence && h('span.visually-hidden', {}, presenceText(presence)),
        h('span.chat-time', {}, time)),
      h('span.chat-bottom', {},
        h(`span.chat-preview${typing.length > 0 ? '.is-typing' : ''}`, {}, this.#preview(chat, typing, written)),
        unread > 0 && h('span.badge', {}, h('span', { 'aria-hidden': 'true' }, count),
          h('span.visually-hidden', {}, t('chats.unread', { count: unread }))))));
    link.dataset.id = chat.id;
    return h('li', {}, link);
  }

  #preview(chat, typing, written) {
    const { me } = this.#app;
    if (typing.length > 0) {
      const [first] = typing;
      return chat.is_group ? t('typing.one', { a: this.#app.name(first) }) : t('typing.short');
    }
    if (written) return t('chats.draft', { text: written });
    if (chat.lastMessagePreview === null) return t('chats.noMessages');
    const text = chat.lastMessagePreview === '[медиа]' ? t('chats.media') : chat.lastMessagePreview;
    const isOwn = chat.lastMessageAuthor !== null && chat.lastMessageAuthor === me?.display_name;
    if (isOwn) return t('chats.you', { text });
    return chat.is_group && chat.lastMessageAuthor ? `${chat.lastMessageAuthor}: ${text}` : text;
  }

  #findRow(query) {
    return h('li', {}, h('button.chat-item.is-find', { type: 'button', onclick: () => this.#find(query) },
      icon('user'), h('span', {}, t('chats.findPerson', { tag: query }))));
  }

  async #find(query) {
    const user = await this.#app.attempt(() => this.#app.nodus.api.findByTag(query));
    if (!user) return;
    this.filter.value = '';
    if (user.id === this.#app.me?.id) return this.#app.profile();
    await this.#app.messagePerson(user.id);
  }

  #emptyRow(query) {
    if (query !== '') return h('li.empty', {}, t('chats.none', { query }));
    return h('li.empty', {}, h('p', {}, h('strong', {}, t('chats.empty'))), h('p', {}, t('chats.emptyHint')),
      h('button.primary', { type: 'button', onclick: () => this.#app.newChat() }, t('chats.new')));
  }

  #filterKey(event) {
    if (event.key === 'Escape') {
      this.filter.value = '';
      this.render();
    } else if (event.key === 'ArrowDown') {
      this.items.querySelector('a, button')?.focus();
      event.preventDefault();
    } else if (event.key === 'Enter') {
      this.items.querySelector('a, button')?.click();
    }
  }
}
