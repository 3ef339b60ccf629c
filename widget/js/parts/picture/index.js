// A picture of what the visitor sees of the page, without the widget, with what is private masked.
//
// Painted from the page's styles onto a canvas: the other way, by way of an image of SVG, is what strict policies forbid
// (`img-src`), and what Safari gets wrong.

import html2canvas from 'html2canvas-pro';
import { hide, masked, paintMasks } from './mask.js';

// Enough to read text on a large screen.
const MOST_PIXELS = 4e6;
// Far below what servers take.
const MOST_BYTES = 4 << 20;
const PATIENCE_MS = 30000;

const encode = (canvas) =>
  new Promise((done, failed) =>
    canvas.toBlob((blob) => (blob ? done(blob) : failed(Error('the browser makes no picture of the canvas'))), 'image/png'),
  );

const smaller = (canvas, share) => {
  const copy = document.createElement('canvas');
  copy.width = Math.max(1, Math.round(canvas.width * share));
  copy.height = Math.max(1, Math.round(canvas.height * share));
  copy.getContext('2d').drawImage(canvas, 0, 0, copy.width, copy.height);
  return copy;
};

export const picture = async () => {
  const page = document.documentElement;
  const [width, height] = [page.clientWidth || innerWidth, innerHeight];
  const scale = Math.min(devicePixelRatio || 1, 2, Math.sqrt(MOST_PIXELS / (width * height)));
  const nonce = document.querySelector('script[nonce], style[nonce]')?.nonce;
  const regions = masked(document);
  let canvas = await html2canvas(page, {
    x: scrollX,
    y: scrollY,
    width,
    height,
    windowWidth: width,
    windowHeight: height,
    scale,
    useCORS: true,
    logging: false,
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(nonce?.length >= 16 && { cspNonce: nonce }),
    ignoreElements: ({ id }) => id == 'pocketping-container' || id == 'pp-inspector',
    onclone: hide,
  });
  paintMasks(canvas, regions, scale);
  for (;;) {
    const blob = await encode(canvas);
    if (blob.size <= MOST_BYTES || canvas.width < 200) return blob;
    canvas = smaller(canvas, Math.min(0.8, Math.sqrt(MOST_BYTES / blob.size)));
  }
};
