// Chooses an emoji: by group, or by a word in either language.

import { EMOJI } from './emoji.js';
import { h, replaceChildren } from './dom.js';
import { closePopup, showPopup } from './popup.js';
import { noteEmoji, recentEmoji } from './settings.js';
import { language, t } from './texts.js';

const COLUMNS = 8;
const CYRILLIC = /\p{Script=Cyrillic}/u;

/** The words in the person's language; some emoji have them in one only. */
function named(words) {
  const own = words.split(' ').filter((word) => CYRILLIC.test(word) === (language === 'ru'));
  return own.length > 0 ? own.join(' ') : words;
}

/** Opens beside `anchor`; `choose` is called with an emoji. */
export function showEmojiPicker(anchor, choose) {
  const list = h('div.emoji-list', {});
  const search = h('input', {
    type: 'search', placeholder: t('emoji.search'), 'aria-label': t('emoji.search'), oninput: () => draw(search.value),
  });
  const element = h('div.emoji-picker', { role: 'dialog', 'aria-label': t('composer.emoji') }, search, list);

  function pick(emoji) {
    noteEmoji(emoji);
    closePopup();
    choose(emoji);
  }

  function button({ emoji, words }) {
    return h('button.emoji-choice', {
      type: 'button', title: named(words), 'aria-label': `${emoji} ${named(words)}`, onclick: () => pick(emoji),
    }, emoji);
  }

  function section(title, entries) {
    return entries.length > 0 && h('section', {}, h('h3', {}, title), h('div.emoji-grid', {}, entries.map(button)));
  }

  function draw(query) {
    const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length > 0) {
      const found = EMOJI.flatMap((group) => group.entries)
        .filter((entry) => words.every((word) => entry.words.includes(word) || entry.emoji === word));
      replaceChildren(list, found.length > 0 ? h('div.emoji-grid', {}, found.map(button)) : h('p.hint', { role: 'status' }, t('emoji.none')));
      return;
    }
    const all = EMOJI.flatMap((group) => group.entries);
    const recent = recentEmoji().map((emoji) => all.find((entry) => entry.emoji === emoji)).filter(Boolean);
    replaceChildren(list, section(t('emoji.recent'), recent),
      EMOJI.map(({ group, entries }) => section(t(`emoji.${group}`), entries)));
  }

  element.addEventListener('keydown', (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };
    const buttons = [...list.querySelectorAll('button')];
    if (event.target === search) {
      if (event.key === 'ArrowDown') buttons[0]?.focus();
      else if (event.key === 'Enter' && search.value.trim() !== '') buttons[0]?.click();
      else return;
      event.preventDefault();
      return;
    }
    if (!(event.key in steps)) return;
    const next = buttons.indexOf(document.activeElement) + steps[event.key];
    (next < 0 ? search : buttons[Math.min(next, buttons.length - 1)]).focus();
    event.preventDefault();
  });

  draw('');
  showPopup(element, anchor);
  // There the search would bring up a keyboard that hides what there is to choose from.
  (matchMedia('(hover: none)').matches ? list.querySelector('button') : search).focus();
}
