// Elements by calls; nothing of this is ever read as HTML.

const SVG = 'http://www.w3.org/2000/svg';

// An element with attributes and what stands in it.
export const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  element.append(...children);
  return element;
};

export const ICONS = {
  reply: 'M9.5 6L4 11.5 9.5 17M4 11.5h9a7 7 0 017 7',
  copy: 'M9 8.5h10.5V20H9zM15 8.5V4H4.5v11.5H9',
  edit: 'M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5',
  delete: 'M5 7h14M10 7V5h4v2M7 7l.8 12h8.4L17 7',
  more: 'M6 9.5l6 6 6-6',
  cross: 'M7 7l10 10M17 7L7 17',
};

// A line icon; decoration only.
export const icon = (name) => {
  const drawing = document.createElementNS(SVG, 'svg');
  for (const [attribute, value] of [['viewBox', '0 0 24 24'], ['class', 'pp-icon'], ['aria-hidden', 'true']])
    drawing.setAttribute(attribute, value);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  drawing.append(path);
  return drawing;
};

export const button = (attributes, ...children) => make('button', { type: 'button', ...attributes }, ...children);

// Focuses without scrolling the page.
export const focus = (element) => element?.focus({ preventScroll: true });
