// The menu of a message: opened by mouse, finger or keys, closed by Escape, Tab, an act elsewhere or a scroll.

import { focus } from '../../focus.js';
import { el } from '../kit.js';
import { drawing } from './icons.js';

// Between menu and edges, in px.
const GAP = 8;

// Opens a menu in the window with `entries` (name, text), near a point or below an element, and calls `chosen` with the
// name of the entry. The focus returns to `home` unless an entry was chosen.
export const openMenu = (window, entries, label, place, home, chosen) => {
  const ended = new AbortController();
  const menu = el('div.pp-message-menu[role=menu]');
  menu.setAttribute('aria-label', label);
  const close = (returns) => {
    if (ended.signal.aborted) return;
    ended.abort();
    menu.remove();
    if (returns) focus(home);
  };
  const items = entries.map(([name, text]) => {
    const item = el(`button.pp-menu-item.pp-menu-${name}[type=button][role=menuitem][tabindex=-1]`, drawing(name), text);
    item.addEventListener('click', () => {
      close(true);
      chosen(name);
    });
    return item;
  });
  menu.append(...items);
  const root = window.getRootNode();
  const step = (from, by) => focus(items[(from + by + items.length) % items.length]);
  menu.addEventListener('keydown', (event) => {
    const at = items.indexOf(root.activeElement);
    const { key } = event;
    if (key == 'ArrowDown') step(at, 1);
    else if (key == 'ArrowUp') step(Math.max(at, 0), -1);
    else if (key == 'Home') step(0, 0);
    else if (key == 'End') step(-1, 0);
    else if (key == 'Escape' || key == 'Tab') close(true);
    else if (key.length == 1 && key != ' ') {
      // By its first letter, from the one behind the focus.
      const order = [...items.slice(at + 1), ...items.slice(0, at + 1)];
      const found = order.find((item) => item.textContent.toLowerCase().startsWith(key.toLowerCase()));
      if (!found) return;
      focus(found);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const { signal } = ended;
  // Out of the widget, too.
  document.addEventListener('pointerdown', (event) => event.composedPath().includes(menu) || close(), { signal, capture: true });
  window.querySelector('.pp-messages').addEventListener('wheel', () => close(true), { signal, passive: true });
  addEventListener('blur', () => close(), { signal });
  menu.addEventListener('contextmenu', (event) => event.preventDefault());
  window.append(menu);

  const outer = window.getBoundingClientRect();
  // On a page that is zoomed (`html { zoom }`) the window's own pixels are larger than the screen's.
  const own = (length) => length / (window.currentCSSZoom || 1);
  const within = (wanted, size, most) => Math.max(GAP, Math.min(wanted, most - size - GAP));
  // Above where it would not fit below.
  const below = own(place.bottom - outer.top);
  const top =
    below + menu.offsetHeight + GAP > window.offsetHeight ? own(place.top - outer.top) - menu.offsetHeight : below;
  const isRtl = getComputedStyle(window).direction == 'rtl';
  const left = place.own != isRtl ? own(place.right - outer.left) - menu.offsetWidth : own(place.left - outer.left);
  menu.style.top = within(top, menu.offsetHeight, window.offsetHeight) + 'px';
  menu.style.left = within(left, menu.offsetWidth, window.offsetWidth) + 'px';
  focus(items[0]);
  return { menu, close };
};
