// The words of the interface, in the language of the browser or of the person's choice.

import { en } from './texts/en.js';
import { ru } from './texts/ru.js';

export const LANGUAGES = { en: 'English', ru: 'Русский' };
const TEXTS = { en, ru };
const KEY = 'nodus.language';

function preferred() {
  const chosen = localStorage.getItem(KEY);
  if (chosen in TEXTS) return chosen;
  return navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in TEXTS) ?? 'en';
}

export const language = preferred();
/** With the person's own way to write times, such as en-GB. */
export const locale = navigator.languages.find((tag) => tag.startsWith(language)) ?? language;
const plurals = new Intl.PluralRules(language);
document.documentElement.lang = language;

/** Takes effect with the next start of the page. */
export function chooseLanguage(tag) {
  localStorage.setItem(KEY, tag);
  location.reload();
}

/** A text with `{name}` filled in; where the text has forms, `count` chooses among them. */
export function t(key, values = {}) {
  let text = TEXTS[language][key] ?? en[key];
  if (typeof text === 'object') text = text[plurals.select(Number.parseInt(values.count, 10))] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** What the server said, where it is known, in the person's language. */
export function errorText(error) {
  if (error?.status === 0) return t('error.offline');
  if (error?.status === 429) return t('error.tooOften');
  if (error?.status >= 500) return t('error.server');
  if (Array.isArray(error?.detail)) {
    const field = `invalid.${error.detail[0]?.loc?.at(-1)}`;
    return t(field in en ? field : 'error.input');
  }
  const key = `refused.${error?.detail}`;
  if (key in en) return t(key);
  // Its own words are English.
  if (language !== 'en' && error?.status) return t('error.refused');
  return error?.message ?? String(error);
}
