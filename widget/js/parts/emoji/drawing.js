// Which emoji this system's fonts have: the others would be empty boxes, or several pictures side by side.

const SIZE = 20;
const FONT = `${SIZE - 4}px "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif`;
// No font has this one.
const MISSING = '\u{10FFFE}';

// Gives the function that looks at one; where a browser lets nobody read what is drawn, all are taken.
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
    return new Uint32Array(context.getImageData(0, 0, SIZE, SIZE).data.buffer).join();
  };
  const nothing = drawn('');
  const missing = drawn(MISSING);
  const one = context.measureText('\u{1F600}').width;
  return (emoji) => {
    // What is not joined is as wide as its parts. Systems without flags have letters in their place, which everybody reads.
    if (emoji.includes('\u200D') && context.measureText(emoji).width > one * 1.5) return false;
    const picture = drawn(emoji);
    return picture != missing && picture != nothing;
  };
};
