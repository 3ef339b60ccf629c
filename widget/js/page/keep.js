// Keeps the container on pages that replace more than their body.

const watches = new WeakMap();

// Puts the container of the widget's root back when something else has taken it away, until `letGo`. It stands beside the
// body, so what swaps that, or what is in it, does not get here.
export const keep = (root) => {
  // Rare options that come later ask once more.
  letGo(root);
  const { host } = root.getRootNode();
  const page = document.documentElement;
  const watch = new MutationObserver(() => {
    if (!host.isConnected) page.append(host);
  });
  watch.observe(page, { childList: true });
  watches.set(root, watch);
};

export const letGo = (root) => watches.get(root)?.disconnect();
