// What the parts of the window share; each chunk brings a copy.

import { make } from './dom.js';

// Adopts a style sheet in the widget's shadow root.
export const dress = (root, css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.getRootNode().adoptedStyleSheets.push(sheet);
};

// Gives the function that says a text by its name, in the widget's language, with what is put in. `english` are the part's
// own texts; the catalogues and the page have others under the same names, which begin with the part's.
export const speaker = ({ speech, options }, english) => {
  const [part] = Object.keys(english)[0].split('.');
  for (const key in options.texts)
    if (key.startsWith(part + '.') && !english[key])
      console.warn(`[PocketPing] texts.${key} is passed over: there is no such text`);
  return (name, values = {}) => {
    const key = `${part}.${name}`;
    const text = options.texts?.[key] ?? speech.catalogue?.[key] ?? english[key];
    return String(text.other ?? text).replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
  };
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

// An icon of 24 by the path that draws it.
export const icon = (path) => {
  const drawing = make('svg.pp-icon[viewBox=0 0 24 24][aria-hidden=true][focusable=false]');
  const line = make('path');
  line.setAttribute('d', path);
  drawing.append(line);
  return drawing;
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
