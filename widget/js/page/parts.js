// Parts of the window that few visitors need, each a chunk: files to be sent, pictures to be looked at, forms. Here is what
// they are fetched for.

import { make } from '../dom.js';

// What the picker offers until the server has said what it takes (PROTOCOL 4.7).
const ACCEPTED = 'image/*,audio/*,video/*,.pdf,.doc,.docx,.xls,.xlsx,.txt';

// `context` is what each part's `begin` gets; that gives `hear`, to be called with everything the engine says. Gives the
// function that hears it all.
export const parts = (context) => {
  const { root, told, act } = context;
  const begun = {};
  // A part that cannot be fetched is asked for again.
  const begin = (name) =>
    (begun[name] ||= context.part(name).then(
      (mod) => mod.begin(context),
      (error) => {
        delete begun[name];
        throw error;
      },
    ));
  // Without what would show them, files are sent by themselves: they wait as every message does.
  const add = (files) =>
    begin('attach').then(
      (part) => part.add(files),
      () => context.send('', [], files),
    );

  const picker = make('input.pp-file-input[type=file][multiple=][hidden=]');
  picker.accept = ACCEPTED;
  picker.onchange = () => {
    add([...picker.files]);
    picker.value = '';
  };
  root.append(picker);

  const use = (event) => {
    const { type, target, dataTransfer, clipboardData } = event;
    const at = (selector) => target.closest?.(selector);
    if (type == 'click') {
      if (at('.pp-attach-btn')) picker.click();
      const picture = at('.pp-attachment-image [href]');
      if (!picture || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      begin('lightbox').then(
        (part) => part.show(picture),
        () => open(picture.href),
      );
      return;
    }
    const { types, files } = dataTransfer ?? clipboardData;
    // Text of an office program has a picture of itself with it.
    const isOurs = types.includes('Files') && !root.hasAttribute('data-no-files') && at('.pp-window');
    if (!isOurs || (clipboardData && types.includes('text/plain'))) return;
    event.preventDefault();
    if (type == 'drop' || clipboardData) add([...files]);
    else begin('attach').catch(() => {});
  };
  for (const type of ['click', 'paste', 'dragenter', 'dragover', 'drop']) root.addEventListener(type, use);

  return (word, value) => {
    if (word == 'look' || word == 'configUpdate') {
      Object.assign(told, value);
      const { types, maxBytes } = told.uploads ?? {};
      if (types) picker.accept = types;
      root.toggleAttribute('data-no-files', maxBytes === 0);
    }
    if (word == 'csatRequested') told.csat = { ...told.csat, pending: true };
    const { preChatForm, csat } = told;
    if (act('isWidgetOpen')) {
      if (preChatForm?.enabled && !preChatForm.completed) begin('prechat').catch(() => {});
      if (csat?.pending) begin('csat').catch(() => {});
    }
    for (const name in begun) begun[name].then((part) => part.hear(word, value)).catch(() => {});
  };
};
