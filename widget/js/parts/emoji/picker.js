// The panel above the field: search, groups, the grid, the skin tone.

import { focus, hasFocus } from '../../focus.js';
import { append } from '../../dom.js';
import { el } from '../kit.js';
import { TONES, folded, toned } from './data.js';
import { Grid } from './grid.js';
import { recent, setTone, tone } from './recent.js';

// What stands for what was used last; for a group its first emoji does.
const RECENT_MARK = '🕘';
const HAND = { emoji: '✋', hasTones: true };

export class Picker {
  ended = new AbortController();

  constructor(given) {
    Object.assign(this, given);
    const { word, button, form } = this;
    this.search = el('input.pp-emoji__search[type=search][autocomplete=off][enterkeyhint=done][dir=auto]');
    this.search.placeholder = this.search.ariaLabel = word('emojiSearch');
    this.tone = el('button.pp-emoji__tone[type=button]');
    this.tabs = el('div.pp-emoji__tabs[role=group]');
    this.body = el('div.pp-emoji__body');
    this.status = el('p.pp-emoji__status[role=status]', word('emojiLoading'));
    this.panel = el('div.pp-emoji[role=dialog]', el('div.pp-emoji__top', this.search, this.tone), this.tabs, this.body, this.status);
    this.panel.ariaLabel = word('emojiSearch');
    this.grid = new Grid(this.body, (emoji, stays) => this.choose(emoji, stays));
    form.before(this.panel);
    button.ariaExpanded = 'true';

    const { signal } = this.ended;
    const on = (target, event, run) => target.addEventListener(event, run, { signal });
    on(this.panel, 'keydown', this.key);
    on(this.search, 'input', () => this.show());
    on(this.tone, 'click', this.nextTone);
    // A click elsewhere in the window closes it; its own button does so by itself.
    on(form.parentElement, 'pointerdown', ({ target }) => {
      if (!this.panel.contains(target) && !button.contains(target)) this.close(false);
    });
    this.showTone();
    // A finger would get a keyboard over half of the emoji.
    focus(matchMedia('(pointer: coarse)').matches ? this.tone : this.search);
    this.loaded.then(
      (groups) => {
        this.groups = groups;
        this.show();
      },
      () => this.say('emojiFailed'),
    );
  }

  say(key) {
    this.status.textContent = key ? this.word(key) : '';
    this.status.hidden = !key;
  }

  // Everything, or what is searched for.
  show() {
    if (!this.groups) return;
    const text = folded(this.search.value.trim());
    const sections = text ? this.found(text) : this.all();
    const count = sections.reduce((sum, { emojis }) => sum + emojis.length, 0);
    this.say(count ? '' : 'emojiNone');
    this.grid.show(sections, this.skin);
    this.tabs.hidden = !!text;
    this.tabs.replaceChildren();
    for (const { name, mark } of sections) {
      if (!mark) continue;
      const tab = el('button.pp-emoji__tab[type=button]', mark);
      // No titles: the loader's styles would show them as bubbles.
      tab.ariaLabel = name;
      tab.addEventListener('click', () => this.grid.lead(name));
      append(this.tabs, tab);
    }
  }

  all() {
    const known = new Map(this.groups.flatMap(({ emojis }) => emojis.map((one) => [one.emoji, one])));
    const last = recent().map((emoji) => {
      const plain = [...emoji].filter((part) => !TONES.includes(part)).join('');
      const { name } = known.get(emoji) ?? known.get(plain) ?? known.get(plain + '\uFE0F') ?? { name: emoji };
      return { emoji, name };
    });
    const sections = this.groups.map((group) => ({ ...group, mark: group.emojis[0].emoji }));
    if (last.length) sections.unshift({ name: this.word('emojiRecent'), emojis: last, mark: RECENT_MARK });
    return sections;
  }

  // Words that begin as every word that is looked for; an emoji itself finds itself.
  found(text) {
    const words = text.split(/\s+/);
    const fits = ({ emoji, found }) =>
      emoji == text || words.every((word) => found.includes(' ' + word) || (word.length > 2 && found.includes(word)));
    return [{ name: '', emojis: this.groups.flatMap(({ emojis }) => emojis).filter(fits) }];
  }

  get skin() {
    return (one) => toned(one, tone());
  }

  showTone() {
    this.tone.textContent = toned(HAND, tone());
    this.tone.ariaLabel = this.word('emojiTone');
  }

  nextTone = () => {
    setTone((tone() + 1) % TONES.length);
    this.showTone();
    this.show();
  };

  key = (event) => {
    const { key, target } = event;
    if (key == 'Escape') {
      // The window stays.
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (target == this.search && key == 'ArrowDown') {
      event.preventDefault();
      this.grid.enter();
    } else if (target == this.search && key == 'Enter') {
      event.preventDefault();
      this.grid.chooseFirst();
    }
  };

  // Takes the panel away; the focus goes back to the field unless it has gone elsewhere.
  end(returns) {
    const focused = hasFocus(this.panel);
    this.ended.abort();
    this.panel.remove();
    this.button.ariaExpanded = 'false';
    if (returns || focused) focus(this.field);
  }
}
