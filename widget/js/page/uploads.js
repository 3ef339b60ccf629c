// Files (PROTOCOL 4.3, 4.5). Bytes are kept first, then the engine hears of the file. Files and their message are handed in
// together, so that no file is on its way before it is known who waits for it; what is sent meanwhile waits for its turn.

import { invalid } from './errors.js';
import { call } from './subscriptions.js';

export const isFile = (value) => value instanceof Blob;

// What an upload tells of itself. Beginning again is not told, so it only grows.
export const progress = (own, task, percent) => {
  if (!(percent > task.percent)) return;
  task.percent = percent;
  const { filename, onProgress, at, count } = task;
  const told = Math.round(percent);
  own.tell('uploadProgress', { filename, progress: told });
  call(onProgress, Math.round((at * 100 + told) / count));
};

// `files` keeps the bytes; `act` gives commands.
export const uploads = (files, pending, own, act) => {
  let busy = 0;
  let turn = Promise.resolve();

  files.told = (id, percent) => {
    const task = pending.tasks.get(id);
    if (task) progress(own, task, 10 + 0.8 * percent);
  };

  // Promises of files, under the ids that their uploads will have.
  const begin = (list, onProgress) =>
    list.map((file, at) => {
      const { name: filename = 'file', size, type } = file;
      const id = act('stamp');
      own.tell('uploadStart', { filename, size });
      const promise = pending.hold(id, { filename, onProgress, at, count: list.length, percent: 0 });
      return { id, file, info: { name: filename, mimeType: type || 'application/octet-stream', size }, promise };
    });
  // Gives a command, unless a reset has come before it.
  const command = (name, value, id) => {
    if (pending.tasks.has(id) && act(name, value, undefined, id) === undefined)
      pending.take(id).reject(invalid(name + ': it cannot be read'));
  };
  const inTurn = (begun, then = () => {}) => {
    busy++;
    return (turn = turn.then(async () => {
      for (const upload of begun)
        if (pending.tasks.has(upload.id)) upload.kept = await files.keep(upload.id, upload.file);
      for (const { id, info, kept } of begun) {
        const task = pending.tasks.get(id);
        // Whoever sends it, the first of several begins now.
        if (task && !task.at) progress(own, task, 10);
        command('upload', [info, kept ?? null], id);
      }
      then();
      busy--;
    }));
  };

  return {
    // Each with its id, its promise, and when the engine knows of it.
    upload(list, onProgress) {
      const begun = begin(list, onProgress);
      const known = inTurn(begun);
      return begun.map(({ id, promise }) => ({ id, promise, known }));
    },
    send(content, ids, list) {
      const begun = begin(list);
      // The message tells of them.
      for (const { promise } of begun) promise.catch(() => {});
      const id = act('stamp');
      const promise = pending.hold(id);
      const run = () => command('sendMessage', [content, ids, begun.map(({ id }) => id)], id);
      begun[0] || busy ? inTurn(begun, run) : run();
      return promise;
    },
  };
};
