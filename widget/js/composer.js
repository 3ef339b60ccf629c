// The field that one writes in.

export const textOf = (field) => field.value;

// Shows this text. Where browsers have no `field-sizing`, this makes it as high as the text; the style sheet caps it.
export const fill = (field, text) => {
  // Setting it would move the caret.
  if (field.value != text) field.value = text;
  requestAnimationFrame(() => {
    field.style.height = 'auto';
    field.style.height = field.scrollHeight + 'px';
  });
};

// Asks what a text is for (`messages/aim.js`): the id of the message that it answers, nothing for a new message, an empty
// text where somebody has taken it.
export const aim = (window, content) => {
  const asked = new CustomEvent('pp-send', { detail: { content }, bubbles: true, cancelable: true });
  return window.dispatchEvent(asked) ? asked.detail.replyTo : '';
};
