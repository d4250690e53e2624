// Builds elements. Text becomes text nodes; nothing here, or anywhere, parses HTML.

const SVG = 'http://www.w3.org/2000/svg';

/** `h('button.primary', { onclick, 'aria-label': … }, 'Send')`; false and null children are left out. */
export function h(selector, properties = {}, ...children) {
  const [tag, ...classes] = selector.split('.');
  const element = document.createElement(tag);
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name in element && !name.includes('-') && name !== 'list') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  append(element, children);
  return element;
}

export function append(element, children) {
  for (const child of children.flat(2)) {
    if (child !== null && child !== undefined && child !== false && child !== '') element.append(child);
  }
}

export function replaceChildren(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/** Line drawings on a grid of 24. */
const PATHS = {
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6L6 18',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  read: 'M2 12.5l4.5 4.5L16 7.5M11.5 16l1 1L22 7.5',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2',
  alert: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5v5.5M12 16.2v.3',
  reply: 'M9.5 6L4 11.5 9.5 17M4.5 11.5H14a6 6 0 0 1 6 6v1',
  edit: 'M4 20l1-4.5L16.5 4a2.1 2.1 0 0 1 3 3L8.5 19 4 20zM14.5 6l3.5 3.5',
  trash: 'M4.5 6.5h15M9 6V4h6v2M6.5 6.5l1 13.5h9l1-13.5M10 10.5v6M14 10.5v6',
  copy: 'M8.5 8.5h11v11h-11zM15.5 8V4.5h-11v11H8',
  smile: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 14.5a4.2 4.2 0 0 0 7 0M9 9.7v.6M15 9.7v.6',
  send: 'M4 12l16-8-5 16-3.5-6.5L4 12zM11.5 13.5L20 4',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L20.5 20.5',
  plus: 'M12 5v14M5 12h14',
  people: 'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.8 19.5c.5-3.6 2.9-5.5 6.2-5.5s5.7 1.9 6.2 5.5M15.5 5a3.3 3.3 0 0 1 0 6.3M17.5 14.4c2.1.7 3.4 2.4 3.8 5.1',
  more: 'M12 5.2v.1M12 12v.1M12 18.8v.1',
  down: 'M6 9.5l6 6 6-6',
  leave: 'M14 4.5H5.5v15H14M10 12h10.5M17 8.5l3.5 3.5-3.5 3.5',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c.7-4.2 3.5-6.2 7.5-6.2s6.8 2 7.5 6.2',
  retry: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4.2h-4.2',
};

export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [key, value] of [['viewBox', '0 0 24 24'], ['class', `icon icon-${name}`], ['aria-hidden', 'true']]) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button that is only a drawing, with its name for who does not see it. */
export function iconButton(name, label, onclick, properties = {}) {
  return h('button.icon-button', { type: 'button', 'aria-label': label, title: label, onclick, ...properties }, icon(name));
}

/** Moves the focus among `items` with the arrow keys, as in a menu. */
export function arrowKeys(container, selector, { isVertical = true } = {}) {
  container.addEventListener('keydown', (event) => {
    const [before, after] = isVertical ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
    const items = [...container.querySelectorAll(selector)];
    const index = items.indexOf(document.activeElement);
    const steps = { [before]: index - 1, [after]: index + 1, Home: 0, End: items.length - 1 };
    if (!(event.key in steps) || items.length === 0 || index < 0) return;
    event.preventDefault();
    items[(steps[event.key] + items.length) % items.length].focus();
  });
}
