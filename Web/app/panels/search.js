// Search in the chat that is open.

import { h, iconButton, replaceChildren } from '../dom.js';
import { dayText, timeText } from '../format.js';
import { highlighted } from '../rich-text.js';
import { errorText, t } from '../texts.js';

const PAGE = 30;
const WAIT_MS = 250;
/** Characters of a long message shown around what was found. */
const BEFORE = 40;
const LENGTH_MAX = 240;

function excerpt(text, query) {
  const at = text.toLowerCase().indexOf(query.trim().toLowerCase());
  if (text.length <= LENGTH_MAX || at < BEFORE) return text.slice(0, LENGTH_MAX);
  return `…${text.slice(at - BEFORE, at - BEFORE + LENGTH_MAX)}`;
}

export class SearchPanel {
  #app;
  #view;
  #timer = null;
  #generation = 0;
  #found = [];
  /** So many were fetched, some of them perhaps twice. */
  #passed = 0;

  constructor(app, view) {
    this.#app = app;
    this.#view = view;
    this.input = h('input', {
      type: 'search', placeholder: t('search.placeholder'), 'aria-label': t('search.placeholder'), oninput: () => {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#search(), WAIT_MS);
      },
    });
    this.results = h('ol.results', { role: 'list' });
    this.status = h('p.hint', { role: 'status' });
    this.more = h('button', { type: 'button', hidden: true, onclick: () => this.#search(this.#passed) }, t('search.more'));
    this.element = h('section.panel', {
      'aria-label': t('search.title'), onkeydown: (event) => { if (event.key === 'Escape') view.closePanel(); },
    },
    h('header.bar', {}, h('h2', {}, t('search.title')), h('span.spring'), iconButton('close', t('action.close'), () => view.closePanel())),
    h('div.panel-body', {}, this.input, this.status, this.results, this.more));
  }

  start() { this.input.focus(); }

  stop() { clearTimeout(this.#timer); }

  async #search(offset = 0) {
    const generation = ++this.#generation;
    const query = this.input.value;
    if (query.trim() === '') {
      this.#found = [];
      return this.#draw(query, false);
    }
    try {
      const found = await this.#app.nodus.api.search(this.#view.chatId, query, { limit: PAGE, offset });
      if (generation !== this.#generation) return;
      // Messages that came since the first page move others on to the next, where they are once more.
      const known = new Set(offset === 0 ? [] : this.#found.map((message) => message.id));
      const fresh = found.filter((message) => !known.has(message.id));
      this.#found = offset === 0 ? fresh : [...this.#found, ...fresh];
      this.#passed = offset + found.length;
      this.#draw(query, found.length === PAGE);
    } catch (error) {
      if (error.status === undefined) throw error;
      this.status.textContent = errorText(error);
    }
  }

  #draw(query, hasMore) {
    const count = this.#found.length;
    this.status.textContent = query.trim() === '' ? '' : count === 0 ? t('search.none') : t('search.results', { count: hasMore ? `${count}+` : count });
    this.more.hidden = !hasMore;
    replaceChildren(this.results, this.#found.map((message) => h('li', {}, h('button.result', {
      type: 'button', onclick: () => this.#view.jump(message.id),
    },
    h('span.result-top', {}, h('strong', {}, this.#app.name(message.author_id)),
      h('time', { dateTime: message.ts }, `${dayText(message.ts)}, ${timeText(message.ts)}`)),
    h('span.result-text', { dir: 'auto' }, highlighted(excerpt(message.content ?? '', query), query))))));
  }
}
