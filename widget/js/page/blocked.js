// What a page has whose filter blocks this browser.

import { error } from './errors.js';

// The functions by what they give: there is no widget, no request, nothing stored.
const BLOCKED = [
  ['open close toggle toggleOpen setOpen trigger offEvent destroy disconnect sendTyping setupTrackedElements', () => {}],
  ['getIdentity getPresence getSession getConfig', () => null],
  ['isConnected isWidgetOpen', () => false],
  ['getMessages getTrackedElements', () => []],
  ['on onEvent', () => () => {}],
  [
    'sendMessage uploadFile uploadFiles identify reset connect editMessage deleteMessage submitCsat submitPreChat',
    () => Promise.reject(error('blocked', 'uaFilter blocks this browser')),
  ],
];

export const blocked = () =>
  Object.fromEntries(BLOCKED.flatMap(([names, run]) => names.split(' ').map((name) => [name, run])));
