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
