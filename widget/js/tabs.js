// The pages of one browser: what they say to each other, and the lock that one of them holds.
//
// The lock is one of the browser's (Web Locks). Where there are none (plain http) it is a lease: the name of the page
// that has it, in localStorage. It outlives a page that dies, until the others find that nobody answers.

import { JOURNAL } from './local.js';
import { ending, own } from './names.js';

// These names have the backend's address behind them: pages of different ones have nothing to say to each other.
const LOCK = 'pocketping';
const LEASE = 'pocketping_leader';

// Whether pages can share this storage: without a channel each is alone.
export const available = () => !!window.BroadcastChannel;

// Whether the lock is a lease, which is something stored.
export const leases = () => !navigator.locks;

// This page among them. `heard` gets JSON text: what happened, what was said or written, and the name of who wrote it.
export class Tabs {
  ended = new AbortController();
  // What this page wants of the lock, until it is given back.
  wish;
  holds = false;

  // For the backend at `base`.
  constructor(name, base, heard) {
    this.name = name;
    this.base = base;
    this.heard = heard;
    this.key = LOCK + own(base);
    this.leaseKey = LEASE + own(base);
    this.channel = new BroadcastChannel(this.key);
    this.channel.onmessage = ({ data }) => this.tell('said', data);
    window.addEventListener('storage', this.stored, { signal: this.ended.signal });
  }

  // What is no JSON comes from something that is not ours.
  tell(event, json = null, page) {
    let content;
    try {
      content = JSON.parse(json);
    } catch {
      return;
    }
    this.heard(JSON.stringify([event, content, page]));
  }

  say(json) {
    this.channel.postMessage(json);
  }

  // Asks for the lock; an earlier wish is forgotten.
  elect(steal) {
    this.resign();
    const { signal } = (this.wish = new AbortController());
    if (leases()) this.lease(signal, steal);
    else this.lock(signal, steal ? { steal } : { ifAvailable: true });
  }

  has() {
    this.holds = true;
    this.tell('elected');
  }

  lost() {
    this.holds = false;
    this.tell('deposed');
  }

  // Where nothing can be locked, whoever misses a leader steals.
  hasNot(steal) {
    if (steal) this.has();
    else this.tell('following');
  }

  lock(signal, options) {
    const granted = (lock) => {
      if (signal.aborted) return;
      if (lock) {
        this.has();
        // Held until it is given back.
        return new Promise((done) => (signal.onabort = done));
      }
      this.hasNot();
      this.lock(signal, { signal });
    };
    // Rejected when it is stolen, when the queue is left, and where locks are forbidden.
    navigator.locks
      .request(this.key, options, granted)
      .catch(() => signal.aborted || (this.holds ? this.lost() : this.hasNot(options.steal)));
  }

  lease(signal, steal) {
    try {
      const taken = localStorage[this.leaseKey];
      if (!steal && taken && taken != this.name) return this.hasNot();
      localStorage[this.leaseKey] = this.name;
    } catch {
      return this.hasNot(steal);
    }
    // Another page may write at the same moment: the last one has it.
    setTimeout(
      () => signal.aborted || (localStorage[this.leaseKey] == this.name ? this.has() : this.hasNot()),
      50 + Math.random() * 50,
    );
  }

  // Another page has written to localStorage, or emptied it: then there is no key.
  stored = ({ key, newValue }) => {
    const journal = JOURNAL + ending(this.base) + '.';
    if (key?.startsWith(journal)) {
      this.tell('journal', newValue, key.slice(journal.length));
    } else if (leases() && this.wish && (!key || key == this.leaseKey)) {
      const { signal } = this.wish;
      if (!newValue) setTimeout(() => signal.aborted || this.lease(signal), this.holds ? 0 : Math.random() * 50);
      else if (this.holds && newValue != this.name) this.lost();
    }
  };

  // Gives the lock back, or leaves its queue.
  resign() {
    this.wish?.abort();
    this.holds = false;
    try {
      if (localStorage[this.leaseKey] == this.name) delete localStorage[this.leaseKey];
    } catch {
      // Storage was forbidden meanwhile, and with it the lease.
    }
  }

  close() {
    this.resign();
    this.ended.abort();
    this.channel.close();
  }
}
