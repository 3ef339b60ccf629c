// For browsers without `field-sizing`: a field as high as its text; the style sheet caps it.
export const fitHeight = (field) => {
  field.style.height = 'auto';
  field.style.height = field.scrollHeight + 'px';
};
