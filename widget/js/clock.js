// The browser's clocks and random bytes.

export const wall = () => Date.now();
// Milliseconds since the page began, on a clock that only goes forward.
export const monotonic = () => performance.now();

export const fillRandomly = (bytes) => {
  try {
    crypto.getRandomValues(bytes);
  } catch {
    // A page that hides `crypto` still gets distinct ids; guessable ones are its own choice.
    for (const at in bytes) bytes[at] = Math.random() * 256;
  }
};
