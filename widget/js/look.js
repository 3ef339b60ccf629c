// What the page and its screen are like, and the colours on our host.

// Tells `changed` whether a media query matches, now and when that changes, until what this gives is aborted.
export const followMedia = (query, changed) => {
  const ended = new AbortController();
  const list = matchMedia(query);
  const tell = () => changed(list.matches);
  list.addEventListener('change', tell, { signal: ended.signal });
  tell();
  return ended;
};

// Sets a custom property on the host of the shadow root that an element is in.
export const paintHost = (element, property, value) => {
  element.getRootNode().host?.style.setProperty(property, value);
};
