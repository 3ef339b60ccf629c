// The functions of `PocketPing` (PROTOCOL 4.3) around the engine, which takes commands and questions by name. Wrong
// arguments are named in the console and have no other effect; promises are rejected with an `Error` that has a `code`.

import { Files } from '../files.js';
import { hasSession } from '../names.js';
import { attach } from './attach.js';
import { error, invalid } from './errors.js';
import { isContent, isEventData, isEventName } from './limits.js';
import { keep, letGo } from './keep.js';
import { given, needsExtras, read } from './options.js';
import { rareParts } from './parts.js';
import { Pending } from './pending.js';
import { reporter } from './report.js';
import { Subscriptions } from './subscriptions.js';
import { isFile, uploads } from './uploads.js';

const isText = (value) => typeof value == 'string';
export const warn = (text) => console.warn('[PocketPing] ' + text);
// What a page may say about consent; anything else is named.
export const isAnswer = (value) => typeof value == 'boolean' || warn('consent: it must be true or false');

// What can be gone through, but for text.
const listOf = (value) => (isText(value) || !value?.[Symbol.iterator] ? undefined : [...value]);

// As JSON text. Nothing for what refers to itself, holds a `BigInt`, or is a function.
const toJson = (value) => {
  try {
    return JSON.stringify(value);
  } catch {}
};

// What is wrong with an event, if anything. `json` is its data as JSON text.
const problemOf = (name, json) => {
  if (!isText(name)) return 'name must be a string';
  if (!isEventName(name)) return 'name must have 1 to 128 characters';
  if (!json) return 'data must be an object that JSON can hold';
  if (!isEventData(json)) return 'data is over 32 KiB';
  if (json[0] != '{' && json != 'null') return 'data must be an object';
};

const destroyed = () => error('destroyed', 'the widget was destroyed');

// Starts the widget and gives its functions, as members of a plain object: the loader copies them one by one. `begin` is
// the WebAssembly's `start`, `speech` the language (`language.js`), `more` what rare options need, if there are any; else
// `fetchMore` fetches it, should the server ask for one. `fetchPart` fetches a rare part by its name (`parts.js`).
export const functions = (boot, begin, speech, more, fetchMore, fetchPart) => {
  const { config, base, root, launcher, act: atOnce, paint } = boot;
  const options = read(config);
  if (!(root instanceof HTMLElement && launcher instanceof HTMLElement && isText(base)))
    throw error('invalid_boot', 'the loader and the app do not fit together');
  const appear = (then) => attach(root, paint, then);
  if (!more) appear(() => keep(root));

  const pending = new Pending();
  const own = new Subscriptions();
  const custom = new Subscriptions();

  // Sends a custom event and tells of it here; a message opens the window.
  const fire = (name, data, message) => {
    const event = { name, ...(data && { data }), timestamp: new Date().toISOString() };
    act('trigger', [name, data]);
    own.tell('event:' + name, event);
    if (!isText(message)) return;
    setOpen(true);
    own.tell('triggerMessage', { message, eventName: name });
  };
  let endTracking = () => {};
  // What tracks, once it was needed.
  let tracking;
  const trackAnew = (elements) => {
    endTracking();
    let isOver;
    endTracking = () => (isOver = true);
    const begin = (mod) => {
      tracking = mod;
      if (!isOver) endTracking = mod.track(elements, fire);
    };
    if (tracking) begin(tracking);
    else if (elements.length)
      fetchPart('tracked').then(begin, (error) => console.warn('[PocketPing] tracked', error));
  };

  // What rare parts may use; `told` is what the server has said of itself, `api` what this gives.
  const kit = {
    base,
    root,
    options,
    speech,
    told: {},
    act: (...what) => act(...what),
    upload: (...what) => upload(...what),
    send: (content, files = []) => send(content, [], files).catch(() => {}),
    emit: (event, value) => own.tell(event, value),
  };
  const parts = rareParts(fetchPart, kit);

  const files = (kit.files = Object.assign(new Files(base), { part: fetchPart }));
  const tell = reporter(options, pending, own, custom, (...what) => act(...what), trackAnew);
  let extras;
  let gone;
  const adorn = (mod) => {
    extras = mod.extras(options, root, act, (then) => appear(() => (keep(root), then())));
  };
  const hear = (word, json) => {
    const value = JSON.parse(json);
    tell(word, value ?? undefined);
    parts.hear(word, value, json);
    if (extras) extras.hear(word, value);
    else if ((word == 'look' || word == 'configUpdate') && needsExtras(value))
      fetchMore().then((mod) => {
        if (!mod || gone) return;
        if (!extras) adorn(mod);
        extras.hear(word, value);
      });
  };
  root.lang = speech.tag;
  options.dir = speech.dir;
  const engine = begin(base, JSON.stringify(options), root, launcher, hear, files, { ...speech, own: options.texts });

  // Gives the engine a command or asks it a question. The answer is `undefined` when it could not read the value. `begun`
  // is called with its id of a command, before anything comes of that; `stamp` is that id where it was given out before.
  const act = (name, value, begun = () => {}, stamp) => {
    const answer = engine(name, toJson(value), begun, stamp);
    return answer && JSON.parse(answer);
  };
  if (more) adorn(more);
  const { upload, send } = uploads(files, pending, own, act);
  // A command whose end the engine tells; `event` is what the page hears of its success.
  const run = (name, value, problem, event) =>
    pending.begun(
      (begun) => act(name, value, begun) !== undefined,
      (task, id) => pending.tasks.set(id, { ...task, event }),
      invalid(`${name}: ${problem}`),
    );

  const setOpen = (open) => {
    act('setOpen', !!open);
  };
  const toggle = () => setOpen(!act('isWidgetOpen'));
  const subscriber = (name, subscriptions) => (event, handler) => {
    if (isText(event) && typeof handler == 'function') return subscriptions.add(event, handler);
    warn(name + ': the event must be a string and the handler a function');
    return () => {};
  };
  const ask = (name) => () => act(name);

  // The session that the loader has found may be one with another backend.
  if (atOnce && (given(config, 'connect') == 'load' || hasSession(base))) act('connect');
  return (kit.api = {
    open: () => setOpen(true),
    close: () => setOpen(false),
    toggle,
    toggleOpen: toggle,
    setOpen,
    async sendMessage(content, attachmentIds) {
      if (!isText(content)) throw invalid('sendMessage: content must be a string');
      const list = listOf(attachmentIds ?? []);
      if (!list?.every((item) => isText(item) || isFile(item)))
        throw invalid('sendMessage: attachmentIds must be a list of strings and files');
      // The engine says why what is too long is not sent; its files are not uploaded.
      return send(content, list.filter(isText), isContent(content) ? list.filter(isFile) : []);
    },
    async uploadFile(file, onProgress) {
      if (!isFile(file)) throw invalid('uploadFile: file must be a File or a Blob');
      return upload([file], onProgress)[0].promise;
    },
    async uploadFiles(list, onProgress) {
      const files = listOf(list);
      if (!files?.every(isFile)) throw invalid('uploadFiles: files must be a list of Files or Blobs');
      return Promise.all(upload(files, onProgress).map(({ promise }) => promise));
    },
    trigger(name, data, options) {
      const json = toJson(data ?? null);
      const problem = problemOf(name, json);
      if (problem) warn(`trigger: ${problem}; nothing was sent`);
      else fire(name, JSON.parse(json), given(options, 'widgetMessage'));
    },
    on: subscriber('on', own),
    onEvent: subscriber('onEvent', custom),
    offEvent(event, handler) {
      if (isText(event)) custom.remove(event, handler);
      else warn('offEvent: the event must be a string');
    },
    identify: (identity) =>
      pending.begun(
        (begun) => act('identify', identity, begun) !== undefined,
        (promise) => pending.identifies.push(promise),
        invalid('identify: identity must be an object whose id is a string that is not empty'),
      ),
    async reset(options) {
      const newSession = !!given(options, 'newSession');
      act('reset', newSession);
      if (!newSession) return;
      parts.forget();
      pending.rejectSends(error('reset', 'the conversation was reset before this was sent'));
    },
    getIdentity: ask('getIdentity'),
    destroy() {
      act('destroy');
      gone = true;
      extras?.end();
      parts.end();
      letGo(root);
      endTracking();
      pending.rejectSends(destroyed());
      pending.settle('connects', null, destroyed());
    },
    connect: () =>
      act('isConnected')
        ? Promise.resolve(act('getSession'))
        : new Promise((resolve, reject) => {
            pending.connects.push({ resolve, reject });
            act('connect');
            // Once it is so, the engine says no more of it.
            if (act('isRefused')) hear('refused', 'null');
            if (gone) pending.settle('connects', null, destroyed());
          }),
    disconnect() {
      act('disconnect');
    },
    // The engine keeps its list complete while it is connected.
    async fetchMessages() {
      await this.connect();
      return act('getMessages');
    },
    sendTyping(typing = true) {
      act('sendTyping', !!typing);
    },
    editMessage: (id, content) => run('editMessage', [id, content], 'messageId and content must be strings'),
    deleteMessage: (id) => run('deleteMessage', [id], 'messageId must be a string'),
    submitCsat: (score, comment) =>
      run('submitCsat', [score, comment], 'score must be a whole number from 1 to 5', 'csatSubmitted'),
    async submitPreChat(form) {
      const fields = ['email', 'phone', 'phoneCountry'].map((key) => given(form, key));
      if (!fields.some(isText)) throw invalid('submitPreChat: email or phone must be a string');
      return run('submitPreChat', fields.map((field) => (isText(field) ? field : null)), '', 'preChatCompleted');
    },
    getPresence: () => ({ online: act('isOnline') }),
    getSession: ask('getSession'),
    getMessages: ask('getMessages'),
    isConnected: ask('isConnected'),
    isInspectorModeActive: parts.isInspecting,
    isWidgetOpen: ask('isWidgetOpen'),
    setupTrackedElements(list) {
      const json = toJson(list);
      if (json?.[0] == '[') act('setTrackedElements', JSON.parse(json));
      else warn('setupTrackedElements: it must be a list of elements');
    },
    getTrackedElements: ask('getTrackedElements'),
    getConfig: () => config,
  });
};
