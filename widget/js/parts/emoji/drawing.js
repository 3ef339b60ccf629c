// Which emoji this system's fonts have: the others would be empty boxes, or several pictures side by side.

const SIZE = 20;
const FONT = `${SIZE - 4}px "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif`;
// No font has this one.
const MISSING = '\u{10FFFE}';
// If even this one is not seen, the browser lets nobody see what is drawn.
const COMMON = '\u{1F600}';

// Gives the function that looks at one.
export const drawing = () => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return () => true;
  context.font = FONT;
  context.textBaseline = 'top';
  const drawn = (text) => {
    context.clearRect(0, 0, SIZE, SIZE);
    context.fillText(text, 0, 2);
    return new Uint32Array(context.getImageData(0, 0, SIZE, SIZE).data.buffer);
  };
  const missing = drawn(MISSING);
  const one = context.measureText(COMMON).width;
  const isDrawn = (emoji) => {
    // What is not joined is as wide as its parts. Systems without flags have letters in their place, which everybody reads.
    if (emoji.includes('\u200D') && context.measureText(emoji).width > one * 1.5) return false;
    const picture = drawn(emoji);
    return picture.some((pixel, at) => pixel != missing[at]) && picture.some(Boolean);
  };
  return isDrawn(COMMON) ? isDrawn : () => true;
};
