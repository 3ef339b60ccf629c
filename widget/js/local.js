// localStorage, or memory where it is forbidden or full.
//
// What it refuses leaves the older text in place, and is not made room for: text that is shorter is never refused, so what
// stays lacks only what is new. Removing it first would gain nothing, and lose what may be kept nowhere else.

import { claim, ending } from './names.js';

// What a page has not sent yet: under this key, or with its name after a point, if others share the storage.
export const JOURNAL = 'pocketping_outbox';

// As `JSON.stringify` writes it. Text that is no JSON counts as nothing (PROTOCOL 4.4).
const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {}
};

// The few keys that outlive the page. What the browser refuses is kept for as long as the page lives.
export class Local {
  page = '';
  refused = new Map();

  // What is for the backend at this address.
  constructor(base) {
    this.base = base;
    try {
      this.storage = localStorage;
    } catch {
      // It is forbidden; that can also happen while the page lives.
    }
  }

  isThere() {
    return !!this.storage;
  }

  // From here on the journal is the one of this page.
  share(page) {
    this.page = page;
  }

  // Throws where localStorage is forbidden.
  name(key, page = this.page) {
    const name = key + ending(this.base);
    return key == JOURNAL && page ? name + '.' + page : name;
  }

  read(key, page) {
    try {
      return this.storage.getItem(this.name(key, page)) ?? undefined;
    } catch {}
  }

  text(key) {
    return this.refused.get(key) ?? this.read(key);
  }

  // As `JSON.stringify` writes it; nothing where there is none.
  json(key) {
    return JSON.stringify(parsed(this.text(key)));
  }

  // Without a text it removes. Gives whether the browser has done it.
  write(key, text) {
    this.refused.delete(key);
    try {
      if (text === undefined) this.storage.removeItem(this.name(key));
      else {
        claim(this.base);
        this.storage.setItem(this.name(key), text);
      }
      return true;
    } catch {
      if (text !== undefined) this.refused.set(key, text);
      return false;
    }
  }

  // The pages that have a journal; the nameless one was alone.
  pages() {
    try {
      const name = this.name(JOURNAL, '');
      const keys = Object.keys(this.storage).filter((key) => key.split('.')[0] == name);
      return keys.map((key) => key.slice(name.length + 1));
    } catch {
      return [];
    }
  }

  // The journals of all pages, as JSON text: `[page, journal]`.
  journals() {
    const all = this.pages().map((page) => [page, parsed(this.read(JOURNAL, page))]);
    return JSON.stringify(all.filter(([, journal]) => journal !== undefined));
  }

  // Removes the journal of another page, if this is its number. What cannot be removed is found again, and known by
  // then.
  forget(page, seq) {
    try {
      if ((parsed(this.read(JOURNAL, page))?.seq ?? 0) == seq) this.storage.removeItem(this.name(JOURNAL, page));
    } catch {}
  }
}
