// What stands in for the widget while nothing may be stored or connected: until the visitor, or the page in their name, has
// agreed (`consent: 'required'`), and after they have taken it back (`consent(false)`). A chunk, fetched by pages that ask.
//
// No engine runs meanwhile. The launcher opens a card that says so and asks; what the page calls is refused in words, and
// only handlers and tracked elements are remembered, for the widget that may come.

import { attach } from '../../page/attach.js';
import { blocked } from '../../page/blocked.js';
import { keep, letGo } from '../../page/keep.js';
import { read } from '../../page/options.js';
import { Subscriptions } from '../../page/subscriptions.js';
import { own } from '../../names.js';
import { Card } from './card.js';
import { erase } from './erase.js';
import { wording } from '../kit.js';
import { english, shared as ours } from './words.js';

const warn = (text) => console.warn('[PocketPing] ' + text);
// Pages of one browser tell each other what was said.
const CHANNEL = 'pocketping_consent';

// Fills `api`, the page's functions, with those that there are before an answer; after one, with those that `run` gives when
// it starts the widget. `more` is what rare options need. Gives `withdraw`, for a widget that runs already.
export const ask = (place, speech, more, run, api) => {
  const { base, config, root, launcher, paint } = place;
  const options = read(config);
  const say = wording({ ...english, ...ours }, { speech, options });
  const told = new Subscriptions();
  let handlers = [];
  let elements = [];
  // The widget's functions, once it may run; what ends the rare options' part until then; the card while it is shown.
  let real;
  let endExtras;
  let card;
  let ended;

  const channel = window.BroadcastChannel && new BroadcastChannel(CHANNEL + own(base));
  const changed = (given, heard) => {
    told.tell('consent', given);
    if (!heard && !ended) channel?.postMessage(given);
  };
  if (channel) channel.onmessage = ({ data }) => (data ? grant(false, true) : withdraw(true));

  const show = (open) => {
    if (open == !!card || ended) return;
    if (open) {
      card = new Card(root, options, say, speech.dir, {
        agree: () => grant(true),
        close: () => show(false),
      });
      launcher.remove();
    } else {
      card.remove();
      card = null;
      root.prepend(launcher);
      launcher.focus();
    }
    told.tell('openChange', open);
  };

  const grant = (open, heard) => {
    if (real || ended) return;
    const shown = card;
    card = null;
    shown?.remove();
    if (!launcher.isConnected) root.prepend(launcher);
    endExtras?.();
    letGo(root);
    real = run();
    for (const mine of handlers) mine.off = real[mine.kind](mine.event, mine.handler);
    if (elements.length) real.setupTrackedElements(elements);
    Object.assign(api, real, shared);
    changed(true, heard);
    if (open || shown) api.open();
  };

  // Ends the widget, if it runs, erases what is stored, and asks anew. `heard`: another page was told.
  const withdraw = async (heard) => {
    if (ended) return;
    if (real) {
      const ending = real;
      real = null;
      for (const mine of handlers) mine.off = null;
      ending.destroy();
      wait();
      changed(false, heard);
    }
    await erase(base);
  };

  const subscribe = (kind) => (event, handler) => {
    if (typeof event != 'string' || typeof handler != 'function') {
      warn(kind + ': the event must be a string and the handler a function');
      return () => {};
    }
    const own = kind == 'on' && told.add(event, handler);
    const mine = { kind, event, handler, off: real?.[kind](event, handler) };
    handlers.push(mine);
    return () => {
      mine.off?.();
      own && own();
      handlers = handlers.filter((known) => known != mine);
    };
  };

  // What holds before and after.
  const shared = {
    on: subscribe('on'),
    onEvent: subscribe('onEvent'),
    offEvent(event, handler) {
      for (const mine of handlers) if (mine.kind == 'onEvent' && mine.event == event && mine.handler == handler) mine.off?.();
      handlers = handlers.filter((mine) => mine.kind != 'onEvent' || mine.event != event || mine.handler != handler);
    },
    setupTrackedElements(list) {
      elements = Array.isArray(list) ? list : [];
      real?.setupTrackedElements(list);
    },
    consent(given) {
      if (given === true) grant();
      else if (given === false) withdraw();
      else warn('consent: it must be true or false');
    },
    destroy() {
      const ending = real;
      show(false);
      ended = true;
      channel?.close();
      endExtras?.();
      letGo(root);
      ending?.destroy();
    },
  };
  const refused = (what) => () => warn(`${what}: nothing was sent, as the visitor has not agreed yet`);

  // What there is until it is agreed.
  const wait = () => {
    if (!launcher.isConnected) root.prepend(launcher);
    launcher.replaceChildren();
    launcher.ariaLabel = say('open');
    Object.assign(api, blocked('consent_required', 'the visitor has not agreed yet'), shared, {
      open: () => show(true),
      close: () => show(false),
      setOpen: (open) => show(!!open),
      toggle: () => show(!card),
      toggleOpen: () => show(!card),
      isWidgetOpen: () => !!card,
      trigger: refused('trigger'),
      getConfig: () => config,
      getTrackedElements: () => [...elements],
    });
    root.lang = speech.tag;
    const appear = (then) =>
      attach(root, paint, () => {
        if (ended) return;
        keep(root);
        then();
      });
    if (!more) return appear(() => {});
    // Nothing opens by itself: that would be a question that nobody has asked for.
    const act = (name, value) => (name == 'isWidgetOpen' ? !!card : name == 'setOpen' && !value && show(false));
    const extras = more.extras(options, root, act, appear);
    endExtras = () => {
      extras.end();
      endExtras = null;
    };
  };

  if (api.open) {
    // A widget runs.
    real = { ...api };
    Object.assign(api, shared);
  } else wait();
  return { withdraw };
};
