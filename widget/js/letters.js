// Whether a character is a letter or a digit of any script.
export const isAlphanumeric = (letter) => /[\p{Alphabetic}\p{N}]/u.test(letter);
