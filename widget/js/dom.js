// Elements and where they stand. Nothing of this is ever read as HTML.

const SVG = 'http://www.w3.org/2000/svg';
// `tag.class.class[attribute=value][attribute=value]`; a value ends at the bracket.
const DESCRIPTION = /^(\w+)([^[]*)(.*)$/;
const ATTRIBUTE = /\[([^=]+)=([^\]]*)\]/g;

// A new element by a description that is written as a selector in CSS.
export const make = (description) => {
  const [, tag, classes, attributes] = DESCRIPTION.exec(description);
  const isDrawn = tag == 'svg' || tag == 'path';
  const element = isDrawn ? document.createElementNS(SVG, tag) : document.createElement(tag);
  if (classes) element.setAttribute('class', classes.slice(1).replaceAll('.', ' '));
  for (const [, name, value] of attributes.matchAll(ATTRIBUTE)) element.setAttribute(name, value);
  return element;
};

// Sets an attribute, or takes it away.
export const set = (element, name, value) =>
  value === undefined ? element.removeAttribute(name) : element.setAttribute(name, value);

// Appends an element, or text.
export const append = (parent, child) => parent.append(child);

// The content of an element or a text node.
export const setText = (node, text) => {
  node.textContent = text;
};

// A text node without text at the end of an element.
export const markEnd = (parent) => parent.appendChild(new Text());

// Puts an element before a node, unless it stands there.
export const place = (element, next) => {
  if (element.nextSibling != next) next.before(element);
};

// Calls `heard` for events whose names are separated by spaces, until what this gives is aborted.
export const listen = (target, events, heard) => {
  const ended = new AbortController();
  for (const event of events.split(' ')) target.addEventListener(event, heard, { signal: ended.signal });
  return ended;
};
