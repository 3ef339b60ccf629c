// Rare parts of the widget (`../parts/`), each fetched by what first needs it: a click on what has its name (`data-part`), a
// word of the engine, a file, an address. A part is a module whose `start` gets what it may use and gives an object with any
// of `act` (its button was clicked), `hear` (everything the engine says from then on, and the word that it was fetched for),
// `end`, and what it is asked for here.

import { make } from '../dom.js';

// A message that carries more than text; in a text the quotes would be escaped.
const RICH = /"(card|quickReplies)":/;
// What the picker offers until the server has said what it takes (PROTOCOL 4.7).
const ACCEPTED = 'image/*,audio/*,video/*,.pdf,.doc,.docx,.xls,.xlsx,.txt';

// `kit` is what each part gets, with `use` and `fetched` for parts that need another one. `told` in it is what the server has
// said of itself.
export const rareParts = (fetched, kit) => {
  const { root, act, told } = kit;
  const parts = { __proto__: null };
  let ended;
  // A part that cannot be fetched is nothing, and is tried again the next time.
  const use = (name) =>
    (parts[name] ||= fetched(name)
      .then((mod) => (ended ? {} : mod.start({ ...kit, use, fetched })))
      .catch((error) => {
        parts[name] = 0;
        console.warn('[PocketPing] ' + name, error);
        return {};
      }));

  // Without what would show them, files are sent by themselves: they wait as every message does.
  const add = (files) => use('attach').then((part) => (part.add ? part.add(files) : kit.send('', files)));
  const picker = make('input.pp-file-input[type=file][multiple=][hidden=]');
  picker.accept = ACCEPTED;
  picker.onchange = () => {
    add([...picker.files]);
    picker.value = '';
  };
  root.append(picker);

  const click = (event, at) => {
    const button = at('[data-part]');
    const name = button?.dataset.part;
    if (name)
      use(name).then(({ act }) => {
        // The loader's styles show a title as a bubble.
        button.title = kit.speech.catalogue?.[name + 'Failed'] ?? "Couldn't load this.";
        if (!act) return;
        button.removeAttribute('title');
        act(button);
      });
    if (at('.pp-attach-btn')) picker.click();
    const picture = at('.pp-attachment-image [href]');
    if (!picture || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    use('lightbox').then((part) => (part.show ? part.show(picture) : open(picture.href)));
  };
  const handle = (event) => {
    const { type, target, dataTransfer, clipboardData } = event;
    const at = (selector) => target.closest?.(selector);
    if (type == 'click') return click(event, at);
    const { types, files } = dataTransfer ?? clipboardData;
    // Text of an office program has a picture of itself with it.
    const isOurs = types.includes('Files') && !root.hasAttribute('data-no-files') && at('.pp-window');
    if (!isOurs || (clipboardData && types.includes('text/plain'))) return;
    event.preventDefault();
    if (type == 'drop' || clipboardData) add([...files]);
    else use('attach');
  };
  for (const type of ['click', 'paste', 'dragenter', 'dragover', 'drop']) root.addEventListener(type, handle);

  // Whether it may be about a message: somebody is on one, moves by keys in their list, or goes up from an empty field.
  const isNear = ({ type, key, target }) =>
    target.closest('.pp-message') ||
    (type == 'keydown' && (target.matches('.pp-messages') || (key == 'ArrowUp' && target.value == '')));
  // What is typed in the window is nothing to the page: to its shortcuts it comes from no field, so they would take the
  // letters away.
  const own = ({ target, ctrlKey, metaKey }) => !ctrlKey && !metaKey && target.closest('.pp-window');
  for (const type of ['keydown', 'keypress', 'keyup']) root.addEventListener(type, (event) => own(event) && event.stopPropagation());

  // 1 when the part is there, 2 when it could not be fetched.
  let meets = 0;
  const come = (event) => {
    const { type } = event;
    if (meets == 1 || !isNear(event) || (meets && type == 'pointerover')) return;
    // When the part is there the event is over, and has no target any more.
    const seen = {};
    for (const key in event) seen[key] = event[key];
    seen.preventDefault = seen.stopPropagation = () => {};
    // Without it the browser's own menu is better than none.
    if (type == 'contextmenu' && !meets) event.preventDefault();
    use('messages').then(({ meet }) => {
      meets = meet ? 1 : 2;
      meet?.(seen);
    });
  };
  for (const type of ['pointerover', 'pointerdown', 'focusin', 'keydown', 'contextmenu']) root.addEventListener(type, come);

  if (/[?&]pp_inspector=./.test(location.search)) use('inspector');
  try {
    // The page before this one has left a question open.
    sessionStorage.pocketping_screenshots && use('screenshot');
  } catch {}
  return {
    hear(word, value, json) {
      if (word == 'look' || word == 'configUpdate') {
        Object.assign(told, value);
        const { types, maxBytes } = told.uploads ?? {};
        if (types) picker.accept = types;
        root.toggleAttribute('data-no-files', maxBytes === 0);
      }
      if (word == 'csatRequested') told.csat = { ...told.csat, pending: true };
      // Few words find something to ask, so the engine is asked last.
      const { preChatForm, csat } = told;
      const asks = [preChatForm?.enabled && !preChatForm.completed && 'prechat', csat?.pending && 'csat'].filter(Boolean);
      if (asks.length && act('isWidgetOpen')) asks.map(use);
      if (word == 'screenshotRequest')
        use('screenshot').then(({ hear }) => {
          // Who waits for the picture is told.
          if (!hear) act('trigger', ['screenshot_failed', { requestId: value.requestId }]);
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
    isInspecting: () => !!root.getRootNode().host.dataset.inspecting,
  };
};
