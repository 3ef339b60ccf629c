// Colours as a page may write them, and text that can be read on them.

// What WCAG asks of text.
const READABLE = 4.5;
const WHITE = [1, 1, 1];
const BLACK = [0, 0, 0];

// Red, green and blue, each up to 1; nothing for what is no colour. `probe` is an element in the widget, whose variables
// count.
const parse = (probe, colour) => {
  if (typeof colour != 'string' || !CSS.supports('color', colour)) return;
  const { style } = probe;
  style.color = '';
  // However it is written, mixed with itself it comes back as `color(srgb r g b)`.
  style.color = `color-mix(in srgb, ${colour}, ${colour})`;
  const numbers = getComputedStyle(probe).color.match(/^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)/);
  return numbers?.slice(1).map(Number);
};

const luminance = (rgb) => {
  const [r, g, b] = rgb.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (one, other) => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

const mixed = (one, other, share) => one.map((part, at) => part * (1 - share) + other[at] * share);
const worst = (grounds, text) => Math.min(...grounds.map((ground) => contrast(ground, text)));

// Whether text of one colour can be read on another.
export const reads = (probe, text, ground) => {
  const [one, other] = [parse(probe, text), parse(probe, ground)];
  return !!one && !!other && contrast(one, other) >= READABLE;
};

// A background of one colour, or a gradient `{from, to, direction}`: what it is in CSS, and a colour of text that can be
// read everywhere on it. A gradient on which none can is darkened or lightened until one can. Nothing for what is none.
export const background = (probe, value) => {
  const { from = value, to = from, direction = 'to right' } = Object(value);
  const ends = [parse(probe, from), parse(probe, to)];
  if (!ends[0] || !ends[1] || typeof direction != 'string') return;
  const grounds = [ends[0], mixed(...ends, 0.5), ends[1]];
  const [text, shade] = worst(grounds, WHITE) >= worst(grounds, BLACK) ? [WHITE, BLACK] : [BLACK, WHITE];
  let veil = 0;
  while (worst(grounds.map((ground) => mixed(ground, shade, veil)), text) < READABLE) veil += 0.05;
  const over = `rgb(${shade.map((part) => part * 255)} / ${veil})`.replaceAll(',', ' ');
  const ground = from == to ? from : `linear-gradient(${direction}, ${from}, ${to})`;
  return {
    css: veil ? `linear-gradient(${over}, ${over}), ${ground}` : ground,
    text: text == WHITE ? '#ffffff' : '#000000',
  };
};
