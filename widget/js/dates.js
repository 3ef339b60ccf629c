// Days and times in the widget's language and the browser's zone. Moments are milliseconds since 1970.

import { locale } from './words.js';

const DAY_MS = 86_400_000;

const formats = {};
// Making a format is slow, so each is made once. Only an invalid date makes writing throw: then none is better than a
// wrong one.
const write = (at, options) => {
  try {
    return (formats[locale + Object.keys(options)] ||= new Intl.DateTimeFormat(locale, options)).format(at);
  } catch {
    return '';
  }
};

// Number of the local day that a moment falls on.
export const localDay = (at) => Math.floor((at - new Date(at).getTimezoneOffset() * 60_000) / DAY_MS);

// `14:05`
export const timeOfDay = (at) => write(at, { hour: '2-digit', minute: '2-digit' });

// `12 Mar`, and of another year than that of `now` `12 Mar 2024`
export const date = (at, now) => {
  const options = { day: 'numeric', month: 'short' };
  if (new Date(at).getFullYear() != new Date(now).getFullYear()) options.year = 'numeric';
  return write(at, options);
};
