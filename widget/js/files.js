// The bytes of files: kept in the database, and sent. What Rust would need many imports for.

// One transaction on the object store of files.
const run = (database, mode, act) =>
  new Promise((done, failed) => {
    const transaction = database.transaction('files', mode, { durability: 'strict' });
    const request = act(transaction.objectStore('files'));
    transaction.oncomplete = () => done(request.result);
    transaction.onabort = () => failed(transaction.error);
    // A database that hangs is as good as none. Calling both ends of a promise does no harm.
    setTimeout(failed, 30000);
  });

export const keepFile = (database, key, file) => run(database, 'readwrite', (store) => store.put(file, key));

export const readFile = (database, key) => run(database, 'readonly', (store) => store.get(key));

// PUTs a file to an address, or a path on the base's origin. Gives [status, body, Retry-After], `0` when there is no answer, and nothing when the file cannot
// be read any more. `told` hears how much has been sent, in percent.
export const sendFile = async (base, url, type, file, told) => {
  try {
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
