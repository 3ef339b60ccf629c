// What is seen of the inspector: a frame around the element under the pointer, its selector, and a banner; in a shadow root
// of its own, beside the body, so that neither the page nor a picture of it is touched.

import { el } from '../kit.js';
import css from './inspector.css';
import { selectorOf } from './selector.js';

// The pointer says nothing to the page meanwhile.
const SWALLOWED = ['pointerdown', 'pointerup', 'mousedown', 'mouseup', 'touchstart', 'touchend', 'click', 'dblclick', 'auxclick', 'contextmenu', 'submit'];
const MOVES = { ArrowUp: 'parentElement', ArrowDown: 'firstElementChild', ArrowLeft: 'previousElementSibling', ArrowRight: 'nextElementSibling' };

export class Overlay {
  ended = new AbortController();

  constructor({ speech }, word, choose, exit) {
    this.choose = choose;
    this.exit = exit;
    this.host = document.createElement('div');
    this.host.id = 'pp-inspector';
    const shadow = this.host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets = [sheet];
    this.frame = el('div.frame');
    this.tip = el('div.tip[dir=ltr]');
    this.frame.id = 'pp-inspector-overlay';
    this.tip.id = 'pp-inspector-tooltip';
    this.text = el('p.hint[role=status]', word('inspectorHint'));
    const leave = el('button[type=button]', word('inspectorExit'));
    leave.id = 'pp-inspector-exit';
    leave.addEventListener('click', exit);
    this.banner = el('div.banner[role=region]', el('div', el('strong', word('inspectorTitle')), this.text), leave);
    this.banner.id = 'pp-inspector-banner';
    this.banner.ariaLabel = word('inspectorTitle');
    this.banner.dir = speech.dir;
    this.banner.lang = speech.tag;
    shadow.append(this.frame, this.tip, this.banner);
    document.documentElement.append(this.host);

    const { signal } = this.ended;
    const on = (event, run) => addEventListener(event, run, { capture: true, signal, passive: false });
    on('pointermove', ({ target }) => this.isPage(target) && this.mark(target));
    on('scroll', () => this.draw());
    on('resize', () => this.draw());
    on('keydown', this.key);
    for (const event of SWALLOWED) on(event, this.swallow);
  }

  // The page's own elements, not ours.
  isPage(target) {
    return target instanceof Element && target != this.host && target.id != 'pocketping-container';
  }

  swallow = (event) => {
    if (!this.isPage(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.type != 'click') return;
    this.mark(event.target);
    this.choose(event.target);
  };

  key = (event) => {
    const { key } = event;
    const isOurs = event.target == this.host;
    if (key == 'Escape') this.exit();
    else if (MOVES[key]) this.mark(this.marked ? (this.marked[MOVES[key]] ?? this.marked) : document.body);
    else if (key == 'Enter' && this.marked && !isOurs) this.choose(this.marked);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  mark(element) {
    if (!this.isPage(element) || element == document.documentElement) return;
    this.marked = element;
    this.tip.textContent = selectorOf(element);
    this.draw();
  }

  draw() {
    if (!this.marked?.isConnected) return;
    const { left, top, width, height } = this.marked.getBoundingClientRect();
    Object.assign(this.frame.style, { left: left + 'px', top: top + 'px', width: width + 'px', height: height + 'px' });
    const below = top + height + 8;
    const at = below + 32 < innerHeight ? below : Math.max(8, top - 36);
    this.tip.style.top = at + 'px';
    this.tip.style.left = Math.max(8, Math.min(left, innerWidth - this.tip.offsetWidth - 8)) + 'px';
    this.host.toggleAttribute('data-marked', true);
  }

  say(text) {
    this.text.textContent = text;
  }

  // The server does not let anybody choose: only the banner says so.
  refuse(text) {
    this.say(text);
    this.ended.abort();
    this.banner.querySelector('button').addEventListener('click', this.exit);
  }

  end() {
    this.ended.abort();
    this.host.remove();
  }
}
