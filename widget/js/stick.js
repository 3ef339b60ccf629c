// Keeps a scrolling list at its newest end, unless somebody is reading back. The list draws a part of its rows only: near
// the edges of that it asks for others, and what is being read stays where it is.

// So close to the end counts as being there, in px.
const NEAR_END = 80;
// So close to an edge of what is drawn, more is asked for.
const NEAR_EDGE = 500;
// How long a row that was led to is marked, in ms.
const MARKED_MS = 1500;
const MARK = 'pp-message-highlight';

const isStill = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

export class Stick {
  atEnd = true;
  // From the beginning of the list to the top of what is shown, in px.
  top = 0;
  // Whether the reader went up last.
  up = false;
  // Whether there are newer rows than those that are drawn.
  more = false;

  // `tell` hears whether something new stands below what is shown (true, false), and that rows above (-1) or below (1) what
  // is drawn are wanted.
  constructor(list, tell) {
    this.list = list;
    this.tell = tell;
    this.ended = new AbortController();
    list.addEventListener('scroll', this.scrolled, { signal: this.ended.signal });
    // A row above what is read has changed.
    this.changes = new MutationObserver(() => this.atEnd || this.keep());
    this.changes.observe(list, { attributes: true, characterData: true, childList: true, subtree: true });
    // A keyboard came up, or the composer grew: what was at the end stays in view. Without the API (very old browsers)
    // the list only does not follow a growing composer.
    if (window.ResizeObserver) {
      this.sizes = new ResizeObserver(() => this.settled());
      this.sizes.observe(list);
    }
  }

  end() {
    this.ended.abort();
    this.changes.disconnect();
    this.sizes?.disconnect();
  }

  scrolled = () => {
    this.follow();
    // On its way down to the end it counts as there: something else may come in meanwhile.
    const following = this.atEnd && !this.up;
    this.atEnd = !this.more && (following || this.below() < NEAR_END);
    if (this.atEnd) this.tell(false);
    this.note();
    this.reach();
  };

  below = () => this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight;

  // From the top of what is shown to an element's, in the list's own pixels: on a page that is zoomed (`html { zoom }`) those
  // are larger than the screen's.
  from = (element) =>
    (element.getBoundingClientRect().top - this.list.getBoundingClientRect().top) / (this.list.currentCSSZoom || 1);

  // Notes the first row that is in view, and where.
  note() {
    const { top } = this.list.getBoundingClientRect();
    for (const row of this.list.children) {
      const place = row.getBoundingClientRect();
      // What sticks to the top is nowhere in particular, and buttons come and go.
      if (place.bottom <= top || row.matches('.pp-date-separator, button')) continue;
      this.row = row;
      this.place = this.from(row);
      return;
    }
  }

  // Heeds how far the reader has scrolled: the event may come later. The browser's own anchoring is off, so nothing else
  // scrolls.
  follow() {
    const by = this.list.scrollTop - this.top;
    if (by) this.up = by < 0;
    this.place -= by;
    this.top += by;
  }

  // The reader asks for earlier rows.
  back() {
    this.up = true;
    this.atEnd = false;
  }

  // Asks for rows beyond the edge that the reader goes to.
  reach() {
    if (this.up ? this.top < NEAR_EDGE : this.more && this.below() < NEAR_EDGE) this.tell(this.up ? -1 : 1);
  }

  // What was noted stays where it was.
  keep() {
    const { list, row } = this;
    if (!row?.isConnected) return;
    this.follow();
    const moved = this.from(row) - this.place;
    if (moved) list.scrollTop += moved;
    this.top = list.scrollTop;
  }

  toEnd(behavior) {
    this.atEnd = true;
    this.up = false;
    this.tell(false);
    this.list.scrollTo({ top: this.list.scrollHeight, behavior });
  }

  // Goes to the newest where one can see it go.
  glideToEnd() {
    // Scrolling by program does not heed the style sheet.
    this.toEnd(isStill() ? 'instant' : 'smooth');
  }

  // Other rows are drawn; `more`: newer ones than these are not. `grew`: something came in, of the reader's own (2) or
  // others' (1): it is followed, or said that it is there.
  drew(more, grew) {
    this.more = more;
    if (this.atEnd && !grew && !more) return this.toEnd('instant');
    this.keep();
    if (more) this.atEnd = false;
    if (grew == 2 || (grew && this.atEnd)) return this.glideToEnd();
    if (grew) this.tell(true);
    this.note();
    this.reach();
  }

  // The end moved without anything new to read (typing dots, a longer bubble).
  settled() {
    if (this.atEnd) this.toEnd('instant');
  }

  // Leads to a row that is drawn: into the middle, with the focus, marked for a while.
  reveal(id) {
    const { list } = this;
    const row = list.querySelector('#' + CSS.escape(id));
    if (!row) return;
    const by = this.from(row) - Math.max(0, list.offsetHeight - row.offsetHeight) / 2;
    this.atEnd = false;
    this.up = by < 0;
    list.scrollBy({ top: by, behavior: 'instant' });
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    row.classList.add(MARK);
    setTimeout(() => row.classList.remove(MARK), MARKED_MS);
    this.note();
  }
}
