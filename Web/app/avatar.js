// A person's or group's picture: the one they set, else letters on a colour of their own.

import { h, icon } from './dom.js';

const HUES = 8;

function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0]).join('').toUpperCase() || '?';
}

export const hueOf = (id) => `hue-${Math.abs(id ?? 0) % HUES}`;

/** Only addresses that a picture may come from; `javascript:` and others are nobody's face. */
function pictureURL(text) {
  try {
    const url = new URL(text);
    return url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}

/** Pictures that could not be had, which are not asked for with each drawing. */
const failed = new Set();
addEventListener('online', () => failed.clear());

export function avatar({ id, name, url = null, isGroup = false, size = '' }, ...inside) {
  const letters = isGroup ? icon('people') : initials(name);
  const element = h(`span.avatar.${hueOf(id)}${isGroup ? '.is-group' : ''}${size ? `.${size}` : ''}`, { 'aria-hidden': 'true' },
    h('span.letters', {}, letters), ...inside);
  const picture = url && pictureURL(url);
  if (picture && !failed.has(picture)) {
    const image = h('img', { src: picture, alt: '', loading: 'lazy', referrerPolicy: 'no-referrer' });
    image.addEventListener('error', () => {
      // It may have been given another address since.
      failed.add(image.src);
      image.remove();
    });
    element.append(image);
  }
  return element;
}

export const userAvatar = (user, size, ...inside) => avatar(
  { id: user?.id, name: user?.display_name ?? '?', url: user?.avatar_url, size }, ...inside);
