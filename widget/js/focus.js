// Where the keyboard's focus is, inside the shadow root and on the page.

// What is ours in our own root.
const OURS = '.pp-root';
// Where Tab stops.
const STOPS = "a[href], button:not([disabled]), textarea, [tabindex='0']";

// Whether the focus is within `element`, also when that is in a shadow root.
export const hasFocus = (element) => {
  // The root of an element that is nowhere is itself, and has no focus.
  const active = element.getRootNode().activeElement;
  return !!active && element.contains(active);
};

// Whether somebody is typing into a field of the page, or elsewhere, and should not be torn from it.
export const pageIsTypedInto = () => {
  // Another page of the browser has opened the window.
  if (document.hidden) return true;
  let active = document.activeElement;
  // Components of the page have their own roots, with focus of their own.
  for (let inner; (inner = active?.shadowRoot?.activeElement); active = inner) {
    if (inner.closest(OURS)) return false;
  }
  return !!active && (active.matches('input, textarea, select, iframe') || !!active.isContentEditable);
};

// Keeps Tab within an element that covers the page: from its last stop it goes to the first, and back.
export const wrapTab = (around, event) => {
  const stops = [...around.querySelectorAll(STOPS)];
  if (event.key != 'Tab' || !stops.length) return;
  if (event.shiftKey) stops.reverse();
  const from = stops.at(-1);
  if (hasFocus(from) || (event.shiftKey && event.target == around)) {
    event.preventDefault();
    focus(stops[0]);
  }
};

// Focuses without scrolling the page.
export const focus = (element) => element.focus({ preventScroll: true });

// The focus was before this node, in something that is gone: it goes to what is around, not to the page's beginning.
export const takeFocus = (node) => {
  const around = node.parentElement?.closest('[tabindex]');
  if (around) focus(around);
};

// Puts the launcher back before everything else of ours, where the loader had it.
export const putBack = (root, launcher) => {
  const returns = hasFocus(root);
  root.prepend(launcher);
  if (returns) focus(launcher);
};
