// Errors for the page: promises are rejected with them, `onError` gets them. Programs tell them apart by `code`.

export const error = (code, text, more) => Object.assign(Error('PocketPing: ' + text), { code }, more);

export const invalid = (problem) => error('invalid_argument', problem);

const FAILURES = {
  content_blank: 'a message needs text or an attachment',
  content_too_long: 'a message has at most 4000 characters',
  not_found: 'there is no such message or conversation',
  outbox_full: 'too much waits to be sent',
  file_gone: 'a file is not there any more',
  refused: 'the server refused it',
  failed: 'it could not be sent',
};

// What the engine could not deliver. `reason` is one of the codes above, or the status that the server refused with.
export const failure = (reason) => {
  const [code, more] = FAILURES[reason] ? [reason] : ['refused', { status: reason }];
  return error(code, FAILURES[code], more);
};
