// What was chosen last, and the skin tone: kept in the browser, which an act of the visitor's allows; where that keeps
// nothing, for as long as the page is there.

const RECENT = 'pocketping_emoji';
const TONE = 'pocketping_emoji_tone';
const MOST = 24;

const memory = {};
const get = (key) => {
  try {
    return localStorage[key] ?? memory[key];
  } catch {
    return memory[key];
  }
};
const set = (key, value) => {
  memory[key] = value;
  try {
    localStorage[key] = value;
  } catch {}
};

// The newest first.
export const recent = () => (get(RECENT) || '').split(' ').filter(Boolean).slice(0, MOST);
export const remember = (emoji) =>
  set(RECENT, [emoji, ...recent().filter((known) => known != emoji)].slice(0, MOST).join(' '));

export const tone = () => Math.min(5, Math.abs(parseInt(get(TONE))) || 0);
export const setTone = (tone) => set(TONE, String(tone));
