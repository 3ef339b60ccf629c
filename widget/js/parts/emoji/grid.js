// The grid of emoji: one stop of Tab, arrow keys within. Groups are drawn as they come near, as there are two thousand.

import { focus } from '../../focus.js';
import { el } from '../kit.js';

const COLUMNS = 8;

export class Grid {
  constructor(body, choose) {
    this.body = body;
    this.choose = choose;
    body.setAttribute('role', 'grid');
    body.addEventListener('click', ({ target, shiftKey }) => {
      const cell = target.closest('.pp-emoji__one');
      if (cell) choose(cell.textContent, shiftKey);
    });
    body.addEventListener('keydown', this.key);
    this.near = new IntersectionObserver((seen) => seen.forEach(({ isIntersecting, target }) => isIntersecting && this.fill(target)), {
      root: body,
      rootMargin: '200px',
    });
  }

  // Shows groups of emoji; `skin` gives how one is shown.
  show(sections, skin) {
    this.near.disconnect();
    this.skin = skin;
    this.waiting = new Map();
    this.body.scrollTop = 0;
    this.body.replaceChildren(
      ...sections.map(({ name, emojis }) => {
        const group = el('div.pp-emoji__group');
        if (name) group.append(el('div.pp-emoji__name', name));
        const rows = el('div.pp-emoji__rows[role=presentation]');
        rows.style.setProperty('--pp-emoji-rows', Math.ceil(emojis.length / COLUMNS));
        group.append(rows);
        this.waiting.set(group, { name, rows, emojis });
        return group;
      }),
    );
    const [first] = this.waiting.keys();
    if (first) this.fill(first);
    for (const group of this.waiting.keys()) this.near.observe(group);
    this.stop(this.cells()[0]);
  }

  fill(group) {
    const { name, rows, emojis } = this.waiting.get(group) ?? {};
    if (!rows) return;
    this.waiting.delete(group);
    // A group of rows only now: without any it would be none.
    group.role = 'rowgroup';
    if (name) group.ariaLabel = name;
    this.near.unobserve(group);
    for (let at = 0; at < emojis.length; at += COLUMNS) {
      const row = el('div.pp-emoji__row[role=row]');
      for (const one of emojis.slice(at, at + COLUMNS)) {
        const button = el('button.pp-emoji__one[type=button][tabindex=-1]', this.skin(one));
        button.ariaLabel = one.name;
        row.append(el('div[role=gridcell]', button));
      }
      rows.append(row);
    }
  }

  fillAll() {
    for (const group of [...this.waiting.keys()]) this.fill(group);
  }

  cells() {
    return [...this.body.querySelectorAll('.pp-emoji__one')];
  }

  // Where Tab comes in.
  stop(cell) {
    if (this.stopped) this.stopped.tabIndex = -1;
    this.stopped = cell;
    if (cell) cell.tabIndex = 0;
  }

  enter() {
    if (this.stopped) focus(this.stopped);
  }

  chooseFirst() {
    const [first] = this.cells();
    if (first) this.choose(first.textContent);
  }

  // To the group of this name.
  lead(name) {
    this.fillAll();
    const group = [...this.body.children].find(({ ariaLabel }) => ariaLabel == name);
    this.body.scrollTop = group.offsetTop - this.body.offsetTop;
    this.stop(group.querySelector('.pp-emoji__one'));
    this.enter();
  }

  key = (event) => {
    const from = event.target;
    if (!from.matches('.pp-emoji__one')) return;
    const to = this.neighbour(from, event.key);
    if (!to) return;
    event.preventDefault();
    this.stop(to);
    to.focus();
  };

  // The cell that a key leads to. Rows may be shorter than others.
  neighbour(from, key) {
    const isRtl = getComputedStyle(this.body).direction == 'rtl';
    const step = { ArrowRight: isRtl ? -1 : 1, ArrowLeft: isRtl ? 1 : -1 }[key];
    const jump = { ArrowDown: 1, ArrowUp: -1, PageDown: 4, PageUp: -4 }[key];
    if (!step && !jump && key != 'Home' && key != 'End') return;
    this.fillAll();
    const cells = this.cells();
    if (step) return cells[cells.indexOf(from) + step];
    const row = from.closest('.pp-emoji__row');
    const inRow = (row) => [...row.querySelectorAll('.pp-emoji__one')];
    if (key == 'Home') return inRow(row)[0];
    if (key == 'End') return inRow(row).at(-1);
    const rows = [...this.body.querySelectorAll('.pp-emoji__row')];
    const at = rows.indexOf(row) + jump;
    const target = rows[Math.max(0, Math.min(rows.length - 1, at))];
    const there = inRow(target);
    return there[Math.min(inRow(row).indexOf(from), there.length - 1)];
  }
}
