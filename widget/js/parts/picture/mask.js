// What no picture shows: passwords, also while they are shown, payment data, codes, other documents within the page, and what
// the page marks with `data-pp-mask`. It is hidden where the picture is painted from, and painted over where it stands: each
// would do, together they also do where the copy is not exactly like the page.

const PRIVATE =
  '[data-pp-mask], input[type=password], [autocomplete*=password], [autocomplete*=cc-], [autocomplete*=one-time-code], iframe, embed, object';
const COLOUR = '#c3c8d0';

// All that fits in a document, also in open shadow roots.
const find = (root, found = []) => {
  found.push(...root.querySelectorAll(PRIVATE));
  for (const element of root.querySelectorAll('*')) if (element.shadowRoot) find(element.shadowRoot, found);
  return found;
};

// Where it stands in the window.
export const masked = (page) => find(page).flatMap((element) => [...element.getClientRects()]);

// Hides it in the copy of the page, in its place.
export const hide = (copy) => {
  for (const element of find(copy)) {
    const within = [element, ...element.querySelectorAll('*')];
    for (const one of within) {
      one.style?.setProperty('visibility', 'hidden', 'important');
      if ('value' in one && one.matches('input, textarea')) one.value = '';
    }
  }
};

export const paintMasks = (canvas, regions, scale) => {
  const context = canvas.getContext('2d');
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.globalAlpha = 1;
  context.fillStyle = COLOUR;
  for (const { x, y, width, height } of regions) context.fillRect(x, y, width, height);
};
