// An operator wishes for a picture of the page (PROTOCOL 1.3): the visitor is asked, the picture is taken and sent, and what
// became of it is told. The option `screenshots` says whether there is a question, or nothing at all.

import { dress, wording } from '../kit.js';
import css from './screenshot.css';
import { Question } from './question.js';
import { isOpen, sendPicture } from './upload.js';
import { english } from './words.js';

// Pages of one browser tell each other that a wish has been answered.
const CHANNEL = 'pocketping_screenshots';
// Where a tab keeps what is not answered.
const KEPT = 'pocketping_screenshots';

export const start = (kit) => {
  const { act, options, root, emit } = kit;
  const word = wording(english, kit);
  const undress = dress(root, css);
  const waiting = new Map();
  let asked;

  const channel = self.BroadcastChannel && new BroadcastChannel(CHANNEL);
  if (channel) channel.onmessage = ({ data }) => drop(data);

  // What is not answered is asked again by the tab's next page.
  const keep = () => {
    try {
      if (waiting.size) sessionStorage[KEPT] = JSON.stringify([...waiting.values()]);
      else delete sessionStorage[KEPT];
    } catch {}
  };
  const kept = () => {
    try {
      return JSON.parse(sessionStorage[KEPT] ?? '[]').filter(({ requestId }) => requestId);
    } catch {
      return [];
    }
  };
  const drop = (id) => {
    waiting.delete(id);
    keep();
    if (asked?.wish.requestId != id) return;
    asked.question.end();
    asked = null;
    next();
  };
  // By an event of the conversation's, which is kept until the server has it.
  const tell = (name, { requestId }, reason) => {
    const data = { requestId, ...(reason && { reason }) };
    act('trigger', [name, data]);
    emit('event:' + name, { name, data, timestamp: new Date().toISOString() });
  };
  const done = (id) => {
    channel?.postMessage(id);
    drop(id);
  };
  const take = async (wish) => {
    const { sessionId } = act('getSession') ?? {};
    // The library is fetched now, not with the question.
    const { picture } = await kit.fetched('picture');
    await sendPicture(kit, sessionId, wish.requestId, await picture());
  };
  const decline = (wish) => {
    tell('screenshot_declined', wish);
    done(wish.requestId);
  };
  const allow = async (wish, question) => {
    question?.busy();
    try {
      await take(wish);
    } catch (error) {
      console.warn('[PocketPing] the picture of the page could not be sent', error);
      tell('screenshot_failed', wish, String(error?.code ?? error?.message ?? error).slice(0, 200));
      if (question && waiting.has(wish.requestId)) return question.failed();
    }
    done(wish.requestId);
  };

  const next = async () => {
    const [wish] = waiting.values();
    // A page that nobody looks at neither asks nor is worth a picture; it is the visible one's turn.
    if (!wish || asked || document.hidden) return;
    const { sessionId } = act('getSession') ?? {};
    // Without a session yet, once there is one.
    if (!sessionId) return;
    asked = { wish, question: { end() {} } };
    const open = await isOpen(kit, sessionId, wish.requestId);
    if (asked?.wish != wish) return;
    if (!open) return drop(wish.requestId);
    if (options.screenshots == 'silent') return allow(wish);
    asked.question = new Question({
      root,
      word,
      name: wish.requestedBy || act('getSession')?.operatorName || options.operatorName || 'Support',
      dir: options.dir,
      allow: (question) => allow(wish, question),
      decline: () => decline(wish),
    });
  };
  document.addEventListener('visibilitychange', next);
  if (options.screenshots != 'off') for (const wish of kept()) waiting.set(wish.requestId, wish);
  next();

  return {
    hear(what, value) {
      // Once the window is there, or has begun to leave.
      if (what == 'openChange') requestAnimationFrame(() => asked?.question.place?.());
      if (what == 'connect') next();
      if (what != 'screenshotRequest') return;
      // Told, so that nobody waits.
      if (options.screenshots == 'off') return tell('screenshot_declined', value, 'off');
      waiting.set(value.requestId, value);
      keep();
      next();
    },
    end() {
      document.removeEventListener('visibilitychange', next);
      channel?.close();
      waiting.clear();
      asked?.question.end();
      asked = null;
      undress();
    },
  };
};
