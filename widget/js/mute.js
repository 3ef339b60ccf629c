// Whether the visitor wants no sounds.

const KEY = 'pocketping_muted';

let muted = false;
try {
  muted = !!localStorage[KEY];
} catch {
  // Nothing is stored: it holds for this page.
}

export const isMuted = () => muted;

export const mute = (wanted) => {
  muted = wanted;
  try {
    if (muted) localStorage[KEY] = '1';
    else delete localStorage[KEY];
  } catch {
    // As above.
  }
};
