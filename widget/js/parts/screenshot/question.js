// The question: in the open window over the conversation, else as a card in the launcher's place.

import { focus, hasFocus, pageIsTypedInto, wrapTab } from '../../focus.js';
import { el, icon } from '../kit.js';

const CAMERA = 'M4 8h3l1.5-2.5h7L17 8h3v11H4zM12 10.5a3 3 0 100 6 3 3 0 000-6z';

let count = 0;

export class Question {
  ended = new AbortController();

  constructor(given) {
    Object.assign(this, given);
    const { word, name } = this;
    const id = 'pp-shot-' + count++;
    const button = (style, key, run) => {
      const made = el(`button.pp-shot__${style}[type=button]`, word(key));
      made.addEventListener('click', run);
      return made;
    };
    this.yes = button('allow', 'screenshotAllow', () => this.allow(this));
    this.no = button('decline', 'screenshotDecline', () => this.decline());
    this.title = el('h2.pp-shot__title', word('screenshotTitle'));
    this.title.id = id;
    this.text = el('p.pp-shot__text', word('screenshotWho', name));
    this.small = el('p.pp-shot__small', word('screenshotWhat'));
    this.text.id = id + '-text';
    this.card = el('div.pp-shot[role=alertdialog][aria-modal=true][tabindex=-1][part=dialog]', el('div.pp-shot__icon', icon(CAMERA)), this.title, this.text, this.small, el('div.pp-shot__actions', this.no, this.yes));
    this.card.setAttribute('aria-labelledby', id);
    this.card.setAttribute('aria-describedby', this.text.id);
    this.veil = el('div.pp-shot-veil', this.card);
    this.veil.dir = this.dir ?? 'ltr';
    this.veil.addEventListener('keydown', this.key, { signal: this.ended.signal });
    const { activeElement } = this.root.getRootNode();
    this.before = activeElement;
    this.place();
  }

  key = (event) => {
    if (event.key == 'Escape') {
      event.stopPropagation();
      event.preventDefault();
      if (!this.taking) this.decline();
    } else {
      wrapTab(this.card, event);
      // The window's own trap is around another one.
      if (event.key == 'Tab') event.stopPropagation();
    }
  };

  // In the window if there is one. It may open or close meanwhile.
  place() {
    const window = this.root.querySelector('.pp-window:not(.pp-leaving)');
    const parent = window ?? this.root;
    if (this.veil.parentNode == parent) return;
    this.inWindow = !!window;
    this.veil.classList.toggle('pp-shot-alone', !window);
    this.veil.classList.toggle('pp-bottom-left', !!this.root.querySelector('.pp-bottom-left'));
    this.card.ariaModal = String(!!window);
    for (const other of window?.children ?? []) other.inert = true;
    parent.append(this.veil);
    this.freed = window;
    // Somebody who types on the page is not torn from it: the card is announced all the same.
    if (hasFocus(this.root) || !pageIsTypedInto()) focus(this.no);
  }

  busy() {
    this.taking = true;
    this.text.textContent = this.word('screenshotTaking');
    this.small.hidden = true;
    this.yes.disabled = this.no.disabled = true;
    focus(this.card);
  }

  failed() {
    this.taking = false;
    this.text.textContent = this.word('screenshotFailed');
    this.yes.textContent = this.word('screenshotRetry');
    this.yes.disabled = this.no.disabled = false;
    focus(this.yes);
  }

  end() {
    const focused = hasFocus(this.veil);
    this.ended.abort();
    this.veil.remove();
    for (const other of this.freed?.children ?? []) other.inert = false;
    if (!focused) return;
    const back = this.before?.isConnected ? this.before : this.root.querySelector('.pp-input, .pp-toggle');
    if (back) focus(back);
  }
}
