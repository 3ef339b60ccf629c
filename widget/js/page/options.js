// The options of `init` (PROTOCOL 4.2), read leniently: a wrong one is named in the console and left at its default.
// Where the app is found (`endpoint`, `projectId`) and when it connects (`connect`) are the loader's to read.

const oneOf = (...words) => ['one of ' + words.join(', '), (value) => words.includes(value)];
const TEXT = ['a string', (value) => typeof value == 'string'];
const FUNCTION = ['a function', (value) => typeof value == 'function'];

const OPTIONS = {
  operatorName: TEXT,
  operatorAvatar: TEXT,
  welcomeMessage: TEXT,
  placeholder: TEXT,
  primaryColor: TEXT,
  theme: oneOf('auto', 'light', 'dark'),
  position: oneOf('bottom-right', 'bottom-left'),
  zIndex: ['a whole number', Number.isSafeInteger],
  autoOpenOnMessage: ['true or false', (value) => typeof value == 'boolean'],
  onOpen: FUNCTION,
  onClose: FUNCTION,
  onMessage: FUNCTION,
  onConnect: FUNCTION,
  onVersionWarning: FUNCTION,
  onEvent: FUNCTION,
  onError: FUNCTION,
};

// A member of what a page hands in; nothing where that is no object, or where the page's getter throws.
export const given = (object, key) => {
  try {
    return object[key];
  } catch {}
};

// What is right among the options.
export const read = (config) => {
  const options = {};
  for (const key in OPTIONS) {
    const [expected, fits] = OPTIONS[key];
    const value = given(config, key) ?? null;
    if (value === null) continue;
    if (fits(value)) options[key] = value;
    else console.warn(`[PocketPing] the option ${key} is passed over: it must be ${expected}`);
  }
  return options;
};
