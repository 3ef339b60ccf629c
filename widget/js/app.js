// What the loader imports: the WebAssembly's functions; the user-agent filter, rare options, rare parts of the window and
// languages, which are fetched when they are asked for. The build replaces the names in capitals.

import init, { start as begin } from './__PP_GLUE__';
import { functions } from './page/functions.js';
import { language } from './page/language.js';
import { needsExtras } from './page/options.js';

export default init;

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
const extras = once(() => import('../chunks/__PP_EXTRAS__'));
const tryExtras = () => extras().catch(() => {});
// Browsers may remember that an import failed, hence the fragment.
let tries = 0;
const part = async (name) => import(new URL(`../chunks/__PP_PARTS__-${name}.js#${tries++}`, import.meta.url));
const catalogue = async (name) => {
  const answer = await fetch(new URL(`../chunks/__PP_LOCALES__-${name}.json`, import.meta.url));
  return answer.ok ? answer.json() : undefined;
};

export const isBot = async (ua) => (await filter()).isBot(ua);
export const checkUaFilter = async (ua, config) => (await filter()).checkUaFilter(ua, config);

// Starts the widget for one `init` of the loader and gives its functions, unless the page's filter blocks this browser.
export const start = async (boot) => {
  const { config } = boot;
  const mod = config.uaFilter && (await filter());
  if (mod?.blocks(config.uaFilter)) return Object.assign(mod.blocked(), { isBot, checkUaFilter });
  const [speech, more] = await Promise.all([
    language(config, catalogue),
    needsExtras(config) && tryExtras(),
  ]);
  return Object.assign(functions(boot, begin, speech, more, tryExtras, part), { isBot, checkUaFilter });
};
