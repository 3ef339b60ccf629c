// What happens around the widget: network, visibility, leaving, and moves within a single-page app.

export const pageWindow = () => window;
export const pageDocument = () => document;
export const isVisible = () => !document.hidden;
export const isOnline = () => navigator.onLine;
export const address = () => location.href;

// By event, what it says. Out of the back-forward cache a page is visible; at its first showing nothing listens yet.
const WORDS = {
  online: 'online',
  offline: 'offline',
  pagehide: 'leaving',
  popstate: 'moved',
  hashchange: 'moved',
};

// Tells `seen` in a word of everything that happens, until what this gives is aborted. The page's functions are left as
// they are: where the browser has no Navigation API, `history.pushState` is noticed late (see the driver).
export const watch = (seen) => {
  const ended = new AbortController();
  const listen = (target, event, word) =>
    target?.addEventListener(event, () => seen(word()), { signal: ended.signal });
  for (const event in WORDS) listen(window, event, () => WORDS[event]);
  const view = () => (document.hidden ? 'hidden' : 'visible');
  listen(document, 'visibilitychange', view);
  // Also when it comes out of the back-forward cache.
  listen(window, 'pageshow', view);
  // A frozen page still holds locks and answers others, but nothing else gets on.
  listen(document, 'freeze', () => 'leaving');
  listen(document, 'resume', view);
  listen(window.navigation, 'navigatesuccess', () => 'moved');
  return ended;
};
