// Tracked elements: using one of them on the page is a custom event (PROTOCOL 4.7).
//
// An element counts when what was used lies within it, across the open shadow roots of the page's own components; what is
// used in the widget never does. `mouseenter` is heard for each element that is entered, so there only the element itself
// counts: moving about within it is one event, not many.

import { isEventName } from '../../page/limits.js';

// What is ours on the page.
const OURS = '.pp-root';
// How much of an element's text is told.
const TEXT_CHARS = 100;

// Whether a selector fits; `undefined` when it is not understood.
const isAt = (element, selector) => {
  try {
    return element.matches(selector);
  } catch {}
};

const isUsable = ({ selector, name }) => {
  // On an element that matches nothing it still has to be understood.
  const usable = isEventName(name) && isAt(document.createElement('a'), selector) !== undefined;
  if (!usable)
    console.warn('[PocketPing] a tracked element is passed over: its selector or name cannot be used: ' + selector);
  return usable;
};

// Listens for what can be tracked of these elements; the others are named in the console. `fire` gets the event's name,
// its data and the message that opens the window. Gives the function that ends it.
export const track = (elements, fire) => {
  const usable = elements.filter(isUsable);
  const ended = new AbortController();
  const hear = (event) => {
    const path = event.composedPath().filter((node) => node instanceof Element);
    if (path.some((element) => isAt(element, OURS))) return;
    const within = event.type == 'mouseenter' ? path.slice(0, 1) : path;
    for (const { selector, name, event: type = 'click', data, widgetMessage } of usable) {
      const used = type == event.type && within.find((element) => isAt(element, selector));
      if (!used) continue;
      const elementText = [...used.textContent.trim()].slice(0, TEXT_CHARS).join('');
      fire(name, { ...data, selector, elementText, url: location.href }, widgetMessage);
    }
  };
  // On the way down to where it happens: also what does not bubble or is stopped is heard.
  for (const type of new Set(usable.map(({ event = 'click' }) => event)))
    document.addEventListener(type, hear, { capture: true, signal: ended.signal });
  return () => ended.abort();
};
