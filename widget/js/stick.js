// Keeps a scrolling list at its newest end, unless somebody is reading back.

// So close to the end counts as being there, in px.
const NEAR_END = 80;

export class Stick {
  atEnd = true;
  // From the end of the list to the top of what is shown, in px, and from the beginning of the list to there.
  fromEnd = 0;
  top = 0;

  // `tellNews` hears whether something new stands below what is shown.
  constructor(list, tellNews) {
    this.list = list;
    this.tellNews = tellNews;
    this.ended = new AbortController();
    list.addEventListener('scroll', this.scrolled, { signal: this.ended.signal });
    // A keyboard came up, or the composer grew: what was at the end stays in view. Without the API (very old browsers)
    // the list only does not follow a growing composer.
    if (window.ResizeObserver) {
      this.sizes = new ResizeObserver(() => this.settled());
      this.sizes.observe(list);
    }
  }

  end() {
    this.ended.abort();
    this.sizes?.disconnect();
  }

  scrolled = () => {
    const { scrollTop, scrollHeight, clientHeight } = this.list;
    // On its way down to the end it counts as there: something else may come in meanwhile.
    const following = this.atEnd && scrollTop >= this.top;
    this.top = scrollTop;
    this.fromEnd = scrollHeight - scrollTop;
    this.atEnd = following || this.fromEnd - clientHeight < NEAR_END;
    if (this.atEnd) this.tellNews(false);
  };

  toEnd(behavior) {
    this.atEnd = true;
    this.tellNews(false);
    this.list.scrollTo({ top: this.list.scrollHeight, behavior });
  }

  // Goes to the newest where one can see it go.
  glideToEnd() {
    // Scrolling by program does not heed the style sheet.
    this.toEnd(matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth');
  }

  // Something came in (and is drawn): follow it, or say that it is there.
  grew(own) {
    if (own || this.atEnd) {
      this.glideToEnd();
    } else {
      this.tellNews(true);
      this.measure();
    }
  }

  // Notes what is being read, before rows are put above it.
  measure() {
    this.fromEnd = this.list.scrollHeight - this.list.scrollTop;
  }

  // Something was put above: what is being read stays where it is.
  grewAbove() {
    if (this.atEnd) this.toEnd('instant');
    else this.list.scrollTop = this.list.scrollHeight - this.fromEnd;
  }

  // The end moved without anything new to read (typing dots, a longer bubble).
  settled() {
    if (this.atEnd) this.toEnd('instant');
  }
}
