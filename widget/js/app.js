// What the loader imports: the WebAssembly's functions; the user-agent filter, languages and rare parts, which are fetched
// when they are asked for. The build replaces the names in capitals.

import init, { start as begin } from './__PP_GLUE__';
import { functions, isAnswer } from './page/functions.js';
import { language } from './page/language.js';
import { needsConsent, needsExtras } from './page/options.js';

const sheet = new CSSStyleSheet();
// The functions of the latest start.
let current;

// Fetches once; after a failure another call may succeed.
const once = (fetched) => {
  let got;
  return () =>
    (got ||= fetched().catch((error) => {
      got = null;
      throw error;
    }));
};
const filter = once(async () => {
  const mod = await import('../chunks/__PP_FILTER_JS__');
  await mod.default({ module_or_path: fetch(new URL('../chunks/__PP_FILTER_WASM__', import.meta.url)) });
  return mod;
});
// A widget without its rare options is better than none.
const extras = once(() => part('extras'));
const tryExtras = () => extras().catch(() => {});
// After a failure by another address, as browsers may remember that an import failed.
let tries = 0;
const part = async (name) => import(new URL(`../chunks/__PP_PARTS__-${name}.js#${tries++}`, import.meta.url));
const catalogue = async (name) => {
  const answer = await fetch(new URL(`../chunks/__PP_LOCALES__-${name}.json`, import.meta.url));
  return answer.ok ? answer.json() : undefined;
};

// What is asked before anything is stored or connected, where the page or the visitor forbids that.
const gate = once(() => part('consent'));

const isBot = async (ua) => (await filter()).isBot(ua);
const checkUaFilter = async (ua, config) => (await filter()).checkUaFilter(ua, config);

// The base of the backend. An anchor resolves against the page and never throws.
const baseOf = ({ endpoint, projectId }) => {
  const href = endpoint || 'https://app.pocketping.io/api/widget/' + projectId;
  return Object.assign(document.createElement('a'), { href }).href.replace(/\/$/, '');
};

// Starts the widget for one `init` of the loader and gives its functions, unless the page's filter blocks this browser.
const start = async (boot) => {
  const { config, host, launcher } = boot;
  const mod = config.uaFilter && (await filter());
  if (mod?.blocks(config.uaFilter)) return Object.assign(mod.blocked(), { isBot, checkUaFilter });
  const [speech, more, asked] = await Promise.all([
    language(config, catalogue),
    needsExtras(config) && tryExtras(),
    needsConsent(config) && gate(),
  ]);
  host.shadowRoot.adoptedStyleSheets.push(sheet);
  launcher.removeAttribute('title');
  const place = { ...boot, base: baseOf(config), root: launcher.parentNode };
  const run = () => functions(place, begin, speech, more, tryExtras, part);
  const ask = (mod) => mod.ask(place, speech, more, run, api);
  const api = { isBot, checkUaFilter };
  if (asked) ask(asked);
  else
    Object.assign(api, run(), {
      async consent(given) {
        if (isAnswer(given) && !given) ask(await gate()).withdraw();
      },
    });
  // What the loader has no names for.
  current = api;
  for (const name in api) self.PocketPing[name] ||= (...args) => current[name](...args);
  return api;
};

// What the loader calls first: compiles the module and reads the styles, side by side. Gives what it calls then.
export default async (module_or_path, css) => {
  const [text] = await Promise.all([css.text(), init({ module_or_path })]);
  sheet.replaceSync(text);
  return { start, isBot, checkUaFilter };
};
