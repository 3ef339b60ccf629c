// The way of a picture to the server (PROTOCOL 1.3): announced, sent, completed.

// As the engine says it (EXTENSIONS, Abilities).
const VERSION = '2.6.0';
const PATIENCE_MS = 30000;

const ask = async ({ base }, path, body) => {
  const answer = await fetch(base + path, {
    method: body ? 'POST' : 'GET',
    body: body && JSON.stringify(body),
    credentials: 'omit',
    signal: AbortSignal.timeout(PATIENCE_MS),
    headers: { 'Content-Type': 'application/json', 'X-PocketPing-Version': VERSION },
  });
  if (!answer.ok) throw Object.assign(Error('the server answered ' + answer.status), { status: answer.status });
  return answer.json();
};

// Whether the picture is still wished for. A server that cannot say is believed.
export const isOpen = async (kit, sessionId, requestId) => {
  try {
    const { requests } = await ask(kit, '/screenshot/requests?sessionId=' + encodeURIComponent(sessionId));
    return requests.some((wish) => wish.requestId == requestId);
  } catch {
    return true;
  }
};

export const sendPicture = async (kit, sessionId, requestId, picture) => {
  const { attachmentId, uploadUrl } = await ask(kit, '/screenshot/upload', { sessionId, requestId });
  const address = new URL(uploadUrl, kit.base);
  if (!/^https?:$/.test(address.protocol)) throw Error('the server names no address for the picture');
  const put = await fetch(address, {
    method: 'PUT',
    body: picture,
    credentials: 'omit',
    signal: AbortSignal.timeout(PATIENCE_MS * 2),
    headers: { 'Content-Type': picture.type },
  });
  if (!put.ok) throw Error('the picture was answered ' + put.status);
  await ask(kit, '/screenshot/upload/complete', { sessionId, requestId, attachmentId, size: picture.size });
};
