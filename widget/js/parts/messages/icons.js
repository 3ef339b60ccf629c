// The icons of what can be done with a message, by their names.

import { icon } from '../kit.js';

const PATHS = {
  reply: 'M9.5 6L4 11.5 9.5 17M4 11.5h9a7 7 0 017 7',
  copy: 'M9 8.5h10.5V20H9zM15 8.5V4H4.5v11.5H9',
  edit: 'M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5',
  delete: 'M5 7h14M10 7V5h4v2M7 7l.8 12h8.4L17 7',
  more: 'M6 9.5l6 6 6-6',
};

export const drawing = (name) => icon(PATHS[name]);
