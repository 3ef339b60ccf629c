// The way of a file's bytes to the server. By XMLHttpRequest: it alone tells of progress.

import { retryAfter } from '../../http.js';

// A transfer may take as long as it takes, but not stand still for longer.
const STANDSTILL_MS = 60000;

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

// PUTs a file to an address; `files.told` hears how much of it has been sent, in percent, and `files.running` has the request
// under its key meanwhile. Gives the answer, or nothing when its bytes cannot be read; rejected when there is no answer. No
// header of ours and no cookie goes along, as the address may be another server's.
export const put = async (files, key, file, address, type) => {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    return;
  }
  const request = new XMLHttpRequest();
  const running = (files.running ||= new Map());
  running.set(key, request);
  let still;
  const moved = (percent) => {
    clearTimeout(still);
    still = setTimeout(() => request.abort(), STANDSTILL_MS);
    files.told(key, percent);
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
  running.delete(key);
  const { status, responseText } = request;
  if (!status) throw status;
  const header = (name) => request.getResponseHeader(name);
  return { status, body: parsed(responseText), retryAfter: retryAfter(header) };
};
