// How the inspector speaks with the server: `/connect` with the token, then frames of a stream (PROTOCOL 1.3, 2.3).
//
// With a connection of its own: whoever chooses elements is at work, and opens no conversation of a visitor's in this browser.

import { send } from '../../http.js';

const VERSION = '2.6.0';
const PATIENCE_MS = 15000;

const post = (url, body) =>
  new Promise((done, failed) =>
    send(url, 'POST', VERSION, JSON.stringify(body), PATIENCE_MS, (told) => {
      const answer = typeof told == 'string' && JSON.parse(told);
      if (answer && answer.status < 300) done(answer.body);
      else if (answer && answer.status >= 400 && answer.status < 500) done({});
      else failed(Error('the server cannot be reached'));
    }),
  );

export class Channel {
  constructor({ base }, token) {
    this.base = base;
    this.token = token;
  }

  // Whether the server takes the token.
  async open() {
    const visitorId = 'inspector-' + [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const { sessionId, inspectorMode } = await post(this.base + '/connect', {
      visitorId,
      sessionId: null,
      inspectorToken: this.token,
    });
    this.session = sessionId;
    return inspectorMode === true;
  }

  socket() {
    const { readyState } = this.stream ?? {};
    if (readyState == WebSocket.OPEN || readyState == WebSocket.CONNECTING) return this.stream;
    const url = `${this.base.replace(/^http/, 'ws')}/stream?sessionId=${encodeURIComponent(this.session)}`;
    return (this.stream = new WebSocket(url));
  }

  // Sends what was chosen, as soon as the stream is open.
  async send(data) {
    const stream = this.socket();
    if (stream.readyState != WebSocket.OPEN)
      await new Promise((done, failed) => {
        const signal = AbortSignal.timeout(PATIENCE_MS);
        stream.addEventListener('open', done, { signal });
        for (const [target, event] of [[stream, 'error'], [stream, 'close'], [signal, 'abort']])
          target.addEventListener(event, () => failed(Error('no stream')), { once: true });
      });
    stream.send(JSON.stringify({ type: 'inspector_select', data }));
  }

  close() {
    this.stream?.close();
  }
}
