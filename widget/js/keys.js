// What key presses and the ends of animations mean.

// Whether a key press sends what is written; then it does not break the line. An Enter that ends an input method's
// composition is not meant for us; 229 is how Safari says so.
export const sends = (event) => {
  const yes = event.key == 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode != 229;
  if (yes) event.preventDefault();
  return yes;
};

// Whether a key press closes the window; then it means nothing to the page.
export const closes = (event) => {
  const yes = event.key == 'Escape' && !event.isComposing;
  if (yes) event.stopPropagation();
  return yes;
};

// Whether it is the window whose leaving has ended: bubbles inside are animated too.
export const hasLeft = ({ animationName }) => animationName.endsWith('away') || animationName == 'pp-shrink';
