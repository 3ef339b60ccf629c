// What can be done with a message: a part, fetched when somebody comes near one.

import { focus } from '../../focus.js';
import { announce, dress, el, speaker, wording } from '../kit.js';
import { Aim } from './aim.js';
import { ask } from './dialog.js';
import { drawing } from './icons.js';
import { openMenu } from './menu.js';
import { actionsOf, has, messageAt } from './message.js';
import css from './messages.css';
import { follow } from './swipe.js';
import { english, shared } from './words.js';

// How long a word stays that nobody has to answer, in ms.
const TOAST_MS = 4000;
const OWN = '.pp-message.pp-own[id]:not(.pp-message-deleted, .pp-message-failed)';

const oneLine = (text) => text.replace(/\s+/g, ' ').trim().slice(0, 160);
// What a bubble shows in one line: without the marks, with the names of files.
const summary = (element) => {
  const content = element.querySelector('.pp-message-content');
  const names = [...content.querySelectorAll('.pp-attachment-name')].map((name) => name.textContent);
  return oneLine([content.querySelector(':scope > span[dir]').innerText, ...names].join(' '));
};

// What the engine knows it by, also before the server has stored it.
const keyOf = ({ clientMessageId, id }) => clientMessageId ?? id;

// Begins to heed what happens within the widget; `meet` is given the event that it was fetched for.
export const start = (kit) => {
  const { root, act, api, options } = kit;
  const say = speaker(kit, english);
  const word = wording(shared, kit);
  const aim = new Aim(root, api.editMessage, say);
  dress(root, css);
  const window = () => root.querySelector('.pp-window');
  const field = () => root.querySelector('.pp-input');
  const focused = () => root.getRootNode().activeElement;
  let menu;

  const toast = (text) => {
    const shown = el('div.pp-toast[aria-hidden=true]', text);
    window()?.append(shown);
    announce(root, text);
    setTimeout(() => shown.remove(), TOAST_MS);
  };

  const acts = {
    reply({ element, id }, message) {
      const name = has({ element }, 'own') ? word('you') : message.operator?.name;
      aim.reply(id, name ?? options.operatorName ?? word('support'), summary(element));
    },
    copy({ element }, message) {
      const text = message.content || summary(element);
      const copied = navigator.clipboard?.writeText(text) ?? Promise.reject();
      copied.then(() => toast(say('copied')), () => toast(say('notCopied')));
    },
    edit({ element }, message) {
      aim.change(keyOf(message), summary(element), message.content);
    },
    async delete({ element }, message) {
      const id = keyOf(message);
      const question = { title: say('deleteTitle'), text: say('deleteText'), yes: say('delete'), no: say('cancel') };
      if (!(await ask(window(), question, element.isConnected ? element : field()))) return;
      if (aim.now?.id == id) aim.cancel();
      api.deleteMessage(id).catch(() => toast(say('notDeleted')));
    },
  };
  const run = (name, message) => {
    const now = act('getMessage', [message.id]);
    if (now) acts[name](message, now);
  };

  // A message takes the focus by keys and by the menu only.
  const focusOn = (element) => {
    element.tabIndex = -1;
    focus(element);
    element.scrollIntoView({ block: 'nearest' });
  };
  // `point`: where it was asked for; else it is beside the bubble.
  const open = (message, point) => {
    const { element } = message;
    const entries = actionsOf(message).map((name) => [name, say(name)]);
    menu?.close();
    if (!entries.length) return;
    const bubble = element.querySelector('.pp-message-content').getBoundingClientRect();
    const place = point
      ? { left: point.clientX, right: point.clientX, top: point.clientY, bottom: point.clientY, own: false }
      : { left: bubble.left, right: bubble.right, top: bubble.top - 4, bottom: bubble.bottom + 4, own: has(message, 'own') };
    element.tabIndex = -1;
    const before = focused();
    const home = before?.matches('.pp-input, .pp-message') ? before : element;
    menu = openMenu(window(), entries, say('actions'), place, home, (name) => run(name, message));
  };

  const more = el('button.pp-message__more[type=button][aria-haspopup=menu]', drawing('more'));
  more.setAttribute('aria-label', say('actions'));
  more.addEventListener('click', () => {
    const message = messageAt(more);
    if (message) open(message);
  });
  const offer = (message) => {
    const bubble = message.element.querySelector('.pp-message-content');
    // Somebody is on it with the keyboard.
    if (focused() == more && !message.element.contains(more)) return;
    if (more.parentElement != bubble && actionsOf(message).length) bubble.append(more);
  };

  const moved = { ArrowUp: -1, ArrowDown: 1 };
  // Roving focus: the arrows go from message to message, Home and End to the first and the last.
  const rove = (event) => {
    const { target, key } = event;
    const list = target.closest('.pp-messages');
    const all = [...list.querySelectorAll('.pp-message[id]')];
    const at = all.indexOf(target);
    let to;
    if (key in moved) to = at < 0 ? (key == 'ArrowUp' ? all.at(-1) : all[0]) : all[at + moved[key]];
    else if (key == 'Home') to = all[0];
    else if (key == 'End') to = all.at(-1);
    else return false;
    if (to) focusOn(to);
    return true;
  };

  const keys = (event) => {
    const { target, key } = event;
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const isMenu = key == 'ContextMenu' || (key == 'F10' && event.shiftKey);
    const message = messageAt(target);
    let done = true;
    if (target.matches('.pp-input')) {
      const last = key == 'ArrowUp' && !target.value && !aim.now && [...root.querySelectorAll(OWN)].at(-1);
      if (last) run('edit', messageAt(last));
      else done = key == 'Escape' && aim.cancel();
    } else if (message && isMenu) open(message);
    else if (message && target == message.element && (key == 'Enter' || key == ' ')) open(message);
    else if (target.matches('.pp-messages, .pp-message[id]') && !event.shiftKey) done = rove(event);
    else done = key == 'Escape' && !!target.closest('.pp-reply-preview') && aim.cancel();
    if (!done) return;
    event.preventDefault();
    // The window would close.
    event.stopPropagation();
  };

  const hears = {
    keydown: keys,
    pointerover(event) {
      const message = event.pointerType != 'touch' && messageAt(event.target);
      if (message) offer(message);
    },
    focusin(event) {
      const message = messageAt(event.target);
      if (message && event.target != more) offer(message);
    },
    pointerdown(event) {
      const message = event.pointerType == 'touch' && messageAt(event.target);
      if (!message) return;
      const answers = actionsOf(message).includes('reply') && (() => run('reply', message));
      follow(event, message.element, answers, () => open(message));
    },
    contextmenu(event) {
      const message = messageAt(event.target);
      // Links and what is selected have the browser's own menu.
      const selected = root.getRootNode().getSelection?.() ?? getSelection();
      if (!message || event.shiftKey || event.target.closest('a, img, video') || `${selected}`) return;
      event.preventDefault();
      // Held, or by keys: it is open by then.
      if (!menu?.menu.isConnected) open(message, event.button == 2 && event.detail >= 0 && event.clientX ? event : undefined);
    },
  };
  for (const type in hears) root.addEventListener(type, hears[type], type == 'keydown' ? { capture: true } : {});
  return { meet: (event) => hears[event.type]?.(event) };
};
