// What can be done with a message (menu, answer, edit, deletion, swipe) is a chunk, fetched when somebody comes near one.

// Whether it may be about a message: somebody is on one, moves by keys in their list, or goes up from an empty field.
const concerns = ({ type, key, target }) =>
  target.closest('.pp-message') ||
  (type == 'keydown' && (target.matches('.pp-messages') || (key == 'ArrowUp' && target.value == '')));

// Waits for such an act within `root`. `fetched` gives the chunk; `parts` is what that gets.
export const awaitActs = (root, fetched, parts) => {
  let failed, begun;
  const hear = async (event) => {
    if (!concerns(event) || (failed && event.type == 'pointerover')) return;
    // When the chunk is there the event is over, and has no target any more.
    const seen = {};
    for (const key in event) seen[key] = event[key];
    seen.preventDefault = seen.stopPropagation = () => {};
    // Without it the browser's own menu is better than none.
    if (event.type == 'contextmenu' && !failed) event.preventDefault();
    const mod = await fetched().catch(() => (failed = true) && null);
    if (!mod) return;
    ended.abort();
    // Others may have waited for it, too.
    (begun ||= mod.messages(root, parts))(seen);
  };
  const ended = new AbortController();
  for (const type of ['pointerover', 'pointerdown', 'focusin', 'keydown', 'contextmenu'])
    root.addEventListener(type, hear, { signal: ended.signal });
};
