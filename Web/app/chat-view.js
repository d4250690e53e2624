// One chat: its head, its messages, the composer, and the panel beside it.

import { avatar, userAvatar } from './avatar.js';
import { Composer } from './composer.js';
import { h, iconButton } from './dom.js';
import { chatTitle, partnerOf, presenceText, typingText } from './format.js';
import { confirmDialog, detailsPanel, searchPanel, showEmojiPicker } from './later.js';
import { MessageList } from './message-list.js';
import { grouped } from './message-row.js';
import { patchChildren } from './patch.js';
import { closePopup, showMenu } from './popup.js';
import { noteEmoji } from './settings.js';
import { t } from './texts.js';

/** The reactions that are one click away. */
const QUICK = ['👍', '❤️', '😂'];

export class ChatView {
  #app;
  #panel = null;
  #toolbar = null;
  /** Whether the chat was opened before somebody's eyes, and that has not been told yet. */
  #isOpening = false;
  #unreadAtOpening = 0;
  /** Reactions that are on their way. */
  #toggling = new Set();
  chatId = null;

  constructor(app) {
    this.#app = app;
    this.messages = new MessageList(app, {
      toolbar: (article, message) => this.#showToolbar(article, message),
      menu: (message, anchor) => this.#menu(message, anchor),
      toggleReaction: (message, emoji) => this.#toggle(message, emoji),
      key: (event, message, article) => this.#messageKey(event, message, article),
      leave: () => this.composer.focus(),
      moved: () => this.attend(),
    });
    this.composer = new Composer(app, { sent: () => this.messages.sent(), up: (walks) => this.#up(walks) });
    this.title = h('button.chat-head', { type: 'button', onclick: () => this.toggleDetails() });
    this.head = h('header.bar', {},
      iconButton('back', t('action.back'), () => app.go(null), { className: 'icon-button only-narrow' }),
      this.title,
      h('span.spring'),
      iconButton('search', t('search.title'), () => this.toggleSearch()),
      iconButton('more', t('details.open'), () => this.toggleDetails()));
    this.typing = h('div.typing-line', { 'aria-live': 'polite' });
    this.main = h('main.chat', { hidden: true }, this.head, this.messages.element, this.typing, this.composer.element);
    this.blank = h('main.blank', {}, h('p', {}, t('chats.choose')));
    this.side = h('aside.side', { hidden: true });
    this.element = h('div.stage', {}, this.blank, this.main, this.side);
  }

  start() {
    const { store } = this.#app;
    this.messages.start();
    this.#app.on(store, 'chats', () => { this.#drawHead(); this.attend(); });
    this.#app.on(store, 'messages', ({ chat_id }) => { if (chat_id === this.chatId) this.#messagesChanged(); });
    this.#app.on(store, 'presence', () => this.#drawHead());
    this.#app.on(store, 'typing', ({ chat_id }) => { if (chat_id === this.chatId) this.#drawTyping(); });
    this.#app.on(store, 'members', ({ chat_id }) => { if (chat_id === this.chatId) this.#drawHead(); });
  }

  show(id) {
    if (id === this.chatId) return;
    closePopup();
    this.#hideToolbar();
    this.closePanel();
    if (this.chatId !== null) this.#app.store.setTyping(this.chatId, false);
    this.composer.keepDraft();
    this.chatId = id;
    this.main.hidden = id === null;
    this.blank.hidden = id !== null;
    this.composer.show(id, id === null ? '' : this.#titleText());
    const isShown = this.messages.show(id);
    if (id === null) return isShown;
    this.#isOpening = false;
    this.#unreadAtOpening = this.chat?.unreadCount ?? 0;
    isShown.then(() => {
      if (this.chatId !== id) return;
      this.#isOpening = this.#app.isAttended;
      this.attend();
    });
    this.messages.scroller.setAttribute('aria-label', t('messages.label', { title: this.#titleText() }));
    this.#drawHead();
    this.#drawTyping();
    // By touch that would bring up a keyboard.
    if (matchMedia('(hover: hover)').matches) this.composer.focus();
    else this.title.focus({ preventScroll: true });
    return isShown;
  }

  focusComposer() { this.composer.focus(); }

  /** What somebody looks at is read: all when a chat is opened, then what comes while its end is in sight. */
  attend() {
    if (this.chatId === null || !this.#app.isAttended) return;
    const { store } = this.#app;
    const unread = store.chat(this.chatId)?.unreadCount ?? 0;
    // What came since is out of sight.
    if (this.#isOpening && unread > this.#unreadAtOpening && !this.messages.isAtEnd) this.#isOpening = false;
    if (!this.#isOpening && !this.messages.isAtEnd) return;
    if (!store.isCurrent(this.chatId) || this.#app.nodus.connection !== 'online') return;
    this.#isOpening = false;
    if (unread > 0) store.markRead(this.chatId).catch(() => {});
  }

  // MARK: Head

  get chat() { return this.#app.store.chat(this.chatId); }

  #titleText() { return this.chat ? chatTitle(this.chat, this.#app.me) : ''; }

  #drawHead() {
    const { store, me } = this.#app;
    const { chat } = this;
    if (!chat) return;
    const partner = partnerOf(chat, me);
    const presence = partner && store.presence(partner.id);
    const dot = presence && presence.status !== 'offline' && h(`span.dot.${presence.status}`);
    const under = partner ? presenceText(presence)
      : chat.is_group ? t('members.count', { count: chat.participants.length }) : '';
    patchChildren(this.title, [
      partner ? userAvatar(partner, 'small', dot) : avatar({ id: chat.id, name: chat.title, isGroup: true, size: 'small' }),
      h('span.chat-head-text', {}, h('span.chat-head-title', {}, this.#titleText()), h('span.chat-head-under', {}, under))]);
  }

  #drawTyping() {
    const names = this.#app.store.typing(this.chatId).map((id) => this.#app.name(id));
    this.typing.replaceChildren(...(names.length > 0
      ? [h('span.dots', { 'aria-hidden': 'true' }, h('i'), h('i'), h('i')), h('span.typing-names', {}, typingText(names))] : []));
  }

  // MARK: Panels

  toggleSearch() { this.#openPanel('search', () => searchPanel(this.#app, this)); }
  toggleDetails() { this.#openPanel('details', () => detailsPanel(this.#app, this)); }

  async #openPanel(name, make) {
    const isOpen = this.#panel?.name === name;
    this.closePanel();
    if (isOpen || this.chatId === null) return;
    const opener = document.activeElement;
    const chat = this.chatId;
    const panel = await this.#app.attempt(make);
    // Meanwhile another one may have been opened, or another chat.
    if (!panel || this.#panel || chat !== this.chatId) return;
    this.#panel = { name, panel, opener };
    this.side.replaceChildren(panel.element);
    this.side.hidden = false;
    panel.start?.();
  }

  closePanel() {
    if (!this.#panel) return;
    const { panel, opener } = this.#panel;
    this.#panel = null;
    panel.stop?.();
    const hadFocus = this.side.contains(document.activeElement);
    this.side.hidden = true;
    this.side.replaceChildren();
    if (hadFocus) opener?.focus();
  }

  /** Goes to a message from a panel, which on a narrow screen lies over it. */
  jump(id) {
    if (matchMedia('(max-width: 900px)').matches) this.closePanel();
    this.messages.jumpTo(id);
  }

  // MARK: Messages

  /** As it is now: menus and toolbars outlive changes. */
  #current(message) { return this.#app.store.message(this.chatId, message.id) ?? message; }

  #actions(message) {
    const isOwn = message.author_id === this.#app.me?.id;
    return [
      { name: 'reply', icon: 'reply', onclick: () => this.composer.reply(this.#current(message)) },
      { name: 'react', icon: 'smile', onclick: () => this.#pick(message) },
      message.content !== null && navigator.clipboard && { name: 'copy', icon: 'copy', onclick: () => this.#copy(this.#current(message)) },
      isOwn && message.content !== null && { name: 'edit', icon: 'edit', onclick: () => this.composer.edit(this.#current(message)) },
      isOwn && { name: 'delete', icon: 'trash', isDangerous: true, onclick: () => this.#delete(message) },
    ].filter(Boolean).map((item) => ({ ...item, label: t(`menu.${item.name}`) }));
  }

  #isActive(message) { return message.id !== undefined && !message.is_deleted; }

  /** One toolbar for all messages, beside the one under the pointer or the focus. */
  #showToolbar(article, message) {
    if (this.#toolbar?.article === article && this.#toolbar.id === message.id) return;
    this.#hideToolbar();
    if (!this.#isActive(message)) return;
    const quick = QUICK.map((emoji) => h('button.icon-button.emoji', {
      type: 'button', 'aria-label': `${t('menu.react')} ${emoji}`, onclick: () => this.#toggle(message, emoji),
    }, emoji));
    const element = h('div.toolbar', { 'data-guest': '', role: 'toolbar', 'aria-label': t('messages.actions') }, quick,
      iconButton('smile', t('messages.moreReactions'), (event) => this.#pick(message, event.currentTarget)),
      iconButton('reply', t('menu.reply'), () => this.composer.reply(this.#current(message))),
      iconButton('more', t('messages.actions'), (event) => this.#menu(this.#current(message), event.currentTarget), { 'aria-haspopup': 'menu' }));
    article.querySelector('.bubble').after(element);
    this.#toolbar = { article, id: message.id, element };
  }

  #messagesChanged() {
    this.attend();
    this.composer.messagesChanged();
    if (this.#toolbar && !this.#isActive(this.#app.store.message(this.chatId, this.#toolbar.id) ?? {})) this.#hideToolbar();
  }

  #hideToolbar() {
    this.#toolbar?.element.remove();
    this.#toolbar = null;
  }

  #menu(message, anchor) {
    if (this.#isActive(message)) showMenu(this.#actions(message), anchor, t('messages.actions'));
  }

  #messageKey(event, message, article) {
    if (!this.#isActive(message) || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === 'Enter' || event.key === ' ') {
      this.#menu(message, article);
      return true;
    }
    const keys = { KeyR: 'reply', KeyE: 'edit', KeyC: 'copy', Delete: 'delete', KeyL: 'react' };
    const action = this.#actions(message).find((item) => item.name === keys[event.code]);
    action?.onclick();
    return action !== undefined;
  }

  #pick(message, anchor) {
    const row = this.messages.rows.querySelector(`[data-key="${message.id}"] .bubble`);
    const beside = anchor?.isConnected ? anchor : row ?? this.composer.element;
    this.#app.attempt(() => showEmojiPicker(beside, (emoji) => this.#toggle(message, emoji)));
  }

  async #toggle(message, emoji) {
    const { store, me } = this.#app;
    const change = `${message.id} ${emoji}`;
    // A second click before the answer to the first would ask for the same again.
    if (this.#toggling.has(change)) return;
    this.#toggling.add(change);
    const isOwn = grouped(this.#current(message), me.id).some((group) => group.emoji === emoji && group.isOwn);
    if (!isOwn) noteEmoji(emoji);
    await this.#app.attempt(() => (
      isOwn ? store.unreact(this.chatId, message.id, emoji) : store.react(this.chatId, message.id, emoji)
    )).finally(() => this.#toggling.delete(change));
  }

  #copy(message) {
    navigator.clipboard?.writeText(message.content).catch(() => {});
  }

  async #delete(message) {
    const chat = this.chatId;
    const isSure = await this.#app.attempt(() => confirmDialog({
      title: t('delete.title'), text: t('delete.text'), action: t('action.delete'), isDangerous: true,
    }));
    if (isSure) await this.#app.attempt(() => this.#app.store.delete(chat, message.id));
  }

  /** From an empty composer: into the list, or to editing one's last message. */
  #up(walks) {
    if (walks) return this.messages.focusLast();
    const own = (this.#app.store.window(this.chatId)?.messages ?? [])
      .findLast((message) => message.author_id === this.#app.me.id && !message.is_deleted && message.content !== null);
    if (own) this.composer.edit(own);
    else this.messages.focusLast();
  }
}
