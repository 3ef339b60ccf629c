// What is said around a picture.

export const english = {
  "lightbox.title": "Picture {at} of {count}",
  "lightbox.close": "Close picture",
  "lightbox.previous": "Previous picture",
  "lightbox.next": "Next picture",
  "lightbox.download": "Download picture",
  "lightbox.zoom": "Enlarge or shrink",
  "lightbox.broken": "This picture can't be shown."
};
