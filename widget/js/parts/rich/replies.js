// Quick replies: buttons that send what they stand for.

import { el } from '../kit.js';

const MOST = 12;
const LABEL_CHARS = 80;
const QUESTION_CHARS = 200;
// What a message may have.
const VALUE_CHARS = 4000;

const isText = (value, most) => typeof value == 'string' && !!value.trim() && [...value].length <= most;

// The replies of a message, if there are any; what is malformed is passed over. One without a value sends its label.
export const repliesOf = ({ metadata }) => {
  const list = metadata?.quickReplies;
  if (!Array.isArray(list)) return false;
  const replies = list
    .map((reply) => ({ label: reply?.label, value: reply?.value ?? reply?.label }))
    .filter(({ label, value }) => isText(label, LABEL_CHARS) && isText(value, VALUE_CHARS));
  return !!replies.length && replies.slice(0, MOST);
};

// `question` is what they answer.
export const showReplies = (replies, question, send) => {
  const group = el('div.pp-replies[role=group][part=quick-replies]');
  group.ariaLabel = question.slice(0, QUESTION_CHARS);
  for (const { label, value } of replies) {
    const button = el('button.pp-reply[type=button][dir=auto]', label);
    button.addEventListener('click', () => {
      send(value);
      // Once, however quickly one clicks.
      for (const other of group.children) other.disabled = true;
    });
    group.append(button);
  }
  return group;
};
