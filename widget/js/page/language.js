// Which language the widget speaks: the page's option, else the page's own language, else the browser's.

import { given } from './options.js';

// The catalogues, by the language they are in; English is in the widget.
const CATALOGUES = ['ar', 'de', 'es', 'fr', 'it', 'ja', 'nl', 'pl', 'pt-BR', 'tr', 'zh-CN'];
const RIGHT_TO_LEFT = ['ar'];
// A catalogue that takes longer would keep the visitor waiting: then English.
const PATIENCE_MS = 5000;

const base = (tag) => tag.split('-')[0].toLowerCase();
const catalogueOf = (tag) => CATALOGUES.find((name) => base(name) == base(tag));
// A tag that `Intl` takes: dates and numbers are written as there.
const isTag = (tag) => {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {}
};

// The tag of the language; of several regions the browser's own.
const choose = (option) => {
  const browser = navigator.languages ?? [];
  const wanted = [option, document.documentElement.lang, ...browser];
  const known = (tag) => typeof tag == 'string' && isTag(tag) && (base(tag) == 'en' || catalogueOf(tag));
  const found = wanted.find(known) ?? 'en';
  return found.includes('-') ? found : (browser.find((tag) => base(tag) == base(found)) ?? found);
};

// What the widget speaks: `tag`, `dir`, and the catalogue unless that is English. `fetched` gives one by its name; one
// that cannot be fetched leaves English.
export const language = async (config, fetched) => {
  const tag = choose(given(config, 'locale'));
  const name = catalogueOf(tag);
  if (!name) return { tag, dir: 'ltr' };
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS));
  const catalogue = await Promise.race([fetched(name).catch(() => {}), late]);
  if (!catalogue) return { tag: 'en', dir: 'ltr' };
  return { tag, catalogue, dir: RIGHT_TO_LEFT.includes(name) ? 'rtl' : 'ltr' };
};
