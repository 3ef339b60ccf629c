// What was chosen last, and the skin tone: kept in the browser, which an act of the visitor's allows; where that keeps
// nothing, for as long as the page is there. `reset({ newSession: true })` removes it (`page/functions.js`).

// The tone's number, then emoji, the newest first.
const KEY = 'pocketping_emoji';
const MOST = 24;

let memory = '0';
const read = () => {
  try {
    memory = localStorage[KEY] ?? '0';
  } catch {}
  const [tone, ...emojis] = memory.split(' ');
  return { tone: Math.min(5, parseInt(tone) || 0), emojis };
};
const write = ({ tone, emojis }) => {
  memory = [tone, ...emojis].slice(0, MOST + 1).join(' ');
  try {
    localStorage[KEY] = memory;
  } catch {}
};

export const recent = () => read().emojis;
export const remember = (emoji) => {
  const { tone, emojis } = read();
  write({ tone, emojis: [emoji, ...emojis.filter((known) => known != emoji)] });
};

export const tone = () => read().tone;
export const setTone = (tone) => write({ ...read(), tone });
