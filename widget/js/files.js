// What the engine asks of kept files: their bytes, on the way to the server.

import { addressOf } from './attachments.js';
import { Database } from './database.js';

// The database of a page that sends what files are in it.
export class Files extends Database {
  // Does what the WebAssembly asks for, by name, with a list in JSON text of what that takes. `heard` gets JSON text: a list
  // of what came of it, or without a list why nothing did.
  ask(name, json, heard) {
    const tell = (what) => heard(JSON.stringify(what));
    this[name](...JSON.parse(json)).then((result) => tell([result]), tell);
  }

  // Hears how much of a file has been sent, in percent.
  told = () => {};

  // PUTs a file to an address, or a path on the origin of the backend, with a part of its own (`parts/put/`). Gives the
  // answer, or nothing when the file is not there; rejected when there is no answer.
  async send(key, url, type) {
    const address = addressOf(url, this.base);
    // No server would take it there.
    if (!address) return { status: 422 };
    let file, part;
    try {
      [file, part] = await Promise.all([this.file(key), this.part('put')]);
    } catch {
      // The database has not answered, or the part did not come, so the request was not made in time: later.
      return { status: 408 };
    }
    return file && part.put(this, key, file, address, type);
  }
}
