// The emoji picker: opened by the button in the field, fetched with its first opening.

import { dress, wording } from '../kit.js';
import css from './emoji.css';
import { data } from './data.js';
import { insert } from './insert.js';
import { Picker } from './picker.js';
import { remember } from './recent.js';
import { english } from './words.js';

export const start = (kit) => {
  const { root } = kit;
  const word = wording(english, kit);
  const undress = dress(root, css);
  let picker;

  const close = (returns = true) => {
    const closing = picker;
    picker = null;
    closing?.end(returns);
  };
  const choose = (field, emoji, stays) => {
    insert(field, emoji);
    remember(emoji);
    // With Shift one goes on choosing.
    if (!stays) close();
  };
  return {
    act(button) {
      if (picker) return close();
      const form = button.closest('form');
      const field = form.querySelector('.pp-input');
      picker = new Picker({
        form,
        button,
        field,
        word,
        loaded: data(kit),
        choose: (emoji, stays) => choose(field, emoji, stays),
        close,
      });
    },
    hear(what, value) {
      if (what == 'openChange' && !value) close(false);
    },
    end() {
      close(false);
      undress();
    },
  };
};
