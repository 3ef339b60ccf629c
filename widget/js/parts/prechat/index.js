// The card that asks how the visitor can be reached (PROTOCOL 3.5, 4.7): a part, fetched when a server wants that. It stands
// in the list, and the field below can be written in; where an answer is required, messages wait for it.

import card from '../card.css';
import { make } from '../../dom.js';
import { sending } from '../sending.js';
import { sends } from '../../keys.js';
import { announce, dress, grow, inWindow, speaker, worded } from '../kit.js';
import { emailField, phoneField } from './fields.js';
import css from './style.css';
import { english } from './words.js';

export const start = (context) => {
  const { root, told, act, api, speech } = context;
  dress(root, card + css);
  const say = speaker(context, english);
  const list = () => root.querySelector('.pp-messages');
  const config = () => told.preChatForm ?? {};

  let form, shown;
  let isSkipped = false;
  // It is given, though the server may not have it yet.
  let isGiven = false;
  let hasWritten = act('getMessages').some(({ sender }) => sender == 'visitor');
  // A message waits for the form.
  let isWanted = false;

  const isDue = () => {
    const { enabled, completed, timing } = config();
    return enabled && !completed && !isSkipped && !isGiven && (timing == 'after-first-message') == hasWritten;
  };
  const take = (element) => {
    if (shown == element && element?.isConnected) return;
    grow(list(), () => {
      shown?.remove();
      shown = element;
      if (shown) list()?.append(shown);
    });
  };

  const build = () => {
    const { required, fields } = config();
    const form = make('form.pp-card.pp-prechat[novalidate=][aria-labelledby=pp-prechat-title]');
    const email = fields != 'phone-only' && emailField(say);
    const phone =
      fields != 'email-only' &&
      phoneField(say, list, async () => (await context.fetched('countries')).countries(speech.tag));
    const known = act('getIdentity')?.email;
    if (email && typeof known == 'string') email.input.value = known;
    form.append(
      worded('h2.pp-card__title.pp-prechat-title[id=pp-prechat-title]', say('title')),
      worded('p.pp-card__more.pp-prechat-subtitle', say('subtitle')),
    );
    // What is asked for now.
    let asked = [email, phone].filter(Boolean);
    if (fields == 'email-or-phone') {
      const tabs = make('div.pp-prechat-tabs[role=radiogroup]');
      tabs.setAttribute('aria-label', say('by'));
      const buttons = ['byEmail', 'byPhone'].map((name) =>
        worded('button.pp-prechat-tab[type=button][role=radio]', say(name)),
      );
      const choose = (at) => {
        asked = [[email, phone][at]];
        for (const [index, button] of buttons.entries()) {
          button.setAttribute('aria-checked', index == at);
          button.tabIndex = index == at ? 0 : -1;
          button.classList.toggle('active', index == at);
        }
        email.root.hidden = at == 1;
        phone.root.hidden = at == 0;
        if (at) phone.shown();
      };
      for (const [at, button] of buttons.entries()) button.onclick = () => choose(at);
      tabs.onkeydown = (event) => {
        if (!/^Arrow/.test(event.key)) return;
        event.preventDefault();
        const other = 1 - buttons.indexOf(event.target);
        choose(other);
        buttons[other].focus();
      };
      tabs.append(...buttons);
      form.append(tabs, email.root, phone.root);
      choose(0);
    } else {
      form.append(...asked.map(({ root }) => root));
      phone && phone.shown();
    }
    const error = make('p.pp-card__error[role=alert]');
    const buttons = make('div.pp-card__buttons');
    if (!required) {
      const skip = worded('button.pp-card__skip.pp-prechat-skip[type=button]', say('skip'));
      skip.onclick = () => {
        isSkipped = true;
        take();
        root.querySelector('.pp-input')?.focus();
      };
      buttons.append(skip);
    }
    buttons.append(worded('button.pp-card__submit.pp-prechat-submit[type=submit]', say('submit')));
    form.append(error, buttons);

    form.onsubmit = async (event) => {
      event.preventDefault();
      const wrong = asked.filter((field) => !field.check());
      if (wrong[0]) return wrong[0].input.focus();
      const number = asked.includes(phone) && phone.number();
      const answer = { ...(asked.includes(email) && { email: email.value }), ...number };
      const hadFocus = form.contains(root.getRootNode().activeElement);
      isGiven = true;
      const taken = sending(form, error, api.submitPreChat(answer), say, goOn);
      if (!(await taken)) {
        isGiven = false;
        take(form);
        return announce(root, error.textContent);
      }
      told.preChatForm = { ...config(), completed: true };
      const thanks = say('done', { contact: answer.email ?? answer.phone });
      take(worded('p.pp-card.pp-prechat-done', thanks));
      announce(root, thanks);
      if (hadFocus) root.querySelector('.pp-input')?.focus();
      goOn();
    };
    form.fail = (text) => (error.textContent = text);
    return form;
  };

  // What waited for the form is sent.
  const goOn = () => {
    if (!isWanted) return;
    isWanted = false;
    root.querySelector('.pp-input-form')?.requestSubmit();
  };
  const hold = (event) => {
    const { type, target } = event;
    if (!config().required || !shown || shown != form || isGiven) return;
    if (type == 'submit' ? !target.matches('.pp-input-form') : !(target.matches('.pp-input') && sends(event))) return;
    event.preventDefault();
    event.stopPropagation();
    if (!root.querySelector('.pp-send-btn:enabled')) return;
    isWanted = true;
    form.fail(say('required'));
    form.scrollIntoView({ block: 'nearest' });
    form.querySelector('.pp-prechat-field:not([hidden]) .pp-prechat-input').focus();
  };
  for (const type of ['submit', 'keydown']) root.addEventListener(type, hold, true);

  const look = () => {
    if (isDue()) {
      const isNew = !form;
      form ||= build();
      take(form);
      if (isNew) announce(root, say('title'));
    } else if (shown && shown == form && !isGiven) {
      // Who has begun to fill it in may go on.
      const isBegun = [...form.querySelectorAll('.pp-prechat-input')].some((input) => input.value);
      if (!isBegun || config().completed) take();
    }
  };
  inWindow(root, () => {
    const before = shown;
    shown = null;
    if (before && before == form) take(before);
    look();
  });
  return {
    hear(word, value) {
      if (word == 'message' && value.sender == 'visitor') hasWritten = true;
      // Thanks have been read when the talk goes on.
      if (word == 'message' && shown && shown != form) take();
      if (word == 'reset') hasWritten = isGiven = isSkipped = false;
      if (['look', 'configUpdate', 'message', 'reset'].includes(word)) look();
    },
  };
};
