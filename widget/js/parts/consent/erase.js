// Erases what one backend's widget has stored in this browser.

import { ending, own } from '../../names.js';
import { DATABASE, META, OWNER } from '../../database.js';

const PREFIX = 'pocketping_';

// The names in localStorage: those with the backend's address in them, and the plain ones where they are this backend's.
const keys = (base) => {
  const mine = own(base);
  const plain = ending(base) == '';
  return Object.keys(localStorage).filter(
    (key) => key.startsWith(PREFIX) && (key.includes(mine) || (plain && !key.includes('@'))),
  );
};

// Whose the plain database is; nothing where there is none.
const ownerOf = (name) =>
  new Promise((done) => {
    const request = indexedDB.open(name);
    // It was not there: it shall not be there either.
    request.onupgradeneeded = () => request.transaction.abort();
    request.onerror = () => done();
    request.onsuccess = () => {
      const { result } = request;
      const end = (owner) => {
        result.close();
        done(owner);
      };
      try {
        const get = result.transaction(META).objectStore(META).get(OWNER);
        get.onsuccess = () => end(get.result);
        get.onerror = () => end();
      } catch {
        end();
      }
    };
  });

// As far as the browser lets it.
export const erase = async (base) => {
  try {
    for (const key of keys(base)) localStorage.removeItem(key);
    delete sessionStorage[PREFIX + 'open'];
  } catch {
    // It is forbidden, so nothing is there.
  }
  try {
    indexedDB.deleteDatabase(DATABASE + own(base));
    if ((await ownerOf(DATABASE)) == base) indexedDB.deleteDatabase(DATABASE);
  } catch {
    // There are no databases.
  }
};
