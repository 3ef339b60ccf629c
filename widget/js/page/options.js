// The options of `init` (PROTOCOL 4.2), read leniently: a wrong one is named in the console and left at its default.
// Where the app is found (`endpoint`, `projectId`) and when it connects (`connect`) are the loader's to read. Attributes
// (`data-z-index="7"`) are texts, so numbers, truth values, lists and tables may be written as such.

// What an attribute says, where it is not its own text; what cannot be read stays as it is, and is found wrong.
const asJson = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
const asTable = (text) => (/^\s*{/.test(text) ? asJson(text) : text);
const asList = (text) => (/^\s*\[/.test(text) ? asJson(text) : text.split(/[\s,]+/).filter(Boolean));

const oneOf = (...words) => ['one of ' + words.join(', '), (value) => words.includes(value)];
const TEXT = ['a string', (value) => typeof value == 'string'];
const NUMBER = ['a number from 0 up', (value) => Number.isFinite(value) && value >= 0, asJson];
// An attribute without a value says yes.
const FLAG = ['true or false', (value) => typeof value == 'boolean', (text) => !text || asJson(text)];
const isTable = (value) => !!value && typeof value == 'object';
const COLOUR = ['a colour, a gradient {from, to} or {light, dark}', (value) => TEXT[1](value) || isTable(value), asTable];
const PAGES = ['a list of patterns', (value) => Array.isArray(value) && value.every(TEXT[1]), asList];
const FUNCTION = ['a function', (value) => typeof value == 'function'];

const OPTIONS = {
  // Pages with enumerable members on `Object.prototype` have no more options for that.
  __proto__: null,
  consent: oneOf('required'),
  operatorName: TEXT,
  operatorAvatar: TEXT,
  welcomeMessage: TEXT,
  placeholder: TEXT,
  primaryColor: TEXT,
  theme: oneOf('auto', 'light', 'dark'),
  position: oneOf('bottom-right', 'bottom-left'),
  locale: TEXT,
  texts: ['an object of texts', isTable, asJson],
  headerTitle: TEXT,
  headerSubtitle: TEXT,
  logoUrl: TEXT,
  primaryTextColor: TEXT,
  headerColor: COLOUR,
  footerColor: COLOUR,
  toggleColor: COLOUR,
  chatBackground: COLOUR,
  toggleIcon: TEXT,
  fontFamily: TEXT,
  customCSS: TEXT,
  offset: NUMBER,
  borderRadius: NUMBER,
  zIndex: ['a whole number', Number.isSafeInteger, asJson],
  showOnPages: PAGES,
  hideOnPages: PAGES,
  showDelay: NUMBER,
  autoOpenDelay: NUMBER,
  persistOpenState: FLAG,
  soundEnabled: FLAG,
  showUnreadBadge: FLAG,
  titleBadge: FLAG,
  autoOpenOnMessage: FLAG,
  screenshots: oneOf('ask', 'silent', 'off'),
  onOpen: FUNCTION,
  onClose: FUNCTION,
  onMessage: FUNCTION,
  onConnect: FUNCTION,
  onVersionWarning: FUNCTION,
  onEvent: FUNCTION,
  onError: FUNCTION,
};

// What the chunk `extras` heeds; where nothing of it is set, it is not fetched.
const RARE =
  /^(primaryTextColor|(header|footer|toggle)Color|chatBackground|toggleIcon|fontFamily|customC|offset|borderRadius|(show|hide)OnPages|(show|autoOpen)Delay|persistOpen|soundE|titleBadge)/;
export const needsExtras = (options) => Object.keys(options).some((key) => RARE.test(key));

// Whether nothing may be stored or connected before `consent(true)`. What a page may have meant by another value is yes.
export const needsConsent = (config) => !/^(undefined|null|false)$/.test(given(config, 'consent'));

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
    const [expected, fits, parse] = OPTIONS[key];
    // As an attribute's name makes it: `data-custom-css`.
    let value = given(config, key) ?? given(config, key.replace('CSS', 'Css')) ?? null;
    if (value === null) continue;
    if (parse && TEXT[1](value)) value = parse(value);
    if (fits(value)) options[key] = value;
    else console.warn(`[PocketPing] the option ${key} is passed over: it must be ${expected}`);
  }
  return options;
};
