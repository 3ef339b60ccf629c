// The window as a sheet that covers the page (PROTOCOL 4.6).

// What keeps the page behind from scrolling.
const HELD = { position: 'fixed', left: '0', right: '0', overflow: 'hidden' };

// Holds the page where it is, and tells the style sheet how much of the screen a keyboard leaves. Ended, the page is
// back where it was.
export class Sheet {
  constructor(window) {
    this.window = window;
    const { body, documentElement } = document;
    const { style } = body;
    const top = scrollY;
    // The pixels of a page that is zoomed (`html { zoom }`) are not the screen's.
    const px = (length, { currentCSSZoom } = documentElement) => Math.trunc(length / (currentCSSZoom || 1)) + 'px';
    const held = { ...HELD, top: px(-top, body) };
    const before = {};
    for (const property in held) {
      before[property] = style[property];
      style[property] = held[property];
    }
    this.letGo = () => {
      Object.assign(style, before);
      // Also on pages that scroll smoothly: nobody should see it move.
      scrollTo({ top, behavior: 'instant' });
    };
    const { visualViewport } = globalThis;
    this.ended = new AbortController();
    const follow = () => {
      window.style.setProperty('--pp-vv-height', px(visualViewport.height));
      window.style.setProperty('--pp-vv-top', px(visualViewport.offsetTop));
    };
    if (visualViewport) {
      follow();
      for (const event of ['resize', 'scroll'])
        visualViewport.addEventListener(event, follow, { signal: this.ended.signal });
    }
  }

  end() {
    this.letGo();
    this.ended.abort();
    for (const property of ['--pp-vv-height', '--pp-vv-top']) this.window.style.removeProperty(property);
  }
}
