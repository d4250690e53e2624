// What opens beside something and closes by Escape, by a click elsewhere, or when it has been used.

import { arrowKeys, h, icon } from './dom.js';

const MARGIN = 8;
let open = null;

export function closePopup() {
  open?.close();
}

/** Shows `element` beside `anchor`: an element, or a point `{ x, y }`. The focus returns where it was. */
export function showPopup(element, anchor, { onclose = () => {} } = {}) {
  closePopup();
  const opener = document.activeElement;
  const row = opener?.closest('.row')?.dataset.key;
  const host = document.querySelector('dialog[open]') ?? document.body;
  host.append(element);
  element.classList.add('popup');
  const rect = anchor instanceof Element ? anchor.getBoundingClientRect()
    : { left: anchor.x, right: anchor.x, top: anchor.y, bottom: anchor.y };
  const { width, height } = element.getBoundingClientRect();
  const left = Math.min(Math.max(MARGIN, rect.left), innerWidth - width - MARGIN);
  const isBelow = rect.bottom + height + MARGIN < innerHeight;
  const top = isBelow ? rect.bottom + 4 : Math.max(MARGIN, rect.top - height - 4);
  element.style.setProperty('left', `${left}px`);
  element.style.setProperty('top', `${top}px`);

  const away = (event) => { if (!element.contains(event.target)) close(); };
  const key = (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  function close() {
    if (open?.element !== element) return;
    open = null;
    document.removeEventListener('pointerdown', away, true);
    document.removeEventListener('keydown', key, true);
    const hadFocus = element.contains(document.activeElement);
    element.remove();
    // Meanwhile the row may have been drawn again.
    const target = opener?.isConnected || !row ? opener
      : document.querySelector(`.row[data-key="${CSS.escape(row)}"] .message`);
    if (hadFocus && target?.isConnected) target.focus({ preventScroll: true });
    onclose();
  }
  // The Tab key leads out of it.
  element.addEventListener('focusout', ({ relatedTarget }) => { if (relatedTarget && !element.contains(relatedTarget)) close(); });
  open = { element, close };
  document.addEventListener('pointerdown', away, true);
  document.addEventListener('keydown', key, true);
  return close;
}

/** A menu of `{ label, icon, onclick, isDangerous }`. */
export function showMenu(items, anchor, label) {
  const element = h('div.menu', { role: 'menu', 'aria-label': label }, items.map((item) => h(
    `button.menu-item${item.isDangerous ? '.is-dangerous' : ''}`,
    {
      type: 'button', role: 'menuitem', onclick: () => {
        closePopup();
        item.onclick();
      },
    },
    icon(item.icon), h('span', {}, item.label))));
  arrowKeys(element, '.menu-item');
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab') return;
    event.preventDefault();
    closePopup();
  });
  showPopup(element, anchor);
  element.querySelector('.menu-item').focus();
}
