// Telephone numbers as people write them, in the form of E.164.

// What stands before a number within its country, and the length that it then has where numbers may begin so by themselves.
const TRUNKS = { HU: ['06'], RU: ['8', 11], KZ: ['8', 11], BY: ['80', 11], LT: ['8', 9], TM: ['8', 9] };
// Where the first 0 is a part of the number.
const KEEPING = ['IT', 'SM', 'VA', 'CI', 'CG', 'BJ'];

// Arabic, Persian and wide digits too.
const plain = (text) =>
  text.normalize('NFKC').replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => digit.charCodeAt() & 15);

const national = (digits, { code, dial }) => {
  const [trunk, length] = dial == '1' ? ['1', 11] : (TRUNKS[code] ?? ['0']);
  const has = digits.startsWith(trunk) && !KEEPING.includes(code) && (!length || digits.length == length);
  return has ? digits.slice(trunk.length) : digits;
};

// The number, and its country as far as that is known; nothing for what is no number. `country` is what was chosen, if one
// was; `known` are all.
export const numberOf = (text, country, known) => {
  const written = plain(text).replace(/[\s().\/\-\u2010-\u2015\u200e\u200f]/g, '');
  const [, abroad, digits] = /^(\+|00)?(\d+)$/.exec(written) ?? [];
  if (!digits || (!abroad && !country)) return;
  const whole = abroad ? digits : country.dial + national(digits, country);
  if (!/^[1-9]\d{6,14}$/.test(whole)) return;
  const ofIt = ({ dial }) => whole.startsWith(dial);
  const longest = known.filter(ofIt).sort((one, other) => other.dial.length - one.dial.length)[0];
  const found = country && ofIt(country) && country.dial == longest.dial ? country : longest;
  if (known[0] && !found) return;
  if (found && (found.dial == '1' ? whole.length != 11 : whole.length < found.dial.length + 4)) return;
  return { phone: '+' + whole, phoneCountry: found?.code };
};
