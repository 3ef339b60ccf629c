// A selector for an element: its id, a class or an attribute that only it has, else the way to it from the body.

const TEXT_CHARS = 50;
// Made by programs, so that they are others the next time.
const RANDOM = /\d{4,}|^[a-z]{1,3}-?[0-9a-f]{5,}$|^:r|^(css|sc|jss|emotion|svelte)-|__[\w-]{5,}$/i;
// Names of states, which come and go.
const STATE = /^(is-|has-|js-)|^(active|open|focus(ed)?|hover|selected|disabled|visible|hidden|show)$/;

const isOnly = (selector, element) => {
  try {
    const found = document.querySelectorAll(selector);
    return found.length == 1 && found[0] == element;
  } catch {
    return false;
  }
};
const quoted = (text) => JSON.stringify(text);

const tagOf = (element) => CSS.escape(element.localName);

const own = (element) => {
  const { id } = element;
  if (id && !RANDOM.test(id) && isOnly('#' + CSS.escape(id), element)) return '#' + CSS.escape(id);
  const classes = [...element.classList].filter((name) => !RANDOM.test(name) && !STATE.test(name));
  for (const some of [...classes.map((name) => [name]), classes]) {
    const selector = some.map((name) => '.' + CSS.escape(name)).join('');
    if (selector && isOnly(selector, element)) return selector;
  }
  for (const { name, value } of element.attributes) {
    if (!/^(data-|name$|href$|aria-label$)/.test(name) || !value || value.length > 100) continue;
    const selector = `${tagOf(element)}[${CSS.escape(name)}=${quoted(value)}]`;
    if (!RANDOM.test(value) && isOnly(selector, element)) return selector;
  }
};

const step = (element) => {
  const { parentElement: parent } = element;
  const alike = [...(parent?.children ?? [])].filter(({ localName }) => localName == element.localName);
  const tag = tagOf(element);
  return alike.length > 1 ? `${tag}:nth-of-type(${alike.indexOf(element) + 1})` : tag;
};

export const selectorOf = (element) => {
  const path = [];
  for (let at = element; at && at != document.documentElement; at = at.parentElement) {
    const named = own(at);
    if (named) return [named, ...path].join(' > ');
    path.unshift(step(at));
    if (at == document.body) break;
  }
  return path.join(' > ') || 'html';
};

// What is told of an element (PROTOCOL 2.3).
export const described = (element) => ({
  selector: selectorOf(element),
  tagName: element.tagName.toLowerCase(),
  text: [...element.textContent.trim().replace(/\s+/g, ' ')].slice(0, TEXT_CHARS).join(''),
  url: location.href.replace(/([?&])pp_inspector=[^&#]*&?/, '$1').replace(/[?&](#|$)/, '$1'),
});
