// The card that asks how the conversation was (PROTOCOL 4.7): a part, fetched when somebody asks.

import { make } from '../../dom.js';
import { announce, dress, grow, inWindow, speaker, worded } from '../kit.js';
import { sending } from '../sending.js';
import card from '../card.css';
import css from './style.css';
import { english } from './words.js';

const FACES = ['😡', '😕', '😐', '🙂', '😍'];
// What the server keeps of a comment.
const MOST_CHARS = 1000;

export const start = (context) => {
  const { root, told, api } = context;
  dress(root, card + css);
  const say = speaker(context, english);
  const list = () => root.querySelector('.pp-messages');
  let shown;
  const take = (element) => {
    grow(list(), () => {
      shown?.remove();
      shown = element;
      if (shown) list()?.append(shown);
    });
  };

  // What was given, once it is.
  const done = (score) => {
    const thanks = make('div.pp-card.pp-csat.pp-csat-thanks');
    const face = worded('span.pp-csat-thanks-emoji[aria-hidden=true]', FACES[score - 1]);
    const text = make('div');
    const rated = say('rated', { score: say(score) });
    text.append(worded('p.pp-csat-title', say('thanks')), worded('p.pp-card__more', rated));
    thanks.append(face, text);
    return thanks;
  };

  const form = () => {
    let score = 0;
    const form = make('form.pp-card.pp-csat[novalidate=]');
    const title = worded('h2.pp-csat-title.pp-card__title[id=pp-csat-title]', say('title'));
    const faces = make('div.pp-csat-faces[role=radiogroup][aria-labelledby=pp-csat-title]');
    form.setAttribute('aria-labelledby', 'pp-csat-title');
    const more = make('div.pp-csat-comment[hidden=]');
    const label = worded('label.pp-card__label[for=pp-csat-text]', say('comment'));
    const comment = make('textarea.pp-card__input.pp-csat-textarea[id=pp-csat-text][rows=2][dir=auto]');
    comment.maxLength = MOST_CHARS;
    more.append(label, comment);
    const error = make('p.pp-card__error.pp-csat-error[role=alert]');
    const submit = worded('button.pp-card__submit.pp-csat-submit[type=submit][hidden=]', say('submit'));
    const dismiss = worded('button.pp-card__skip.pp-csat-dismiss[type=button]', say('dismiss'));
    const buttons = make('div.pp-card__buttons');
    buttons.append(dismiss, submit);

    const choose = (value) =>
      grow(list(), () => {
        score = value;
        more.hidden = submit.hidden = false;
        for (const [at, face] of radios.entries()) {
          const isIt = at + 1 == score;
          face.setAttribute('aria-checked', isIt);
          face.tabIndex = isIt ? 0 : -1;
          face.classList.toggle('selected', isIt);
        }
      });
    const radios = FACES.map((emoji, at) => {
      const face = worded('button.pp-csat-face[type=button][role=radio][aria-checked=false]', emoji);
      face.setAttribute('aria-label', say(at + 1));
      // Tab comes to the first, and from there to what is below.
      face.tabIndex = at ? -1 : 0;
      face.onclick = () => choose(at + 1);
      return face;
    });
    faces.append(...radios);
    faces.onkeydown = (event) => {
      const isRtl = getComputedStyle(faces).direction == 'rtl';
      const by = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: isRtl ? 1 : -1, ArrowRight: isRtl ? -1 : 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      const from = radios.indexOf(event.target);
      const to = (from + by + FACES.length) % FACES.length;
      radios[to].focus();
      choose(to + 1);
    };
    dismiss.onclick = () => {
      take();
      root.querySelector('.pp-input')?.focus();
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      const given = score;
      const hadFocus = form.contains(root.getRootNode().activeElement);
      sending(form, error, api.submitCsat(given, comment.value), say).then((isTaken) => {
        if (!isTaken) return;
        told.csat = { pending: false, score: given };
        take(done(given));
        announce(root, say('thanks'));
        if (hadFocus) root.querySelector('.pp-input')?.focus();
      });
    };
    form.append(title, faces, more, error, buttons);
    return form;
  };

  // Asks, or says what the answer was: the first one counts for ever. Once for each wish.
  let isSeen = false;
  const ask = () => {
    const { pending, score } = told.csat ?? {};
    if (!pending || isSeen) return;
    isSeen = true;
    if (shown?.matches('form')) return;
    take(score ? done(score) : form());
    announce(root, score ? say('rated', { score: say(score) }) : say('title'));
  };
  inWindow(root, () => take(shown));
  ask();
  return {
    hear(word) {
      if (word == 'csatRequested') isSeen = false;
      ask();
      if (word == 'reset') take();
      // Thanks have been read when the talk goes on.
      if (word == 'message' && shown?.matches('.pp-csat-thanks')) take();
    },
  };
};
