// A finger on a message: drawn towards the end of the line it answers, held it opens the menu.

// Where a drag begins, how far up or down it may go by then, and from where on it answers, in px.
const BEGIN = 15;
const STRAIGHT = 10;
const ANSWERS = 50;
const FARTHEST = 80;
const HOLD_MS = 500;

// Follows a finger from its `pointerdown` on `element`. `answer` is called when it was drawn far enough, nothing where that
// cannot be; `hold` when it stayed.
export const follow = (down, element, answer, hold) => {
  const ended = new AbortController();
  const { signal } = ended;
  const towards = getComputedStyle(element).direction == 'rtl' ? -1 : 1;
  let drawn = 0;
  let dragging = false;
  const timer = setTimeout(() => {
    ended.abort();
    hold();
  }, HOLD_MS);
  const end = () => {
    clearTimeout(timer);
    ended.abort();
    element.style.transform = '';
    element.classList.remove('pp-swiping');
    if (dragging && drawn >= ANSWERS) answer();
  };
  const is = (event) => event.pointerId == down.pointerId;
  const move = (event) => {
    if (!is(event)) return;
    const along = (event.clientX - down.clientX) * towards;
    const across = Math.abs(event.clientY - down.clientY);
    if (!dragging && (across > STRAIGHT || along < -STRAIGHT)) return end();
    if (Math.abs(along) > STRAIGHT) clearTimeout(timer);
    if (!dragging && answer && along > BEGIN) {
      dragging = true;
      element.classList.add('pp-swiping');
    }
    if (!dragging) return;
    const before = drawn;
    drawn = Math.min(Math.max(along - BEGIN, 0), FARTHEST);
    element.style.transform = `translateX(${drawn * towards}px)`;
    // Enough: the finger feels it.
    if (before < ANSWERS && drawn >= ANSWERS) navigator.vibrate?.(30);
  };
  const root = element.getRootNode();
  root.addEventListener('pointermove', move, { signal });
  root.addEventListener('pointerup', (event) => is(event) && end(), { signal });
  root.addEventListener('pointercancel', (event) => {
    if (!is(event)) return;
    drawn = 0;
    end();
  }, { signal });
};
