// Where messages are written: grows with the text, keeps a draft per chat, replies and edits.

import { isKnown } from './accounts.js';
import { h, icon, iconButton } from './dom.js';
import { previewText } from './format.js';
import { showEmojiPicker } from './later.js';
import { patchChildren } from './patch.js';
import { draft, saveDraft } from './settings.js';
import { t } from './texts.js';

const CONTENT_BYTES_MAX = 16 * 1024;
const bytes = new TextEncoder();

/** Whether the Enter key sends; on a keyboard of glass it begins a line. */
const entersSend = () => !matchMedia('(pointer: coarse)').matches;

export class Composer {
  #app;
  #hooks;
  #chat = null;
  #replying = null;
  #editing = null;
  /** What it said when its editing began; others may have changed it since. */
  #contentBefore = null;

  constructor(app, hooks) {
    this.#app = app;
    this.#hooks = hooks;
    this.input = h('textarea', {
      id: 'composer', rows: 1, placeholder: t('composer.placeholder'), dir: 'auto', enterKeyHint: entersSend() ? 'send' : 'enter',
      oninput: () => this.#changed(), onkeydown: (event) => this.#key(event),
    });
    this.context = h('div.composer-context', { hidden: true });
    this.warning = h('p.error', { role: 'alert', hidden: true });
    this.submit = h('button.send', {
      type: 'submit', 'aria-label': t('composer.send'), title: t('composer.send'),
      // The focus stays where the next message is written.
      onmousedown: (event) => event.preventDefault(),
    }, icon('send'));
    this.element = h('form.composer', {
      onsubmit: (event) => {
        event.preventDefault();
        this.#send();
      },
    },
    this.context, this.warning,
    h('div.composer-line', {},
      iconButton('smile', t('composer.emoji'), (event) => this.#pick(event.currentTarget)),
      this.input, this.submit));
  }

  show(chat, title) {
    this.keepDraft();
    this.#chat = chat;
    this.#replying = null;
    this.#editing = null;
    if (chat === null) return;
    this.input.setAttribute('aria-label', t('composer.label', { title }));
    const kept = draft(this.#app.me.id, chat);
    this.input.value = kept?.text ?? '';
    if (kept?.reply_to_id) {
      this.#app.store.loadMessage(chat, kept.reply_to_id).then((message) => {
        if (message && !message.is_deleted && this.#chat === chat) this.reply(message, { focus: false });
      }, () => {});
    }
    this.#drawContext();
    this.#resize();
  }

  keepDraft() {
    const { me, store } = this.#app;
    if (this.#chat === null || this.#editing || !me) return;
    // All chats go with a session that ends, and who signs out in another window leaves no drafts.
    if (!store.chat(this.#chat) || !isKnown(me.id)) return;
    const text = this.input.value;
    const reply_to_id = this.#replying?.id;
    saveDraft(me.id, this.#chat, text.trim() === '' && !reply_to_id ? null : { text, reply_to_id });
  }

  focus() { this.input.focus({ preventScroll: true }); }

  #pick(anchor) {
    this.#app.attempt(() => showEmojiPicker(anchor, (emoji) => this.insert(emoji)));
  }

  insert(text) {
    const { selectionStart, selectionEnd } = this.input;
    this.input.setRangeText(text, selectionStart, selectionEnd, 'end');
    this.focus();
    this.#changed();
  }

  reply(message, { focus = true } = {}) {
    if (this.#editing) this.#stopEditing();
    this.#replying = message;
    this.#drawContext();
    if (focus) this.focus();
  }

  edit(message, text = message.content ?? '') {
    this.keepDraft();
    this.#editing = message;
    this.#contentBefore = message.content;
    this.#replying = null;
    this.input.value = text;
    this.#drawContext();
    this.#resize();
    this.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  #stopEditing() {
    this.#editing = null;
    this.input.value = draft(this.#app.me.id, this.#chat)?.text ?? '';
    this.#resize();
  }

  cancel({ focus = true } = {}) {
    if (this.#editing) this.#stopEditing();
    this.#replying = null;
    this.#drawContext();
    this.keepDraft();
    if (focus) this.focus();
  }

  /** What is edited or replied to may be another by now, or deleted. */
  messagesChanged() {
    const held = this.#editing ?? this.#replying;
    const now = held && this.#app.store.message(this.#chat, held.id);
    if (!now || now === held) return;
    if (now.is_deleted) {
      this.#app.toast(t('refused.Message already deleted'));
      return this.cancel({ focus: false });
    }
    if (this.#editing) this.#editing = now;
    else this.#replying = now;
    this.#drawContext();
  }

  #drawContext() {
    const message = this.#editing ?? this.#replying;
    this.context.hidden = !message;
    this.element.classList.toggle('is-editing', Boolean(this.#editing));
    this.submit.replaceChildren(icon(this.#editing ? 'check' : 'send'));
    this.submit.setAttribute('aria-label', t(this.#editing ? 'action.save' : 'composer.send'));
    if (!message) return;
    const title = this.#editing ? t('composer.editing') : t('composer.replying', { name: this.#app.name(message.author_id) });
    patchChildren(this.context, [
      icon(this.#editing ? 'edit' : 'reply'),
      h('div.composer-quote', {}, h('strong', {}, title), h('span', {}, previewText(message))),
      iconButton('close', t('composer.stop'), () => this.cancel())]);
  }

  #changed() {
    this.#resize();
    const over = bytes.encode(this.input.value).length - CONTENT_BYTES_MAX;
    this.warning.hidden = over <= 0;
    this.warning.textContent = over > 0 ? t('composer.tooLong', { count: over }) : '';
    if (this.#editing) return;
    this.keepDraft();
    const isWriting = this.input.value.trim() !== '';
    this.#app.store.setTyping(this.#chat, isWriting);
  }

  #resize() {
    this.input.style.setProperty('height', 'auto');
    // Of an empty one the height is known without a layout of the page.
    if (this.input.value !== '') this.input.style.setProperty('height', `${this.input.scrollHeight}px`);
    this.submit.classList.toggle('is-ready', this.input.value.trim() !== '');
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey && entersSend()) {
      event.preventDefault();
      this.#send();
    } else if (event.key === 'Escape' && (this.#editing || this.#replying)) {
      event.preventDefault();
      this.cancel();
    } else if (event.key === 'ArrowUp' && this.input.value === '') {
      event.preventDefault();
      this.#hooks.up(event.shiftKey || event.altKey);
    }
  }

  async #send() {
    const text = this.input.value.trim();
    if (text === '' || bytes.encode(text).length > CONTENT_BYTES_MAX) return;
    const chat = this.#chat;
    if (this.#editing) {
      const message = this.#editing;
      this.cancel();
      // Whoever changed nothing does not undo what another device did meanwhile.
      if (text === message.content || text === this.#contentBefore?.trim()) return;
      const edited = await this.#app.attempt(() => this.#app.store.edit(chat, message.id, text));
      // What was written is not lost with the connection.
      const isGone = this.#app.store.message(chat, message.id)?.is_deleted;
      if (!edited && !isGone && this.#chat === chat && !this.#editing) this.edit(message, text);
      return;
    }
    const reply_to_id = this.#replying?.id ?? null;
    this.input.value = '';
    this.#replying = null;
    saveDraft(this.#app.me.id, chat, null);
    this.#drawContext();
    this.#resize();
    this.#app.store.send(chat, { content: text, reply_to_id });
    this.#hooks.sent();
  }
}
