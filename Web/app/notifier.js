// Tells of messages while nobody looks: in the title, and by the system where it was allowed.

import { chatTitle, previewText } from './format.js';
import { wantsNotifications } from './settings.js';
import { t } from './texts.js';

const TEXT_MAX = 160;

const attendedBy = (me) => `nodus.attended.${me.id}`;

async function isAttendedElsewhere(me) {
  const held = (await navigator.locks?.query())?.held ?? [];
  return held.some(({ name }) => name === attendedBy(me));
}

/** Null where a page may not, as in browsers of phones. */
function notify(title, options) {
  try {
    return new Notification(title, options);
  } catch {
    return null;
  }
}

export class Notifier {
  #app;
  /** Ends what tells other windows of this person that somebody looks at this one. */
  #release = null;

  constructor(app) { this.#app = app; }

  start() {
    this.#app.on(this.#app.store, 'chats', () => this.update());
    this.#app.on(this.#app.store, 'message', (message) => this.#arrived(message));
    this.update();
  }

  stop() {
    this.#release?.();
    document.title = t('app.name');
  }

  update() {
    const { store, chatId, me } = this.#app;
    const unread = store.chats.reduce((sum, chat) => sum + chat.unreadCount, 0);
    const chat = chatId === null ? null : store.chat(chatId);
    const name = chat ? `${chatTitle(chat, me)} – ${t('app.name')}` : t('app.name');
    const title = unread > 0 ? `(${unread > 99 ? '99+' : unread}) ${name}` : name;
    if (document.title !== title) document.title = title;
    this.#tellAttention();
  }

  #tellAttention() {
    const { isAttended, me } = this.#app;
    if (!me || isAttended === (this.#release !== null)) return;
    this.#release?.();
    this.#release = null;
    if (!isAttended) return;
    const over = new Promise((resolve) => { this.#release = resolve; });
    navigator.locks?.request(attendedBy(me), { mode: 'shared' }, () => over);
  }

  async #arrived(message) {
    const { store, me } = this.#app;
    const isNews = message.author_id !== me?.id && (!this.#app.isAttended || message.chat_id !== this.#app.chatId);
    if (!isNews || !wantsNotifications() || !('Notification' in window) || Notification.permission !== 'granted') return;
    const chat = store.chat(message.chat_id);
    // Somebody who looks at another window sees it there.
    if (!chat || (!this.#app.isAttended && await isAttendedElsewhere(me))) return;
    const author = this.#app.name(message.author_id);
    const text = previewText(message).slice(0, TEXT_MAX);
    const notification = notify(chatTitle(chat, me), {
      body: chat.is_group ? `${author}: ${text}` : text, tag: `nodus-${message.chat_id}`, icon: '/app/icon.svg',
    });
    if (!notification) return;
    notification.onclick = () => {
      window.focus();
      this.#app.go(message.chat_id);
      notification.close();
    };
  }
}
