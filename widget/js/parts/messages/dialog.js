// A question within the window that has to be answered first.

import { focus } from '../../focus.js';
import { el } from '../kit.js';

let count = 0;

// Asks and gives whether the answer is yes; the focus stays within until then, and returns to `home`.
export const ask = (window, { title, text, yes, no }, home) =>
  new Promise((resolve) => {
    const id = `pp-dialog-${++count}`;
    const cancel = el('button.pp-dialog__button[type=button]', no);
    const act = el('button.pp-dialog__button.pp-dialog__danger[type=button]', yes);
    const box = el(
      `div.pp-dialog[role=alertdialog][aria-modal=true][aria-labelledby=${id}][aria-describedby=${id}-text]`,
      el(`h2.pp-dialog__title[id=${id}]`, title),
      el(`p.pp-dialog__text[id=${id}-text]`, text),
      el('div.pp-dialog__buttons', cancel, act),
    );
    const veil = el('div.pp-dialog-veil', box);
    const answer = (agreed) => {
      veil.remove();
      if (home) focus(home);
      resolve(agreed);
    };
    cancel.addEventListener('click', () => answer(false));
    act.addEventListener('click', () => answer(true));
    veil.addEventListener('pointerdown', (event) => {
      if (event.target != veil) return;
      event.preventDefault();
      answer(false);
    });
    veil.addEventListener('keydown', (event) => {
      if (event.key == 'Escape') answer(false);
      else if (event.key == 'Tab') focus(window.getRootNode().activeElement == act ? cancel : act);
      else {
        // What is behind hears nothing; Enter and space press the button.
        event.stopPropagation();
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    });
    window.append(veil);
    focus(cancel);
  });
