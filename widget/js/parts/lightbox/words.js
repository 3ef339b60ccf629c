// What is said around a picture.

export const english = {
  "lightboxTitle": "Picture {at} of {count}",
  "lightboxClose": "Close picture",
  "lightboxPrevious": "Previous picture",
  "lightboxNext": "Next picture",
  "lightboxDownload": "Download picture",
  "lightboxZoom": "Enlarge or shrink",
  "lightboxBroken": "This picture can't be shown."
};
