// A message as the list shows it.

const PREFIX = 'pp-msg-';

// The message that something within its element belongs to; nothing for what is none (typing dots).
export const messageAt = (target) => {
  const element = target.closest('.pp-message[id]');
  return element && { element, id: element.id.slice(PREFIX.length) };
};

export const has = ({ element }, name) => element.classList.contains('pp-' + name);

// What can be done with it.
export const actionsOf = (message) => {
  const isDeleted = has(message, 'message-deleted');
  const isFailed = has(message, 'message-failed');
  const isStored = !message.id.startsWith('temp-');
  const actions = [];
  if (isStored && !isFailed) actions.push('reply');
  if (isDeleted) return actions;
  actions.push('copy');
  if (has(message, 'own') && !isFailed) actions.push('edit', 'delete');
  return actions;
};
