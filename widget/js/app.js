// What the loader imports: the WebAssembly's functions, and the user-agent filter, which is fetched when it is asked for.
// The build replaces the names in capitals.

import init, { start as begin } from './__PP_GLUE__';
import { functions } from './page/functions.js';

export default init;

let fetched;
const filter = () =>
  (fetched ||= import('../chunks/__PP_FILTER_JS__')
    .then(async (mod) => {
      await mod.default({ module_or_path: fetch(new URL('../chunks/__PP_FILTER_WASM__', import.meta.url)) });
      return mod;
    })
    .catch((error) => {
      // Another call may succeed.
      fetched = null;
      throw error;
    }));

export const isBot = async (ua) => (await filter()).isBot(ua);
export const checkUaFilter = async (ua, config) => (await filter()).checkUaFilter(ua, config);

// Starts the widget for one `init` of the loader and gives its functions, unless the page's filter blocks this browser.
export const start = (boot) => {
  const run = (mod) =>
    Object.assign(mod ? mod.blocked() : functions(boot, begin), { isBot, checkUaFilter });
  const { uaFilter } = boot.config;
  return uaFilter ? filter().then((mod) => run(mod.blocks(uaFilter) && mod)) : run();
};
