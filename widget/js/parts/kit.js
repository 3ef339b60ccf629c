// What the rare parts have in common.

import { append, make } from '../dom.js';

const isText = (value) => typeof value == 'string';

// Gives the function that says the texts of a part: the page's own, else those of the language, else the English ones. What
// stands in braces is put in.
export const wording = (english, { speech, options }) => {
  for (const key in options.texts)
    if (key in english && !isText(options.texts[key]))
      console.warn(`[PocketPing] texts.${key} is passed over: it is no text`);
  return (key, value) => {
    const texts = [options.texts?.[key], speech.catalogue?.[key], english[key]];
    return texts.find(isText).replace(/\{\w+\}/, (place) => value ?? place);
  };
};

// Styles that the widget's shadow root gets with a part; gives the function that takes them away.
export const dress = (root, css) => {
  const sheets = root.getRootNode().adoptedStyleSheets;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  sheets.push(sheet);
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
