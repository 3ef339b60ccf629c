// Whether a character is a letter or a digit of any script.
export const isAlphanumeric = (letter) => /[\p{Alphabetic}\p{N}]/u.test(letter);
// Whether a text is one to three emoji, and nothing else but blanks.
const EMOJI =
  /^\s*((\p{RI}{2}|[\d#*]\uFE0F\u20E3|(\p{Emoji_Presentation}|\p{ExtPict}(?=[\uFE0F\p{EMod}\u200D]))[\uFE0F\p{EMod}]?[\u{E0020}-\u{E007F}]*(\u200D\p{ExtPict}[\uFE0F\p{EMod}]?)*)\s*){1,3}$/u;
export const isEmoji = (text) => EMOJI.test(text);
