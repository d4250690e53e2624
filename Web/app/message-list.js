// The messages of a chat, of which only those near the visible ones are in the page.
//
// Everything is drawn around an anchor: the topmost row that somebody sees. After each change that row is
// where it was on the screen, so nothing jumps, whatever came or went above it. `isPinned` means that the
// newest message is in sight and stays so.

import { h, icon, iconButton } from './dom.js';
import { dayKey, previewText } from './format.js';
import { messageRow } from './message-row.js';
import { patch } from './patch.js';
import { t } from './texts.js';
import { firstUnread, reachesUnread } from './unread.js';

/** Rows kept in the page above and below the anchor. */
const ROWS_ABOVE = 50;
const ROWS_BELOW = 70;
/** Drawn again when fewer pixels than these are left before the first or behind the last row. */
const MARGIN_PX = 900;
/** Rows that one frame adds at each end. */
const ROWS_A_FRAME = 16;
/** Fetched ahead when fewer messages than these are left. */
const AHEAD = 150;
const PAGE = 100;
/** Fetched of a chat that is opened: as many as were asked for ahead of it. */
const FIRST_PAGE = 50;
/** No row is lower: drawn at once are as many as a screen can show. */
const ROW_MIN_PX = 28;
const GROUP_MS = 5 * 60_000;
const PINNED_PX = 32;
const UNREAD_PAGE_MAX = 200;
const UNREAD_PAGES_MAX = 4;
const FLASH_MS = 1800;
const REPLY_REFUSED = 'Cannot reply to deleted message';

export class MessageList {
  #app;
  #hooks;
  #chat = null;
  /** A message of the stretch that is shown; null for the newest. */
  #around = null;
  #isPinned = true;
  /** Where the end was when it was last shown. */
  #endTop = 0;
  #rows = new Map();
  #keys = [];
  #firstUnread = null;
  #newCount = 0;
  #missing = new Set();
  #isDue = false;
  #hasScrolled = false;
  #frame = null;
  /** Whether a chat was opened and there is nothing of it yet; it is drawn when it is known where it begins. */
  #isOpening = false;
  /** Whether only what can be seen is drawn: the rows out of sight come behind the first frame. */
  #isFirstFrame = false;
  #flashed = null;
  /** The message that had the focus last. */
  #stop = null;
  #generation = 0;

  /** `hooks`: what the chat view does with rows: `toolbar`, `menu`, `toggleReaction`, `key`, `leave`, `moved`. */
  constructor(app, hooks) {
    this.#app = app;
    this.#hooks = hooks;
    this.rows = h('ol.rows', { role: 'list' });
    this.head = h('div.list-head', {});
    this.foot = h('div.list-foot', {});
    this.scroller = h('div.scroller', { tabIndex: -1, role: 'group' }, this.head, this.rows, this.foot);
    this.jumpCount = h('span.badge', { hidden: true });
    this.jumpButton = h('button.to-bottom', {
      type: 'button', hidden: true, 'aria-label': t('messages.toBottom'), title: t('messages.toBottom'),
      onclick: () => this.toBottom(),
    }, icon('down'), this.jumpCount);
    this.element = h('div.message-list', {}, this.scroller, this.jumpButton);
    this.scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.scroller.addEventListener('keydown', (event) => this.#key(event));
    for (const [name, handler] of [
      ['click', (event) => this.#click(event)], ['contextmenu', (event) => this.#contextMenu(event)],
      ['pointerover', (event) => this.#hover(event)], ['focusin', (event) => this.#hover(event)],
    ]) this.rows.addEventListener(name, handler);
    new ResizeObserver(() => { if (this.#isPinned && !this.#hasLeftEnd()) this.#scrollToEnd(); }).observe(this.scroller);
  }

  start() {
    const { store } = this.#app;
    this.#app.on(store, 'messages', ({ chat_id }) => { if (chat_id === this.#chat) this.draw(); });
    this.#app.on(store, 'members', ({ chat_id }) => { if (chat_id === this.#chat) this.#redraw(); });
    this.#app.on(store, 'reset', ({ chat_id }) => { if (chat_id === this.#chat) this.#reload(); });
    // A load that failed meanwhile is nobody else's to repeat.
    this.#app.on(this.#app.nodus, 'connection', ({ state }) => {
      const isMissing = this.#chat !== null && !store.isCurrent(this.#chat, this.#around);
      if (state === 'online' && isMissing) this.#reload();
    });
    this.#app.on(store, 'message', (message) => this.#arrived(message));
  }

  /** Whether the newest message is in sight. */
  get isAtEnd() { return this.#isPinned; }

  async show(chat) {
    this.#generation++;
    const generation = this.#generation;
    this.#chat = chat;
    this.#isOpening = false;
    this.#around = null;
    this.#isPinned = true;
    this.#endTop = 0;
    this.#firstUnread = null;
    this.#newCount = 0;
    this.#stop = null;
    this.#keys = [];
    this.#rows.clear();
    this.#missing.clear();
    this.rows.replaceChildren();
    this.#showCount();
    if (chat === null) return;
    const { store } = this.#app;
    const unread = store.chat(chat)?.unreadCount ?? 0;
    const load = store.isCurrent(chat) ? null
      : this.#attempt(() => store.loadNewest(chat, Math.min(UNREAD_PAGE_MAX, Math.max(FIRST_PAGE, unread + 30))));
    if (load) {
      this.#isOpening = true;
      this.scroller.setAttribute('aria-busy', 'true');
      // Where the unread ones begin, only what is current tells.
      await (unread > 0 ? load : this.#something(chat, load));
    }
    for (let pages = 0; pages < UNREAD_PAGES_MAX && !reachesUnread(store.window(chat), unread, this.#app.me); pages++) {
      await load;
      await this.#attempt(() => store.loadOlder(chat, null, UNREAD_PAGE_MAX));
    }
    if (generation !== this.#generation) return;
    this.#isOpening = false;
    this.scroller.removeAttribute('aria-busy');
    this.#firstUnread = firstUnread(store.window(chat), unread, this.#app.me);
    if (this.#firstUnread !== null) {
      this.#isPinned = false;
      this.render(this.#firstUnread);
      this.#bringIntoView(this.#firstUnread, 0.2);
    } else {
      this.render(null, Math.ceil(innerHeight / ROW_MIN_PX));
    }
    this.#isFirstFrame = true;
    requestAnimationFrame(() => setTimeout(() => {
      this.#isFirstFrame = false;
      this.#scrolled();
    }));
    await load;
  }

  /** Waits until there is something to show, be it of before the greeting, while `load` fetches it anew. */
  #something(chat, load) {
    const { store } = this.#app;
    return new Promise((resolve) => {
      const end = store.on('messages', ({ chat_id }) => { if (chat_id === chat && store.window(chat)) resolve(); });
      load.catch(() => {}).then(resolve).finally(end);
    });
  }

  /** After the connection was away for too long: the same place, fetched anew. */
  async #reload() {
    const { store } = this.#app;
    const chat = this.#chat;
    const top = this.#topKey();
    const place = this.#isPinned || typeof top !== 'number' ? null : top;
    this.#around = place;
    await this.#attempt(() => (place === null ? store.loadNewest(chat) : store.loadAround(chat, place)));
    if (chat === this.#chat) this.render();
  }

  async #attempt(work) {
    try {
      await work();
    } catch (error) {
      if (error.status === undefined) throw error;
    }
  }

  // MARK: Drawing

  draw() {
    if (this.#isOpening) return;
    this.#isDue = true;
    this.#awaitFrame();
  }

  /** What changed and where somebody scrolled to is drawn at once: a frame has time for one drawing. */
  #awaitFrame() {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      const isWanted = (this.#hasScrolled && this.#placeChanged()) || this.#isDue;
      this.#hasScrolled = false;
      this.#isDue = false;
      if (isWanted) this.render();
    });
  }

  #redraw() {
    for (const held of this.#rows.values()) held.message = null;
    this.draw();
  }

  /** Draws the rows around `center`, a key, or around what is seen; at most `countMax`. */
  render(center = null, countMax = ROWS_ABOVE + ROWS_BELOW) {
    const { store } = this.#app;
    const chat = this.#chat;
    const shown = chat === null || this.#isOpening ? null : store.window(chat, this.#around);
    if (!shown) return;
    const pending = shown.at_end ? store.pending(chat) : [];
    const { messages } = shown;
    const count = messages.length + pending.length;
    if (this.#isPinned && this.#hasLeftEnd()) this.#isPinned = false;
    const anchor = this.#anchor();
    const wanted = this.#range(messages, count, center ?? anchor?.key ?? null, countMax);
    const [start, end] = center === null ? this.#nextStep(messages, wanted) : wanted;
    if (start > wanted[0] || end < wanted[1]) this.#scrolled();
    const rows = [];
    const keys = [];
    for (let index = start; index < end; index++) {
      const message = messages[index] ?? pending[index - messages.length];
      const before = messages[index - 1] ?? pending[index - 1 - messages.length];
      const key = message.id ?? message.key;
      keys.push(key);
      rows.push(this.#row(key, message, before, index === 0 && shown.at_start));
    }
    this.#place(rows);
    this.#forgetRows(keys);
    this.#keys = keys;
    this.#placeStop();
    this.#drawEnds(shown, start, count);
    this.#restore(anchor);
    this.#fetchAhead(shown, start, end, count);
  }

  #range(messages, count, center, countMax) {
    if (this.#isPinned || center === null) return [Math.max(0, count - countMax), count];
    let index = messages.findIndex((message) => message.id >= center);
    if (index < 0) index = count - 1;
    return [Math.max(0, index - ROWS_ABOVE), Math.min(count, index + ROWS_BELOW)];
  }

  /** As far towards `wanted` as one frame may take; the next one goes on where too little is out of sight. */
  #nextStep(messages, wanted) {
    if (this.#isPinned) return wanted;
    const [first, last] = [this.#keys[0], this.#keys.at(-1)]
      .map((key) => messages.findIndex((message) => message.id === key));
    const isBeside = first >= 0 && last >= 0 && first <= wanted[1] && last >= wanted[0];
    if (!isBeside) return wanted;
    return [Math.max(wanted[0], first - ROWS_A_FRAME), Math.min(wanted[1], last + 1 + ROWS_A_FRAME)];
  }

  #row(key, message, before, isFirst) {
    const { store } = this.#app;
    const isNewDay = before ? dayKey(before.ts) !== dayKey(message.ts) : isFirst;
    const isFirstUnread = key === this.#firstUnread;
    const follows = Boolean(before) && !isNewDay && !isFirstUnread && before.author_id === message.author_id
      && new Date(message.ts) - new Date(before.ts) < GROUP_MS;
    const quoted = this.#quoted(message);
    const held = this.#rows.get(key);
    const isSame = held && held.message === message && held.follows === follows && held.isNewDay === isNewDay
      && held.isFirstUnread === isFirstUnread && held.quoted === quoted;
    if (isSame) return held.element;
    const fresh = messageRow({
      message, key, follows, day: isNewDay ? message.ts : null, isFirstUnread, quoted, app: this.#app,
      showsPeople: store.chat(this.#chat)?.is_group ?? false,
    });
    if (key === this.#flashed) fresh.classList.add('flash');
    const element = held?.element ?? fresh;
    if (held) patch(element, fresh);
    this.#rows.set(key, { message, follows, isNewDay, isFirstUnread, quoted, element });
    return element;
  }

  /** The message that is replied to, which is fetched where it is not held. */
  #quoted(message) {
    const id = message.reply_to_id;
    if (id === null || id === undefined) return null;
    const { store } = this.#app;
    const chat = this.#chat;
    const held = store.message(chat, id);
    if (!held && !this.#missing.has(id)) {
      this.#missing.add(id);
      store.loadMessage(chat, id).catch(() => this.#missing.delete(id));
    }
    return held ?? null;
  }

  #place(rows) {
    const wanted = new Set(rows);
    for (const row of [...this.rows.children]) if (!wanted.has(row)) row.remove();
    let at = this.rows.firstChild;
    for (const row of rows) {
      if (row === at) at = at.nextSibling;
      else this.rows.insertBefore(row, at);
    }
  }

  #forgetRows(keys) {
    const kept = new Set(keys);
    for (const key of this.#rows.keys()) if (!kept.has(key)) this.#rows.delete(key);
  }

  /** One message is a stop of the Tab key: the one that had the focus last, else the newest. */
  #placeStop() {
    const row = this.#rows.get(this.#stop)?.element ?? this.rows.lastElementChild;
    const stop = row?.querySelector('.message');
    for (const other of this.rows.querySelectorAll('.message[tabindex="0"]')) if (other !== stop) other.tabIndex = -1;
    if (stop) stop.tabIndex = 0;
  }

  #drawEnds(shown, start, count) {
    const isEmpty = count === 0;
    const isFirstDrawn = shown.at_start && start === 0;
    const text = isEmpty ? t('messages.empty') : isFirstDrawn ? t('messages.start') : '';
    if (this.head.textContent !== text) this.head.textContent = text;
    this.head.classList.toggle('is-loading', !shown.at_start);
    this.foot.classList.toggle('is-loading', !shown.at_end);
  }

  // MARK: Places

  /** The topmost row that is seen, and where. */
  #anchor() {
    const top = this.scroller.scrollTop;
    const { children } = this.rows;
    let low = 0;
    let high = children.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const row = children[middle];
      if (row.offsetTop + row.offsetHeight <= top) low = middle + 1;
      else high = middle;
    }
    const row = children[low];
    if (!row) return null;
    const key = this.#keys[low];
    return { key, row, offset: row.offsetTop - top };
  }

  #topKey() { return this.#anchor()?.key ?? null; }

  #restore(anchor) {
    if (this.#isPinned) return this.#scrollToEnd();
    if (!anchor) return;
    const row = anchor.row.isConnected ? anchor.row : this.#rows.get(anchor.key)?.element;
    if (!row) return;
    const top = row.offsetTop - anchor.offset;
    if (Math.abs(this.scroller.scrollTop - top) >= 1) this.scroller.scrollTop = top;
  }

  #scrollToEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#endTop = this.scroller.scrollTop;
  }

  /** Whether somebody scrolled up since, which is told only with the next frame. */
  #hasLeftEnd() {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    return scrollTop < this.#endTop - PINNED_PX && scrollHeight - scrollTop - clientHeight > PINNED_PX;
  }

  #bringIntoView(key, share) {
    const row = this.#rows.get(key)?.element;
    if (!row) return;
    this.scroller.scrollTop = row.offsetTop - (this.scroller.clientHeight - Math.min(row.offsetHeight, this.scroller.clientHeight)) * share;
  }

  #scrolled() {
    if (this.#isFirstFrame) return;
    this.#hasScrolled = true;
    this.#awaitFrame();
  }

  /** Whether too little is left out of sight. */
  #placeChanged() {
    if (this.#chat === null) return false;
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    const below = scrollHeight - scrollTop - clientHeight;
    const shown = this.#app.store.window(this.#chat, this.#around);
    const isLast = this.#isLastDrawn(shown);
    const wasPinned = this.#isPinned;
    this.#isPinned = below <= PINNED_PX && isLast && (shown?.at_end ?? true);
    if (this.#isPinned && !wasPinned) {
      this.#newCount = 0;
      this.#showCount();
    }
    this.jumpButton.hidden = this.#isPinned || (below < clientHeight / 2 && isLast && this.#newCount === 0);
    this.#hooks.moved();
    if (!shown) return false;
    const first = shown.messages[0]?.id;
    return (scrollTop < MARGIN_PX && (this.#keys[0] !== first || !shown.at_start))
      || (below < MARGIN_PX && (!isLast || !shown.at_end));
  }

  #isLastDrawn(shown) {
    if (!shown) return true;
    const last = this.#app.store.pending(this.#chat).at(-1)?.key ?? shown.messages.at(-1)?.id;
    return last === undefined || this.#keys.at(-1) === last;
  }

  #fetchAhead(shown, start, end, count) {
    const { store } = this.#app;
    const chat = this.#chat;
    const around = this.#around;
    if (start < AHEAD && !shown.at_start) this.#attempt(() => store.loadOlder(chat, around, PAGE));
    if (count - end < AHEAD && !shown.at_end) this.#attempt(() => store.loadNewer(chat, around, PAGE));
  }

  /** Shows a message, however far away it is, and lights it up. */
  async jumpTo(id) {
    const { store } = this.#app;
    const chat = this.#chat;
    if (!store.window(chat, this.#around)?.messages.some((message) => message.id === id)) {
      if (!store.window(chat, id)) await this.#app.attempt(() => store.loadAround(chat, id, PAGE));
      if (chat !== this.#chat || !store.window(chat, id)) return;
      this.#around = id;
    }
    this.#isPinned = false;
    this.#flashed = id;
    this.render(id);
    this.#bringIntoView(id, 0.4);
    const row = this.#rows.get(id)?.element;
    row?.classList.add('flash');
    row?.querySelector('.message').focus({ preventScroll: true });
    setTimeout(() => {
      if (this.#flashed === id) this.#flashed = null;
      this.#rows.get(id)?.element.classList.remove('flash');
    }, FLASH_MS);
    this.#scrolled();
  }

  async toBottom() {
    const { store } = this.#app;
    const chat = this.#chat;
    if (!store.isCurrent(chat)) await this.#app.attempt(() => store.loadNewest(chat));
    if (chat !== this.#chat) return;
    this.#around = null;
    this.#isPinned = true;
    this.#endTop = 0;
    this.#newCount = 0;
    this.#showCount();
    this.render();
    this.#scrolled();
  }

  #showCount() {
    this.jumpCount.textContent = String(this.#newCount);
    this.jumpCount.hidden = this.#newCount === 0;
    const label = this.#newCount > 0 ? t('messages.newCount', { count: this.#newCount }) : t('messages.toBottom');
    this.jumpButton.setAttribute('aria-label', label);
    if (this.#isPinned) this.jumpButton.hidden = true;
    else if (this.#newCount > 0) this.jumpButton.hidden = false;
  }

  // MARK: What comes

  #arrived(message) {
    if (message.chat_id !== this.#chat) return;
    if (message.author_id === this.#app.me?.id) return;
    const name = this.#app.name(message.author_id);
    this.#app.announce(t('messages.incoming', { name, text: previewText(message) }));
    // What was read before is not new any more.
    const isFirst = this.#app.store.chat(this.#chat)?.unreadCount === 1;
    if (!this.#app.isAttended && (isFirst || this.#firstUnread === null)) this.#firstUnread = message.id;
    if (!this.#isPinned) {
      this.#newCount++;
      this.#showCount();
    }
  }

  /** Somebody wrote here: what was new is not any more. */
  sent() {
    this.#firstUnread = null;
    this.#stop = null;
    return this.toBottom();
  }

  // MARK: Hands

  message(row) {
    const key = this.#keys[[...this.rows.children].indexOf(row)];
    return this.#rows.get(key)?.message;
  }

  #hover(event) {
    const article = event.target.closest?.('.message');
    if (!article || event.pointerType === 'touch') return;
    const message = this.message(article.closest('.row'));
    if (!message) return;
    if (event.target === article && event.type === 'focusin') {
      this.#stop = message.id ?? message.key;
      this.#placeStop();
    }
    this.#hooks.toolbar(article, message);
  }

  #click(event) {
    const row = event.target.closest('.row');
    const message = row && this.message(row);
    if (!message) return;
    const reaction = event.target.closest('.reaction');
    if (reaction) return this.#hooks.toggleReaction(message, reaction.dataset.emoji);
    if (event.target.closest('.quote')) return this.jumpTo(message.reply_to_id);
    if (event.target.closest('.retry')) return this.#retry(message);
    if (event.target.closest('.discard')) return this.#app.store.discard(this.#chat, message.key);
    const isTouch = matchMedia('(hover: none)').matches;
    if (isTouch && event.target.closest('.bubble') && !event.target.closest('a, button')) {
      this.#hooks.menu(message, { x: event.clientX, y: event.clientY });
    }
  }

  /** A reply to what was deleted meanwhile is sent as a message of its own: as it is, it is refused each time. */
  #retry({ key, content, error }) {
    const { store } = this.#app;
    // A second click before the next frame, where the first one has taken it away.
    if (!store.pending(this.#chat).some((each) => each.key === key)) return;
    if (error.detail !== REPLY_REFUSED) return store.retry(this.#chat, key);
    store.discard(this.#chat, key);
    store.send(this.#chat, { content });
  }

  #contextMenu(event) {
    const article = event.target.closest('.message');
    const hasSelection = String(getSelection()) !== '';
    if (!article || event.target.closest('a') || hasSelection) return;
    const message = this.message(article.closest('.row'));
    if (!message?.id || message.is_deleted) return;
    event.preventDefault();
    const isByKey = event.clientX === 0 && event.clientY === 0;
    this.#hooks.menu(message, isByKey ? article : { x: event.clientX, y: event.clientY });
  }

  /** The focus of the list is one stop; the arrow keys walk within. */
  focusLast() {
    const rows = this.rows.querySelectorAll('.message');
    rows[rows.length - 1]?.focus();
  }

  #key(event) {
    const article = event.target.closest('.message');
    if (article && event.key === 'Escape') {
      event.preventDefault();
      return this.#hooks.leave();
    }
    if (!article || event.target !== article) return;
    const row = article.closest('.row');
    const moves = { ArrowUp: row.previousElementSibling, ArrowDown: row.nextElementSibling };
    if (event.key in moves) {
      event.preventDefault();
      const next = moves[event.key]?.querySelector('.message');
      if (next) next.focus();
      else if (event.key === 'ArrowDown') this.#hooks.leave();
      return;
    }
    const message = this.message(row);
    if (message && this.#hooks.key(event, message, article)) event.preventDefault();
  }
}
