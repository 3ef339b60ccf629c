// Rare parts of the widget (`../parts/`), each fetched by what first needs it: a click on what has its name (`data-part`), a
// word of the engine, an address. A part is a module whose `start` gets what it may use and gives an object with any of
// `act` (its button was clicked), `hear` (everything the engine says from then on, and the word that it was fetched for) and
// `end`.

// A message that carries more than text; in a text the quotes would be escaped.
const RICH = /"(card|quickReplies)":/;

export const rareParts = (fetched, kit) => {
  const parts = {};
  let ended;
  // A part that cannot be fetched is nothing, and is tried again the next time.
  const use = (name) =>
    (parts[name] ||= fetched(name)
      .then((mod) => (ended ? {} : mod.start({ ...kit, use, fetched })))
      .catch((error) => {
        parts[name] = 0;
        console.warn(`[PocketPing] the part ${name} could not be fetched`, error);
        return {};
      }));
  kit.root.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-part]');
    const name = button?.dataset.part;
    if (name)
      use(name).then(({ act }) => {
        // The loader's styles show a title as a bubble.
        button.title = kit.speech.catalogue?.[name + 'Failed'] ?? "Couldn't load this. Try again.";
        if (!act) return;
        button.removeAttribute('title');
        act(button);
      });
  });
  if (/[?&]pp_inspector=./.test(location.search)) use('inspector');
  try {
    // The page before this one has left a question open.
    if (sessionStorage.pocketping_screenshots) use('screenshot');
  } catch {}
  return {
    hear(word, value, json) {
      if (word == 'screenshotRequest')
        use('screenshot').then(({ hear }) => {
          // Who waits for the picture is told.
          if (!hear) kit.act('trigger', ['screenshot_failed', { requestId: value.requestId }]);
        });
      else if (RICH.test(json) || (word == 'timeline' && value)) use('rich');
      for (const name in parts) if (parts[name]) parts[name].then((part) => part.hear?.(word, value));
    },
    // What a part keeps of the visitor.
    forget() {
      try {
        delete localStorage.pocketping_emoji;
      } catch {}
    },
    end() {
      ended = true;
      for (const name in parts) if (parts[name]) parts[name].then((part) => part.end?.());
    },
    isInspecting: () => !!kit.root.getRootNode().host.dataset.inspecting,
  };
};
