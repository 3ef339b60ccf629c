// On which pages the widget is there (`showOnPages`, `hideOnPages`), also when a single-page app moves between them.
//
// A pattern with wildcards and nothing else of a regular expression is one for the whole path: `*` is any text, `?` any
// character, and `/docs/*` also fits `/docs`. Every other pattern is a regular expression for a part of the path.

// How often the path is looked at where the browser does not tell of `history.pushState`.
const LOOK_EVERY_MS = 500;

// A pattern as a regular expression; nothing for one that cannot be understood, which is named in the console.
export const compile = (pattern) => {
  try {
    const isGlob = /[*?]/.test(pattern) && !/[\\^$()[\]{}|+]|\.[*?]/.test(pattern);
    if (!isGlob) return new RegExp(pattern);
    const [, above, below] = /^(.*?)(\/\*+)?$/.exec(pattern);
    const text = above.replaceAll('.', '\\.').replace(/\*+/g, '.*').replaceAll('?', '.');
    return new RegExp('^' + text + (below ? '(/.*)?$' : '$'));
  } catch {
    console.warn('[PocketPing] a page rule is passed over: ' + pattern);
  }
};

const rules = (patterns) => patterns?.map(compile).filter(Boolean);

// Whether the widget is there on a page; hiding wins. A list of which nothing can be understood shows nothing.
const isShown = (path, show, hide) =>
  !hide?.some((rule) => rule.test(path)) && (!show?.length || show.some((rule) => rule.test(path)));

// Tells `changed` whether the widget is there, now and after moves. Gives the function that ends it.
export const follow = ({ showOnPages, hideOnPages }, changed) => {
  const [show, hide] = [rules(showOnPages), rules(hideOnPages)];
  const ended = new AbortController();
  const { signal } = ended;
  let before;
  const look = () => {
    const now = isShown(location.pathname, show, hide);
    if (now != before) changed((before = now));
  };
  look();
  for (const event of ['popstate', 'hashchange', 'pageshow']) addEventListener(event, look, { signal });
  if (window.navigation) {
    for (const event of ['navigatesuccess', 'currententrychange']) navigation.addEventListener(event, look, { signal });
  } else {
    const timer = setInterval(look, LOOK_EVERY_MS);
    signal.addEventListener('abort', () => clearInterval(timer));
  }
  return () => ended.abort();
};
