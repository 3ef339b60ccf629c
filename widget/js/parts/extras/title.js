// The number of unread messages in the page's title, while the page is hidden.

export class Title {
  unread = 0;
  ended = new AbortController();

  constructor() {
    document.addEventListener('visibilitychange', this.show, { signal: this.ended.signal });
  }

  set(unread) {
    this.unread = unread;
    this.show();
  }

  show = () => {
    // What the page itself has set meanwhile stays.
    if (this.shown && document.title == this.shown) document.title = this.before;
    this.shown = '';
    if (!this.unread || !document.hidden) return;
    this.before = document.title;
    this.shown = document.title = `(${this.unread}) ${this.before}`;
  };

  end() {
    this.ended.abort();
    this.set(0);
  }
}
