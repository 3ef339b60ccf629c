// The bytes of files that wait to be uploaded: kept, read and sent. In JavaScript, as Rust would need many imports
// for it, and as progress is an event of XMLHttpRequest alone.

// What the database has not taken.
const held = new Map();

// One transaction on the object store of files.
const run = (database, mode, act) =>
  new Promise((done, failed) => {
    const transaction = database.transaction('files', mode, { durability: 'strict' });
    const request = act(transaction.objectStore('files'));
    transaction.oncomplete = () => done(request.result);
    transaction.onabort = () => failed(transaction.error);
    // A database that hangs is as good as none. Calling both ends of a promise does no harm.
    setTimeout(failed, 10000);
  });

// Keeps a file in the database, if there is one; rejects when it is in memory only.
export const keepFile = async (database, key, file) => {
  try {
    await run(database, 'readwrite', (store) => store.put(file, key));
  } catch (error) {
    held.set(key, file);
    throw error;
  }
};

// Lets go in memory what is deleted in the database: one file, or all.
export const forgetFile = (key) => {
  key ? held.delete(key) : held.clear();
};

// PUTs a file to an address, or a path on the base's origin. Gives [status, body, Retry-After], `0` when there is no
// answer, and nothing when the file is not there or cannot be read. `told` hears how much has been sent, in percent.
export const sendFile = async (database, key, base, url, type, told) => {
  let file = held.get(key);
  try {
    file ||= await run(database, 'readonly', (store) => store.get(key));
    await file.slice(0, 1).arrayBuffer();
  } catch {
    return;
  }
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    let still;
    // In all it may take as long as it takes, but not stand still.
    const moved = () => {
      clearTimeout(still);
      still = setTimeout(() => request.abort(), 60000);
    };
    request.open('PUT', new URL(url, base));
    request.setRequestHeader('Content-Type', type);
    request.upload.onprogress = (event) => {
      moved();
      told((event.loaded / event.total) * 100);
    };
    request.onloadend = () => {
      clearTimeout(still);
      done(request.status && [request.status, request.responseText, request.getResponseHeader('Retry-After')]);
    };
    moved();
    request.send(file);
  });
};
