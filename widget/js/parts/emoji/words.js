// What the emoji picker says; the catalogues have the same keys.
export const english = {
  "emojiSearch": "Search emoji",
  "emojiRecent": "Recently used",
  "emojiNone": "No emoji found",
  "emojiLoading": "Loading…",
  "emojiFailed": "Couldn't load the emoji. Try again.",
  "emojiTone": "Skin tone"
};
