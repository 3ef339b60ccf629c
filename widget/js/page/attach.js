// Where the container comes from.

// Lets the loader attach it, as soon as there is a body, unless that was done, and calls `then`. A page that forbids that has
// no widget.
export const attach = (root, paint, then) => {
  const run = () => {
    try {
      if (!root.isConnected) paint();
    } catch {
      return;
    }
    then();
  };
  document.body ? run() : document.addEventListener('DOMContentLoaded', run);
};
