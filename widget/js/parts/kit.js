// What the rare parts have in common.

import { append, make } from '../dom.js';

const isText = (value) => typeof value == 'string';

// How the names of a part's texts begin, which is how the first one does.
const beginningOf = (english) => Object.keys(english)[0].match(/^[a-z]+/)[0];

// Gives the function that says the texts of a part: the page's own, else those of the language, else the English ones. What
// stands in braces is put in. Names of the page's that are like the part's, and none of its, are named in the console.
export const wording = (english, { speech, options }) => {
  const like = new RegExp(`^${beginningOf(english)}[A-Z\\d]`);
  for (const key in options.texts)
    if (like.test(key) && !(key in english && isText(options.texts[key])))
      console.warn(`[PocketPing] texts.${key} is passed over: there is no such text, or it is none`);
  return (key, value) => {
    const texts = [options.texts?.[key], speech.catalogue?.[key], english[key]];
    return texts.find(isText).replace(/\{\w+\}/, (place) => value ?? place);
  };
};

// The same by names without the part's own in front, with several things to put in by their names.
export const speaker = (context, english) => {
  const part = beginningOf(english);
  const word = wording(english, context);
  const long = (name) => part + name[0].toUpperCase() + name.slice(1);
  return (name, values = {}) =>
    word(long(String(name))).replace(/\{(\w+)\}/g, (place, key) => values[key] ?? place);
};

// The loader's and the app's.
const OWN_SHEETS = 2;

// Styles that the widget's shadow root gets with a part: after the widget's own, before what the page has set, which is
// the last. Gives the function that takes them away.
export const dress = (root, css) => {
  const sheets = root.getRootNode().adoptedStyleSheets;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  sheets.splice(OWN_SHEETS, 0, sheet);
  return () => {
    const at = sheets.indexOf(sheet);
    if (at >= 0) sheets.splice(at, 1);
  };
};

// An element by its description (`dom.js`) with what is in it.
export const el = (description, ...children) => {
  const element = make(description);
  for (const child of children) append(element, child);
  return element;
};

// An icon by the data of its path, on a grid of 24.
export const icon = (path) => {
  const drawing = make('svg.pp-icon[viewBox=0 0 24 24][aria-hidden=true][focusable=false]');
  drawing.append(make('path'));
  drawing.firstChild.setAttribute('d', path);
  return drawing;
};

// Calls `place` with the window, now and whenever it is opened anew.
export const inWindow = (root, place) => {
  let before;
  const look = () => {
    const now = root.querySelector('.pp-window');
    if (now && now != before) place(now);
    before = now;
  };
  new MutationObserver(look).observe(root, { childList: true });
  look();
};

// An element with text in it.
export const worded = (description, text) => {
  const element = make(description);
  element.textContent = text;
  return element;
};

export const CROSS = 'M7 7l10 10M17 7L7 17';

// A button that is an icon.
export const iconButton = (path, classes, label) => {
  const button = make('button.pp-icon-btn[type=button]');
  button.classList.add(...classes.split(' '));
  button.setAttribute('aria-label', label);
  button.append(icon(path));
  return button;
};

// Says something to screen readers, in the widget's one place for that.
export const announce = (root, text) => {
  const live = root.querySelector('.pp-live');
  if (live) live.textContent = text;
};

// So close to the end of the list counts as being there, in px.
const NEAR_END = 120;

// Does something that makes the list longer or shorter; who is at its end stays there.
export const grow = (list, change) => {
  const isAtEnd = !list || list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
  change();
  if (list && isAtEnd) list.scrollTop = list.scrollHeight;
};
