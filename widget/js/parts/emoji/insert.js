// Puts an emoji where the caret is.

// The field hears of it as of typing.
export const insert = (field, emoji) => {
  const { selectionStart: from, selectionEnd: to } = field;
  field.setRangeText(emoji, from, to, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText', data: emoji }));
};
