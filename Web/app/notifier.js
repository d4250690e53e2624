// Tells of messages while nobody looks: in the title, and by the system where it was allowed.

import { chatTitle, previewText } from './format.js';
import { wantsNotifications } from './settings.js';
import { t } from './texts.js';

const TEXT_MAX = 160;

export class Notifier {
  #app;

  constructor(app) { this.#app = app; }

  start() {
    this.#app.on(this.#app.store, 'chats', () => this.update());
    this.#app.on(this.#app.store, 'message', (message) => this.#arrived(message));
    this.update();
  }

  stop() { document.title = t('app.name'); }

  update() {
    const { store, chatId, me } = this.#app;
    const unread = store.chats.reduce((sum, chat) => sum + chat.unreadCount, 0);
    const chat = chatId === null ? null : store.chat(chatId);
    const name = chat ? `${chatTitle(chat, me)} – ${t('app.name')}` : t('app.name');
    const title = unread > 0 ? `(${unread > 99 ? '99+' : unread}) ${name}` : name;
    if (document.title !== title) document.title = title;
  }

  #arrived(message) {
    const { store, me } = this.#app;
    const isNews = message.author_id !== me?.id && (!this.#app.isAttended || message.chat_id !== this.#app.chatId);
    if (!isNews || !wantsNotifications() || !('Notification' in window) || Notification.permission !== 'granted') return;
    const chat = store.chat(message.chat_id);
    if (!chat) return;
    const author = this.#app.name(message.author_id);
    const text = previewText(message).slice(0, TEXT_MAX);
    const notification = new Notification(chatTitle(chat, me), {
      body: chat.is_group ? `${author}: ${text}` : text, tag: `nodus-${message.chat_id}`, icon: '/app/icon.svg',
    });
    notification.onclick = () => {
      window.focus();
      this.#app.go(message.chat_id);
      notification.close();
    };
  }
}
