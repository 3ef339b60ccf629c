// Requests to the backend: no header but the two that existing backends' CORS lists permit (EXTENSIONS, Abilities), and
// no cookies: `*` as allowed origin would forbid them.

// Version headers of answers (PROTOCOL 1.5), and what the engine calls them.
const VERSION_HEADERS = {
  __proto__: null,
  status: 'Version-Status',
  minVersion: 'Min-Version',
  latestVersion: 'Latest-Version',
  message: 'Version-Message',
};

// Seconds of `Retry-After`; no number where there is none. As a date it counts from the answer's own, where that can be
// read, as clocks differ.
export const retryAfter = (header) => {
  const value = header('Retry-After');
  const seconds = parseInt(value);
  if (seconds >= 0) return seconds;
  return Math.ceil((Date.parse(value) - (Date.parse(header('Date')) || Date.now())) / 1000);
};

// Sends a request. `heard` gets the answer as JSON text, whatever its status; when there is none, whether the time ran out.
export const send = async (url, method, protocol, body, timeoutMs, heard) => {
  let signal, told;
  try {
    signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(url, {
      method,
      body,
      signal,
      credentials: 'omit',
      headers: { 'Content-Type': 'application/json', 'X-PocketPing-Version': protocol },
    });
    const text = await answer.text();
    const header = (name) => answer.headers.get(name) ?? undefined;
    const version = {};
    for (const name in VERSION_HEADERS) version[name] = header('X-PocketPing-' + VERSION_HEADERS[name]);
    let content = null;
    try {
      content = JSON.parse(text);
    } catch {
      // No JSON, so nothing that the engine could read.
    }
    told = JSON.stringify({ status: answer.status, body: content, retryAfter: retryAfter(header), version });
  } catch {
    told = !!signal?.aborted;
  }
  heard(told);
};

// Sends a body that nobody waits for and that survives the page (PROTOCOL 1.3, `/disconnect`).
//
// Not by `sendBeacon`: that sends cookies along, so that no beacon of JSON reaches a server of another origin. Browsers
// refuse what is over their quota for such requests; there is then nothing left to do: the page is going.
export const leave = (url, body) => {
  fetch(url, {
    method: 'POST',
    body,
    keepalive: true,
    credentials: 'omit',
    headers: { 'Content-Type': 'application/json' },
  }).catch(() => {});
};
