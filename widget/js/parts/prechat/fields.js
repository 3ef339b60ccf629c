// The form's fields: each with its label, its field, and what is wrong with it in words below.

import { make } from '../../dom.js';
import { worded } from '../kit.js';
import { countryPicker } from './country.js';
import { numberOf } from './number.js';

const MAX_EMAIL_CHARS = 254;
// As the server looks at it.
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

// `problem` gives the name of a text, or nothing, for what is in the field.
const field = (say, name, attributes, problem) => {
  const root = make('div.pp-prechat-field');
  const id = 'pp-prechat-' + name;
  const label = worded('label.pp-card__label.pp-prechat-label', say(name));
  label.htmlFor = id;
  const input = make(`input.pp-card__input.pp-prechat-input${attributes}`);
  input.id = id;
  const error = make('p.pp-card__error.pp-prechat-error');
  error.id = id + '-error';
  input.setAttribute('aria-describedby', error.id);
  root.append(label, input, error);
  let isLooked = false;
  const show = () => {
    const wrong = isLooked && problem(input.value.trim());
    error.textContent = wrong ? say(wrong) : '';
    input.classList.toggle('error', !!wrong);
    if (wrong) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  };
  // Nobody is corrected before they are done; once they were, at each letter.
  input.oninput = show;
  return {
    root,
    label,
    input,
    error,
    show,
    // Whether what is there can be sent.
    check() {
      isLooked = true;
      show();
      return !problem(input.value.trim());
    },
    get value() {
      return input.value.trim();
    },
  };
};

export const emailField = (say) =>
  field(say, 'email', '[type=email][inputmode=email][autocomplete=email][dir=ltr]', (value) => {
    if (!value) return 'emailMissing';
    if (!EMAIL.test(value) || value.length > MAX_EMAIL_CHARS) return 'emailInvalid';
  });

// `countries` fetches the list of them; without it a number begins with + and its country's code.
export const phoneField = (say, list, countries) => {
  let country;
  let known = [];
  const number = (value) => numberOf(value, country, known);
  const made = field(say, 'phone', '[type=tel][inputmode=tel][autocomplete=tel][dir=ltr]', (value) => {
    if (!value) return 'phoneMissing';
    if (!number(value)) return 'phoneInvalid';
  });
  const { root, input, error } = made;
  input.classList.add('pp-phone-number-input');
  const picker = countryPicker(say, list, (chosen) => {
    country = chosen;
    input.placeholder = '';
    made.show();
  });
  picker.drop.field = input;
  input.placeholder = '+';
  const wrapper = make('div.pp-phone-input-wrapper');
  const select = make('div.pp-country-select');
  select.append(picker.button);
  wrapper.append(select, input);
  error.before(wrapper, picker.drop);
  let isAsked = false;
  return Object.assign(made, {
    // It is shown: the countries are needed.
    async shown() {
      if (isAsked) return;
      isAsked = true;
      try {
        known = await countries();
        picker.learn(known);
      } catch {
        isAsked = false;
      }
    },
    number: () => number(made.value),
  });
};
