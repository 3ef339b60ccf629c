// IndexedDB: the outbox and the history, in one transaction per write. What fails is rejected with one of three words:
// 'unavailable', 'full', 'broken'.

const STORES = ['outbox', 'history'];
// A database that takes longer is as good as none: nothing is sent before it answers.
const PATIENCE_MS = 2000;

const settled = (arrange) =>
  new Promise((done, failed) => {
    arrange(done, failed);
    setTimeout(failed, PATIENCE_MS, 'unavailable');
  });

const reason = (error) => (error?.name == 'QuotaExceededError' ? 'full' : 'broken');

// Opened when first used. One write at a time.
export class Database {
  // Another tab wants to upgrade or delete it, the browser has closed it, or the widget is gone.
  close = () => {
    this.connection?.close();
    this.connection = null;
  };

  async open() {
    if (this.connection) return this.connection;
    // Once opening has failed, the rest of the page's life goes without, and without waiting.
    if (this.hopeless) throw 'unavailable';
    try {
      // Where storage is forbidden, reading `indexedDB` throws; some browsers have none in private windows.
      const request = indexedDB.open('pocketping', 1);
      request.onupgradeneeded = () => STORES.map((name) => request.result.createObjectStore(name));
      await settled((done, failed) => {
        request.onsuccess = done;
        request.onerror = request.onblocked = failed;
      });
      const connection = (this.connection = request.result);
      connection.onversionchange = connection.onclose = this.close;
      return connection;
    } catch {
      this.hopeless = true;
      throw 'unavailable';
    }
  }

  async begin(mode) {
    for (let tries = 0; tries < 2; tries++) {
      const connection = await this.open();
      try {
        return connection.transaction(STORES, mode, { durability: 'strict' });
      } catch {
        // The browser has closed it behind our back: once more with a new one.
        this.close();
      }
    }
    throw 'broken';
  }

  // Does what `act` does with the stores, all or nothing; settled when it is durable.
  async run(mode, act) {
    const transaction = await this.begin(mode);
    let result;
    try {
      result = act((name) => transaction.objectStore(name));
    } catch (error) {
      try {
        transaction.abort();
      } catch {
        // It was undone already.
      }
      throw reason(error);
    }
    await settled((done, failed) => {
      transaction.oncomplete = done;
      transaction.onabort = () => failed(reason(transaction.error));
    });
    return result;
  }

  // The outbox and the history, as JSON text.
  async restore() {
    const lists = await this.run('readonly', (store) => STORES.map((name) => store(name).getAll()));
    return JSON.stringify(lists.map((list) => list.result));
  }

  // Writes what a JSON text lists: `[store, key, value]` puts, `[store, key]` deletes, `[store]` clears.
  write(writes) {
    return this.run('readwrite', (store) => {
      for (const [name, ...entry] of JSON.parse(writes)) {
        if (entry.length > 1) store(name).put(entry[1], entry[0]);
        else if (entry.length) store(name).delete(entry[0]);
        else store(name).clear();
      }
    });
  }
}
