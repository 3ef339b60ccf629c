// What a page has where there is no widget: its filter blocks this browser, or the visitor has not agreed.

import { error } from './errors.js';

// The functions by what they give: no request, nothing stored.
const FUNCTIONS = [
  ['open close toggle toggleOpen setOpen trigger offEvent destroy disconnect sendTyping setupTrackedElements consent', () => {}],
  ['getIdentity getPresence getSession getConfig', () => null],
  ['isConnected isWidgetOpen', () => false],
  ['getMessages getTrackedElements', () => []],
  ['on onEvent', () => () => {}],
];
const PROMISES =
  'sendMessage uploadFile uploadFiles identify reset connect fetchMessages editMessage deleteMessage submitCsat submitPreChat';

// All of them; promises are rejected with this code.
export const blocked = (code = 'blocked', why = 'uaFilter blocks this browser') =>
  Object.fromEntries(
    [...FUNCTIONS, [PROMISES, () => Promise.reject(error(code, why))]].flatMap(([names, run]) =>
      names.split(' ').map((name) => [name, run]),
    ),
  );
