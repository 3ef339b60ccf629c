// Streams of envelopes: WebSocket and EventSource.

const SOCKET_EVENTS = ['open', 'message', 'close'];
// Named events of PROTOCOL 2.4 and EXTENSIONS (Heartbeat). `connected` says nothing that `open` has not.
const SOURCE_EVENTS = ['open', 'message', 'error', 'heartbeat', 'csat_request', 'screenshot_request'];

// Whether the browser can open both kinds.
export const available = () => !!(window.WebSocket && window.EventSource);

// An open or opening stream. `heard` gets JSON text: the event's name, and the code of a `close` or the envelope.
export class Stream {
  // Throws when the browser refuses the address outright (the page's CSP, mixed content).
  constructor(isSocket, url, heard) {
    this.ended = new AbortController();
    this.source = isSocket ? new WebSocket(url) : new EventSource(url);
    const hear = ({ type, code, data }) => {
      let content = code;
      try {
        if (data) content = JSON.parse(data);
      } catch {
        return console.warn('[PocketPing] a frame that is no JSON was passed over');
      }
      heard(JSON.stringify([type, content]));
    };
    for (const name of isSocket ? SOCKET_EVENTS : SOURCE_EVENTS)
      this.source.addEventListener(name, hear, { signal: this.ended.signal });
  }

  // On a socket that is just closing it is lost, and its end is heard next; a source takes nothing.
  send(frame) {
    try {
      this.source.send(frame);
    } catch {}
  }

  // Closing is not heard.
  close() {
    this.ended.abort();
    this.source.close();
  }
}
