// The way of a file's bytes to the server. By XMLHttpRequest: it alone tells of progress.

import { addressOf } from './attachments.js';
import { Database } from './database.js';
import { retryAfter } from './http.js';

// A transfer may take as long as it takes, but not stand still for longer.
const STANDSTILL_MS = 60000;

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

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

  // PUTs a file to an address, or a path on the origin of the backend. Gives the answer, or nothing when the file is not
  // there or its bytes cannot be read; rejected when there is no answer. No header of ours and no cookie goes along, as the
  // address may be another server's.
  async send(key, url, type) {
    const address = addressOf(url, this.base);
    let file;
    // No server would take it there.
    if (!address) return { status: 422 };
    try {
      file = await this.file(key);
    } catch {
      // The database has not answered, so the request was not made in time: later.
      return { status: 408 };
    }
    try {
      await file.slice(0, 1).arrayBuffer();
    } catch {
      return;
    }
    const request = new XMLHttpRequest();
    let still;
    const moved = (percent) => {
      clearTimeout(still);
      still = setTimeout(() => request.abort(), STANDSTILL_MS);
      this.told(key, percent);
    };
    await new Promise((done) => {
      request.open('PUT', address);
      request.setRequestHeader('Content-Type', type);
      request.upload.onprogress = ({ loaded, total }) => moved((loaded / total) * 100);
      request.onloadend = done;
      moved(0);
      request.send(file);
    });
    clearTimeout(still);
    const { status, responseText } = request;
    if (!status) throw status;
    const header = (name) => request.getResponseHeader(name);
    return { status, body: parsed(responseText), retryAfter: retryAfter(header) };
  }
}
