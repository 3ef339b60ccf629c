// Where files are dropped: the whole window, which says so while they are over it.

import { make } from '../../dom.js';
import { icon, worded } from '../kit.js';

const CLIP = 'M12 15.5V5M7.5 9.5L12 5l4.5 4.5M5 15v4h14v-4';
// Browsers tell of what hangs over something in shorter spans than this.
const STILL_MS = 600;

export const dropZone = (root, text) => {
  const zone = make('div.pp-drop-overlay[aria-hidden=true]');
  const sign = make('span.pp-drop-icon');
  sign.append(icon(CLIP));
  zone.append(sign, worded('span.pp-drop-text', text));
  let still;
  const hide = () => {
    clearTimeout(still);
    zone.remove();
  };
  root.addEventListener('dragover', ({ target, dataTransfer }) => {
    const around = target.closest?.('.pp-window');
    if (!around || !dataTransfer.types.includes('Files') || root.hasAttribute('data-no-files')) return;
    if (zone.parentNode != around) around.append(zone);
    clearTimeout(still);
    still = setTimeout(hide, STILL_MS);
  });
  root.addEventListener('drop', hide);
  root.addEventListener('dragleave', ({ relatedTarget }) => {
    if (!relatedTarget) hide();
  });
};
