// The list of countries: searched by name, letters or code, and chosen from by mouse or keyboard.

import { make } from '../../dom.js';
import { grow, worded } from '../kit.js';

// Two letters as a flag, where the system has flags.
const flagOf = (code) => String.fromCodePoint(...[...code].map((letter) => 0x1f1a5 + letter.charCodeAt()));
const bare = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

// The country of this browser's language, else France (PROTOCOL 4.7).
export const defaultOf = (known) => {
  const regions = (navigator.languages ?? []).map((tag) => /-([A-Z]{2})\b/.exec(tag)?.[1]);
  const byCode = (code) => known.find((country) => country.code == code);
  return regions.map(byCode).find(Boolean) ?? byCode('FR');
};

// A button that shows the chosen one, and the list that it opens. `chosen` is called with another choice.
export const countryPicker = (say, list, chosen) => {
  let known = [];
  let found = [];
  let active = 0;
  const button = make('button.pp-country-btn[type=button][aria-haspopup=listbox][aria-expanded=false][hidden=]');
  const [flag, code] = [make('span.pp-country-flag[aria-hidden=true]'), make('span.pp-country-code[dir=ltr]')];
  button.append(flag, code);
  const drop = make('div.pp-country-dropdown[hidden=]');
  const search = make('input.pp-card__input.pp-country-search-input[role=combobox][aria-expanded=true][aria-autocomplete=list][aria-controls=pp-countries][autocomplete=off]');
  search.placeholder = say('countrySearch');
  search.setAttribute('aria-label', say('countrySearch'));
  const options = make('ul.pp-country-list[role=listbox][id=pp-countries]');
  options.setAttribute('aria-label', say('country'));
  const none = worded('p.pp-card__more[role=status]', '');
  const searching = make('div.pp-country-search');
  searching.append(search);
  drop.append(searching, options, none);
  let current;

  const choose = (country) => {
    current = country;
    flag.textContent = flagOf(country.code);
    code.textContent = '+' + country.dial;
    button.setAttribute('aria-label', `${say('country')}: ${country.name} +${country.dial}`);
    chosen(country);
  };
  const close = (focused) => {
    drop.hidden = true;
    button.setAttribute('aria-expanded', false);
    focused?.focus();
  };
  const mark = (at) => {
    active = at;
    for (const [index, option] of [...options.children].entries()) {
      option.classList.toggle('active', index == at);
      if (index != at) continue;
      search.setAttribute('aria-activedescendant', option.id);
      // Not the page behind along with it.
      const [top, bottom] = [option.offsetTop - options.offsetTop, option.offsetTop - options.offsetTop + option.offsetHeight];
      if (top < options.scrollTop) options.scrollTop = top;
      if (bottom > options.scrollTop + options.clientHeight) options.scrollTop = bottom - options.clientHeight;
    }
    if (!options.children[at]) search.removeAttribute('aria-activedescendant');
  };
  const fill = () => {
    const wanted = bare(search.value.trim()).replace(/^(\+|00)/, '');
    found = known.filter(
      ({ code, dial, name }) => bare(name).includes(wanted) || dial.startsWith(wanted) || code.toLowerCase() == wanted,
    );
    const rows = found.map((country) => {
      const option = make('li.pp-country-option[role=option]');
      option.id = 'pp-country-' + country.code;
      option.setAttribute('aria-selected', country == current);
      option.classList.toggle('selected', country == current);
      option.append(
        worded('span.pp-country-flag[aria-hidden=true]', flagOf(country.code)),
        worded('span.pp-country-name', country.name),
        worded('span.pp-country-dial[dir=ltr]', '+' + country.dial),
      );
      // The focus stays in the field until it is chosen.
      option.onmousedown = (event) => event.preventDefault();
      option.onclick = () => {
        choose(country);
        close(drop.field);
      };
      return option;
    });
    options.replaceChildren(...rows);
    none.textContent = found[0] ? '' : say('noCountry');
    mark(wanted ? 0 : Math.max(found.indexOf(current), 0));
  };
  const open = () => {
    search.value = '';
    grow(list(), () => (drop.hidden = false));
    fill();
    button.setAttribute('aria-expanded', true);
    search.focus();
  };
  button.onclick = () => (drop.hidden ? open() : close(button));
  button.onkeydown = (event) => {
    if (event.key != 'ArrowDown' || !drop.hidden) return;
    event.preventDefault();
    open();
  };
  search.oninput = fill;
  search.onkeydown = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) mark((active + by + found.length) % (found.length || 1));
    else if (event.key == 'Enter') {
      if (found[active]) choose(found[active]);
      close(drop.field);
    } else if (event.key == 'Escape') close(button);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  drop.addEventListener('focusout', ({ relatedTarget }) => {
    // Without one it is the whole page that is left.
    if (relatedTarget && relatedTarget != button && !drop.contains(relatedTarget)) close();
  });
  return {
    button,
    drop,
    learn(countries) {
      known = countries;
      button.hidden = false;
      choose(defaultOf(known));
    },
  };
};
