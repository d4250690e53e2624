// The signed-in page: the list of chats beside one chat, and what lies over them.

import { ChatList } from './chat-list.js';
import { ChatView } from './chat-view.js';
import { h } from './dom.js';
import { fetchParts, newChatDialog, profileDialog } from './later.js';
import { Notifier } from './notifier.js';
import { errorText, t } from './texts.js';

const TOAST_MS = 4000;
/** How long the socket waits at most for the first page. */
const CONNECT_MS = 1500;
/** How long the page waits at most for something to show. */
const APPEAR_MS = 100;
const PRESENCES_AT_ONCE = 4;

export class App {
  #ends = [];
  #toastTimer = null;
  #connectTimer = null;
  #isClosed = false;
  #presenceQueue = [];
  #presenceCount = 0;

  constructor(nodus) {
    this.nodus = nodus;
    this.store = nodus.store;
    this.status = h('div.connection', { role: 'status', hidden: true });
    this.toastLine = h('div.toast', { role: 'status', hidden: true });
    /** Says aloud what others see appear. */
    this.announcer = h('div.visually-hidden', { 'aria-live': 'polite' });
    this.list = new ChatList(this);
    this.view = new ChatView(this);
    this.notifier = new Notifier(this);
    this.element = h('div.app', {},
      h('a.skip', { href: '#composer', onclick: (event) => this.#skip(event) }, t('app.skip')),
      this.list.element, this.view.element, this.status, this.toastLine, this.announcer);
  }

  get me() { return this.store.me; }
  get chatId() { return this.view.chatId; }

  /** Whether somebody is looking. */
  get isAttended() { return document.visibilityState === 'visible' && document.hasFocus(); }

  /** `chats`: the first list, which is on its way. */
  open(chats) {
    const listen = (target, name, handler) => {
      target.addEventListener(name, handler);
      this.#ends.push(() => target.removeEventListener(name, handler));
    };
    listen(window, 'hashchange', () => this.#route());
    listen(window, 'online', () => this.nodus.wake());
    listen(document, 'visibilitychange', () => this.#attentionChanged());
    listen(window, 'focus', () => this.#attentionChanged());
    listen(window, 'blur', () => this.notifier.update());
    listen(window, 'beforeunload', (event) => this.#leaving(event));
    listen(window, 'keydown', (event) => this.#key(event));
    this.on(this.nodus, 'connection', (change) => this.#connectionChanged(change));
    this.on(this.store, 'chats', () => this.#chatsChanged());
    this.on(this.store, 'gone', ({ chat_id }) => this.#gone(chat_id));
    this.list.start();
    this.view.start();
    this.notifier.start();
    this.#connectionChanged({ state: this.nodus.connection });
    // With the first answer, which saves a frame without anything in it; but nobody waits for one that is late.
    setTimeout(() => this.#appear(), APPEAR_MS);
    // Shown before the socket is opened, with which everything is fetched again.
    chats.catch(() => {}).then(() => {
      // The list may have come before this module, and nobody heard of it; the chat is measured when it is drawn.
      this.#appear();
      return this.#route();
    }).then(() => {
      this.#connect();
      fetchParts();
    });
    this.#connectTimer = setTimeout(() => this.#connect(), CONNECT_MS);
    this.store.loadMe().catch(() => {});
  }

  close() {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#isClosed = true;
    clearTimeout(this.#connectTimer);
    this.nodus.disconnect();
    this.view.show(null);
    this.notifier.stop();
    for (const dialog of document.querySelectorAll('dialog')) dialog.remove();
  }

  #connect() {
    clearTimeout(this.#connectTimer);
    if (!this.#isClosed) this.nodus.connect();
  }

  /** A subscription that ends with the page. */
  on(target, name, handler) { this.#ends.push(target.on(name, handler)); }

  // MARK: Places

  go(chatId, { replace = false } = {}) {
    const hash = chatId === null ? '#/' : `#/chat/${chatId}`;
    if (replace) history.replaceState(null, '', hash);
    else if (location.hash !== hash) history.pushState(null, '', hash);
    this.#route();
  }

  #route() {
    const wanted = location.hash.match(/^#\/chat\/(\d+)$/)?.[1];
    const id = wanted && this.store.chat(Number(wanted)) ? Number(wanted) : null;
    if (wanted && id === null && this.store.isLoaded) history.replaceState(null, '', '#/');
    this.element.classList.toggle('has-chat', id !== null);
    const left = id === null && this.#isFocusIn(this.view.element) ? this.chatId : null;
    const isShown = id === this.chatId ? null : this.view.show(id);
    this.list.render();
    if (left !== null) this.list.focusChat(left);
    return isShown;
  }

  #isFocusIn(element) { return document.activeElement === document.body || element.contains(document.activeElement); }

  /** What is not sent yet goes with the page, so somebody is asked. */
  #leaving(event) {
    if (this.store.chats.some((chat) => this.store.pending(chat.id).length > 0)) event.preventDefault();
  }

  #appear() {
    if (!this.#isClosed && !this.element.isConnected) document.body.replaceChildren(this.element);
  }

  #chatsChanged() {
    this.#appear();
    this.#watchPartners();
    if (this.chatId === null && location.hash.startsWith('#/chat/')) this.#route();
  }

  #gone(chatId) {
    if (this.chatId !== chatId) return;
    this.toast(t('gone.deleted'));
    this.go(null, { replace: true });
  }

  #skip(event) {
    event.preventDefault();
    this.view.focusComposer();
  }

  /** Alt and an arrow: the chat above or below. */
  #key(event) {
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      const ids = this.list.shownIds();
      const index = ids.indexOf(this.chatId) + (event.key === 'ArrowDown' ? 1 : -1);
      if (ids[index] !== undefined) this.go(ids[index]);
      event.preventDefault();
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      this.list.focusFilter();
      event.preventDefault();
    }
  }

  // MARK: Connection

  #connectionChanged({ state }) {
    clearTimeout(this.connectionTimer);
    if (state === 'online') {
      this.status.hidden = true;
      return;
    }
    if (state === 'offline') return;
    const show = () => {
      this.status.textContent = t(state === 'waiting' ? 'connection.waiting' : 'connection.connecting');
      this.status.hidden = false;
    };
    // The short moments of starting and of a quick reconnection are nobody's business.
    if (this.status.hidden) this.connectionTimer = setTimeout(show, 600);
    else show();
  }

  #attentionChanged() {
    const isVisible = document.visibilityState === 'visible';
    this.nodus.setIdle(!isVisible);
    if (isVisible) this.nodus.wake();
    this.view.attend();
    this.notifier.update();
  }

  /** The presence of everybody somebody has a direct chat with, a few at a time. */
  #watchPartners() {
    for (const chat of this.store.chats) {
      if (chat.is_group) continue;
      for (const user of chat.participants) if (user && user.id !== this.me?.id) this.watch(user.id);
    }
  }

  watched = new Set();

  watch(user) {
    if (this.watched.has(user)) return;
    this.watched.add(user);
    this.#presenceQueue.push(user);
    this.#nextPresence();
  }

  #nextPresence() {
    if (this.#presenceCount >= PRESENCES_AT_ONCE || this.#presenceQueue.length === 0) return;
    this.#presenceCount++;
    const user = this.#presenceQueue.shift();
    this.store.loadPresence(user).catch(() => this.watched.delete(user)).finally(() => {
      this.#presenceCount--;
      this.#nextPresence();
    });
  }

  // MARK: Words over the page

  toast(text) {
    clearTimeout(this.#toastTimer);
    this.toastLine.textContent = text;
    this.toastLine.hidden = false;
    this.#toastTimer = setTimeout(() => { this.toastLine.hidden = true; }, TOAST_MS);
  }

  announce(text) { this.announcer.textContent = text; }

  /** Does something and shows why it did not work. */
  async attempt(work) {
    try {
      return await work();
    } catch (error) {
      if (error.status === undefined) throw error;
      this.toast(errorText(error));
      return undefined;
    }
  }

  name(userId) {
    if (userId === this.me?.id) return t('messages.you');
    return this.store.user(userId)?.display_name ?? t('messages.unknown');
  }

  newChat() { return this.attempt(() => newChatDialog(this)); }
  profile() { return this.attempt(() => profileDialog(this)); }

  async messagePerson(userId) {
    const chat = await this.attempt(() => this.nodus.api.directChat(userId));
    if (!chat) return;
    await this.attempt(() => this.store.loadChat(chat.id));
    this.go(chat.id);
  }

  /** Nothing is done yet: somebody may stay for what is not sent. The page that comes then leaves the account. */
  switchAccount() { location.replace('?switch'); }
}
