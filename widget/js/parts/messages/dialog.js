// A question within the window that has to be answered first.

import { button, focus, make } from './elements.js';

let count = 0;

// Asks and gives whether the answer is yes; the focus stays within until then, and returns to `home`.
export const ask = (window, { title, text, yes, no }, home) =>
  new Promise((resolve) => {
    const id = `pp-dialog-${++count}`;
    const cancel = button({ class: 'pp-dialog__button' }, no);
    const act = button({ class: 'pp-dialog__button pp-dialog__danger' }, yes);
    const box = make(
      'div',
      { class: 'pp-dialog', role: 'alertdialog', 'aria-modal': 'true', 'aria-labelledby': id, 'aria-describedby': id + '-text' },
      make('h2', { id, class: 'pp-dialog__title' }, title),
      make('p', { id: id + '-text', class: 'pp-dialog__text' }, text),
      make('div', { class: 'pp-dialog__buttons' }, cancel, act),
    );
    const veil = make('div', { class: 'pp-dialog-veil' }, box);
    const answer = (agreed) => {
      veil.remove();
      focus(home);
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
