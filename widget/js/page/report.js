// What the engine says, as the page hears it: events (PROTOCOL 4.5), callbacks, settled promises.

import { error, failure } from './errors.js';
import { PHONE } from './phone.js';
import { call } from './subscriptions.js';
import { progress } from './uploads.js';

const SEVERITIES = { info: 'info', warning: 'warn' };

// Gives the function to be called with a word, and what there is to say of it.
export const reporter = (options, pending, own, custom, act, track) => {
  const emit = (event, value) => own.tell(event, value);
  // What is wrong with what is stored.
  const storage = (code, text, more) => {
    console.warn('[PocketPing] ' + text);
    call(options.onError, error(code, text, more));
  };

  // What the page is told. Words that are not here are events as they are.
  const words = {
    connect(session) {
      pending.settle('connects', session);
      emit('connect', session);
      call(options.onConnect, session.sessionId);
    },
    refused() {
      const why = error('refused', 'the server refuses this widget');
      pending.settle('connects', null, why);
      call(options.onError, why);
    },
    updated(message) {
      emit('message', message);
      const { id, sender, status } = message;
      if (sender != 'visitor' || (status != 'delivered' && status != 'read')) return;
      const read = { messageIds: [id], status };
      for (const key of ['deliveredAt', 'readAt']) if (message[key]) read[key] = message[key];
      emit('read', read);
    },
    arrived(message) {
      const opens = options.autoOpenOnMessage !== false && !act('isWidgetOpen') && !matchMedia(PHONE).matches;
      if (opens) act('setOpen', true);
      call(options.onMessage, message);
    },
    delivered([id, message]) {
      pending.take(id)?.resolve(message);
      call(options.onMessage, message);
    },
    undeliverable([id, reason]) {
      const why = failure(reason);
      pending.take(id)?.reject(why);
      call(options.onError, why);
    },
    uploaded([id, attachment]) {
      const task = pending.take(id);
      if (!task) return;
      // Where another page has sent it, it has told nothing of that.
      for (const percent of [10, 100]) progress(own, task, percent);
      emit('uploadComplete', attachment);
      task.resolve(attachment);
    },
    settled([id, reason]) {
      const task = pending.take(id);
      if (!task) return;
      const { filename, event } = task;
      if (reason) {
        const why = failure(reason);
        if (filename != null) emit('uploadError', { filename, error: why.message });
        return task.reject(why);
      }
      task.resolve();
      if (event) emit(event);
    },
    identified(reason) {
      const why = reason && failure(reason);
      pending.settle('identifies', undefined, why);
      if (why) call(options.onError, why);
    },
    presence: (online) => emit('presence', { online }),
    typing: (isTyping) => emit('typing', { isTyping }),
    openChange(open) {
      emit('openChange', open);
      call(open ? options.onOpen : options.onClose);
    },
    event(event) {
      call(options.onEvent, event);
      custom.tell(event.name, event.data ?? null, event);
      emit('event', event);
      emit('event:' + event.name, event);
    },
    versionWarning(warning) {
      const { severity, message } = warning;
      const level = SEVERITIES[severity];
      if (level) console[level]('[PocketPing] ' + message);
      else console.error('[PocketPing] ' + message, warning);
      emit('versionWarning', warning);
      call(options.onVersionWarning, warning);
    },
    trackedElements: track,
    // For the eye only.
    look() {},
    timeline() {},
    storageDegraded() {
      storage('storage_degraded', 'this browser stores nothing: what is not sent is lost with the page');
    },
    storageCorrupt(entries) {
      storage('storage_corrupt', 'stored messages that cannot be read: ' + entries, { entries });
    },
  };

  return (word, value) => {
    (words[word] || ((value) => emit(word, value)))(value);
  };
};
