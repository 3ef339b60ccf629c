// The chunk that pages with a user-agent filter fetch: the WebAssembly's functions, and what is left of ours where the
// filter blocks a browser. The build replaces the name in capitals.

export { default, isBot, checkUaFilter, blocks } from './__PP_GLUE__';
export { blocked } from './page/blocked.js';
