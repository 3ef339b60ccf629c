// IndexedDB: the outbox and the history, in one transaction per write. What fails is rejected with one of four words:
// 'unavailable' when it cannot be opened, 'full', 'fenced', 'broken'.
//
// What was begun is not given up here, as it may still come about: how long to wait is the engine's to say, and it takes
// late answers.

import { own } from './names.js';

export const DATABASE = 'pocketping';
const STORES = ['outbox', 'history'];
// One number under its own name: how often a page has claimed the database. Writes of earlier claims are refused.
export const META = 'meta';
const EPOCH = 'epoch';
// Bytes of files that wait to be uploaded.
const FILES = 'files';
// What could not be read, for whoever wants to look at it.
const QUARANTINE = 'quarantine';
const ENTRIES = [...STORES, META, QUARANTINE];
const ALL = [...ENTRIES, FILES];
// The backend whose all of this is, under its own name in `META`.
export const OWNER = 'endpoint';
// After so long what waits for the bytes of files goes on without; of files' keys a page has little use.
const FILES_PATIENCE_MS = 10000;
const KEYS_PATIENCE_MS = 2000;

const within = (patience, work) =>
  Promise.race([work, new Promise((done, failed) => setTimeout(failed, patience, 'broken'))]);

// All is asked for: from here on a page that is stopped keeps no other one waiting.
const finish = ({ transaction }) => transaction.commit?.();

const reason = (error) => (error?.name == 'QuotaExceededError' ? 'full' : 'broken');

// Opened when first used. One write at a time; bytes of files are written besides.
export class Database {
  // Bytes that the database has not taken.
  held = new Map();

  // For the backend at this address.
  constructor(base) {
    this.base = base;
  }

  // Another tab wants to upgrade or delete it, the browser has closed it, or the widget is gone.
  close = () => {
    this.connection?.then((connection) => connection.close()).catch(() => {});
    this.connection = null;
  };

  // Opened by this name. Where another page keeps an older version open, when that has gone.
  opened(name) {
    return new Promise((done, failed) => {
      // Where storage is forbidden, reading `indexedDB` throws; some browsers have none in private windows.
      const request = indexedDB.open(name, 2);
      request.onupgradeneeded = () => {
        const { result } = request;
        // The first version had neither epoch nor files.
        for (const name of ALL) {
          if (!result.objectStoreNames.contains(name)) result.createObjectStore(name);
        }
      };
      request.onsuccess = () => {
        const { result } = request;
        result.onversionchange = result.onclose = this.close;
        done(result);
      };
      request.onerror = failed;
    });
  }

  // Whether a database is this backend's: it is the first one's that asks. Where there is no room to write that down, it
  // is of before.
  isOurs(connection) {
    const transaction = connection.transaction(META, 'readwrite');
    const store = transaction.objectStore(META);
    const owner = store.get(OWNER);
    owner.onsuccess = () => {
      owner.result ?? store.put(this.base, OWNER);
      finish(owner);
    };
    return new Promise((done) => {
      transaction.oncomplete = transaction.onabort = () => done((owner.result ?? this.base) == this.base);
    });
  }

  // Once this has failed, the rest of the page's life goes without, and without waiting.
  async open() {
    try {
      const first = await this.opened(DATABASE);
      if (await this.isOurs(first)) return first;
      first.close();
      return await this.opened(DATABASE + own(this.base));
    } catch {
      throw 'unavailable';
    }
  }

  async begin(mode, stores) {
    for (let tries = 0; tries < 2; tries++) {
      const connection = await (this.connection ||= this.open());
      try {
        return connection.transaction(stores, mode, { durability: 'strict' });
      } catch {
        // The browser has closed it behind our back: once more with a new one.
        this.close();
      }
    }
    throw 'broken';
  }

  // Does what `act` does with some stores, all or nothing; settled when it is durable. `act` may refuse.
  async run(mode, stores, act) {
    const transaction = await this.begin(mode, stores);
    let refused;
    const refuse = (why) => {
      refused = why;
      try {
        transaction.abort();
      } catch {
        // It was undone already.
      }
    };
    const store = (name) => transaction.objectStore(name);
    let result;
    try {
      result = act(store, refuse);
    } catch (error) {
      refuse();
      throw reason(error);
    }
    await new Promise((done, failed) => {
      transaction.oncomplete = () => (refused ? failed(refused) : done());
      transaction.onabort = () => failed(refused ?? reason(transaction.error));
    });
    return result;
  }

  // The epoch, outbox and history, their keys and those of the files. With `claim` the epoch is one greater from then on.
  async restore(claim) {
    const [epoch, ...lists] = await this.run(claim ? 'readwrite' : 'readonly', ENTRIES, (store) => {
      const epoch = store(META).get(EPOCH);
      if (claim) {
        epoch.onsuccess = () => {
          store(META).put((epoch.result ?? 0) + 1, EPOCH);
          finish(epoch);
        };
      }
      const all = (what) => STORES.map((name) => store(name)[what]());
      return [epoch, ...all('getAll'), ...all('getAllKeys')];
    });
    // By itself: another page may be writing bytes. Whoever restores next will find them too.
    const all = this.run('readonly', [FILES], (store) => store(FILES).getAllKeys());
    const keys = await within(KEYS_PATIENCE_MS, all).catch(() => ({}));
    lists.push(keys);
    return [(epoch.result ?? 0) + claim, ...lists.map((list) => list.result)];
  }

  // Writes what is listed: `[store, key, value]` puts, `[store, key]` deletes, `[store]` clears. A later epoch than the
  // writer's forbids it; without one nobody else can have claimed the database.
  write(list, ours) {
    const files = list.filter(([name]) => name == FILES);
    for (const [, key] of files) key ? this.held.delete(key) : this.held.clear();
    // Without files it waits for no bytes that another page is writing.
    return this.run('readwrite', files[0] ? ALL : ENTRIES, (store, refuse) => {
      const epoch = store(META).get(EPOCH);
      epoch.onsuccess = () => {
        if (epoch.result > (ours ?? Infinity)) return refuse('fenced');
        for (const [name, ...entry] of list) {
          if (entry.length > 1) store(name).put(entry[1], entry[0]);
          else if (entry.length) store(name).delete(entry[0]);
          else store(name).clear();
        }
        finish(epoch);
      };
    });
  }

  // Keeps the bytes of a file, in any page, whoever leads. Gives why they are in memory only, if so.
  async keep(key, file) {
    try {
      const put = this.run('readwrite', [FILES], (store, refuse) => {
        const request = store(FILES).put(file, key);
        // Private windows of Safari take no files, and complete the transaction nevertheless.
        request.onerror = () => refuse('broken');
        finish(request);
      });
      await within(FILES_PATIENCE_MS, put);
    } catch (why) {
      this.held.set(key, file);
      return why;
    }
  }

  // The bytes of a file; nothing if they are not there.
  async file(key) {
    const get = (store) => store(FILES).get(key);
    return this.held.get(key) ?? (await within(FILES_PATIENCE_MS, this.run('readonly', [FILES], get))).result;
  }
}
