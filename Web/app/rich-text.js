// What people write, as nodes: links, `code`, blocks of code, line breaks. Nothing else has a meaning.

import { h } from './dom.js';

const LINK = /\bhttps?:\/\/[^\s<>"'`]+/giu;
const EMOJI_ONLY = /^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\p{Regional_Indicator}|\s)+$/u;
const HAS_PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u;
const LARGE_EMOJI_MAX = 3;

/** Brackets and full stops behind an address belong to the sentence. */
function trimmed(url) {
  let end = url.length;
  while (end > 0) {
    const last = url[end - 1];
    const isUnopened = last === ')' && !url.slice(0, end).includes('(');
    if (!isUnopened && !'.,;:!?]}…»”'.includes(last)) break;
    end--;
  }
  return url.slice(0, end);
}

function isLink(text) {
  try {
    const { protocol, hostname } = new URL(text);
    return (protocol === 'http:' || protocol === 'https:') && hostname !== '';
  } catch {
    return false;
  }
}

function withLinks(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const url = trimmed(match[0]);
    if (!isLink(url)) continue;
    nodes.push(text.slice(from, match.index));
    nodes.push(h('a', { href: url, target: '_blank', rel: 'noopener noreferrer nofollow' }, url));
    from = match.index + url.length;
  }
  nodes.push(text.slice(from));
  return nodes;
}

function inline(text) {
  return text.split(/(`[^`\n]+`)/).flatMap((part) => (
    part.length > 2 && part.startsWith('`') && part.endsWith('`')
      ? [h('code', {}, part.slice(1, -1))] : withLinks(part)));
}

/** The nodes of a message's text; line breaks are kept by the style, and a block of code has its own. */
export function richText(text) {
  return text.split(/\n?(```[\s\S]+?```)\n?/).flatMap((part) => {
    if (!part.startsWith('```') || !part.endsWith('```') || part.length < 7) return inline(part);
    const code = part.slice(3, -3).replace(/^\w*\n/, '').replace(/\n$/, '');
    return [h('pre', { tabIndex: 0 }, h('code', {}, code))];
  });
}

/** Whether a text is a few emoji and nothing else, which are then shown large. */
export function isLargeEmoji(text) {
  if (text.length > 40 || !EMOJI_ONLY.test(text) || !HAS_PICTURE.test(text)) return false;
  const segments = globalThis.Intl?.Segmenter ? [...new Intl.Segmenter().segment(text.replace(/\s/g, ''))] : [...text];
  return segments.length <= LARGE_EMOJI_MAX;
}

/** The parts of `text` around each place where `query` is found, ignoring case. */
export function highlighted(text, query) {
  const wanted = query.trim().toLowerCase();
  const lower = text.toLowerCase();
  // Some letters change length with their case; then nothing is marked.
  if (wanted === '' || lower.length !== text.length) return [text];
  const nodes = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    nodes.push(text.slice(from, at), h('mark', {}, text.slice(at, at + wanted.length)));
    from = at + wanted.length;
  }
  nodes.push(text.slice(from));
  return nodes;
}
