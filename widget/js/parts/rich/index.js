// What messages carry besides their text (`metadata`): quick replies and link cards.
//
// It stands in the bubbles' rows and comes and goes with them: rows are drawn by the widget, whenever it likes.

import { dress } from '../kit.js';
import css from './rich.css';
import { cardOf, showCard } from './card.js';
import { repliesOf, showReplies } from './replies.js';
import { Known } from './known.js';

// What changes which messages there are.
const ALL = ['timeline', 'connect', 'messageDeleted', 'messageEdited', 'undeliverable'];
const ONE = ['message', 'updated', 'arrived', 'delivered'];
// So near to its end the list goes along with what comes in.
const NEAR_PX = 80;

export const start = (kit) => {
  const { root, act, send } = kit;
  const undress = dress(root, css);
  const known = new Known(act);
  let due;

  // Whoever has answered goes on writing.
  const goOn = () => root.querySelector('.pp-input')?.focus({ preventScroll: true });
  const answer = (value) => {
    // Before the button is disabled, which takes the focus from it at some time.
    if (root.getRootNode().activeElement?.matches('.pp-reply')) goOn();
    send(value);
  };

  const decorate = (row, message, isLast) => {
    const content = row.querySelector('.pp-message-content');
    const card = (!message.deletedAt && cardOf(message)) || false;
    const replies = isLast && repliesOf(message);
    const shows = JSON.stringify([card, replies]);
    const before = row.querySelector(':scope > .pp-rich');
    if (!content || (before?.shows ?? '[false,false]') == shows) return;
    const focused = before?.contains(root.getRootNode().activeElement);
    before?.remove();
    const parts = [card && showCard(card), replies && showReplies(replies, message.content, answer)].filter(Boolean);
    if (parts.length) {
      const rich = document.createElement('div');
      rich.className = 'pp-rich';
      rich.shows = shows;
      rich.append(...parts);
      content.after(rich);
    }
    if (focused) goOn();
  };
  const show = () => {
    due = 0;
    const list = root.querySelector('.pp-messages');
    if (!list) return;
    const left = list.scrollHeight - list.scrollTop - list.clientHeight;
    const last = known.asking();
    for (const row of list.querySelectorAll('.pp-message[id]')) {
      const message = known.get(row.id.slice('pp-msg-'.length));
      if (message) decorate(row, message, message.id == last);
    }
    if (left < NEAR_PX) list.scrollTop = list.scrollHeight;
  };
  // All that happens at once is shown once.
  const soon = () => {
    due ||= requestAnimationFrame(show);
  };
  const watch = new MutationObserver((changes) => {
    const isRow = (node) => node.nodeType == 1 && (node.matches('.pp-message[id], .pp-window') || node.matches('.pp-messages'));
    if (changes.some(({ addedNodes, type }) => type == 'attributes' || [...addedNodes].some(isRow))) soon();
  });
  watch.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ['id'] });
  show();
  return {
    hear(word, value) {
      if (ALL.includes(word)) known.forget();
      else if (ONE.includes(word)) known.put(Array.isArray(value) ? value[1] : value);
      else return;
      soon();
    },
    end() {
      watch.disconnect();
      cancelAnimationFrame(due);
      undress();
    },
  };
};
