// The names under which things are kept, where pages of one origin talk to several backends.
//
// The plain ones (PROTOCOL 4.4) are of the backend that was the first to store something there. What is for another one
// has its address behind the name: no backend is told the visitor, or gets the messages, of another.

// In localStorage: whose the plain names are.
const OWNER = 'pocketping_endpoint';

// What stands behind names that are this backend's whoever was first. No points, as they separate the names of pages.
export const own = (base) => '@' + base.replaceAll('.', '%2E');

const isUsed = () => Object.keys(localStorage).some((key) => key.startsWith('pocketping_'));

// What stands behind this backend's names in localStorage.
export const ending = (base) => ((localStorage[OWNER] ?? base) == base ? '' : own(base));

// Takes the plain names for a backend, if they are nobody's. Throws where that cannot be written, unless somebody has used
// them before this was written down.
export const claim = (base) => {
  if (localStorage[OWNER]) return;
  try {
    localStorage[OWNER] = base;
  } catch (error) {
    if (!isUsed()) throw error;
  }
};

// What was stored before is of the backend that asks for it first.
export const claimUsed = (base) => {
  try {
    if (isUsed()) claim(base);
  } catch {
    // It is forbidden.
  }
};

// Whether this backend's visitor has a session.
export const hasSession = (base) => {
  try {
    return !!localStorage['pocketping_session_id' + ending(base)];
  } catch {
    return false;
  }
};
