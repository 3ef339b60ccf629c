// Options that few pages set: a part, fetched when one of them is there.

import { PHONE } from '../../page/phone.js';
import { dresser } from './look.js';
import { follow } from './pages.js';
import { Sound } from './sound.js';
import { Title } from './title.js';

// Where the open window is remembered, in this tab.
const OPEN = 'pocketping_open';

const remembered = () => {
  try {
    return sessionStorage[OPEN];
  } catch {}
};
const remember = (open) => {
  try {
    if (open) sessionStorage[OPEN] = '1';
    else delete sessionStorage[OPEN];
  } catch {}
};

// Heeds the options. `act` is the engine, `attach` attaches the container, if that was not done yet, and
// calls what it gets. Gives `hear`, to be
// called with everything the engine says, and `end`.
export const extras = (options, root, act, attach) => {
  const look = { ...options };
  const { host } = root.getRootNode();
  const ends = [];
  const later = (run, ms) => {
    const timer = setTimeout(run, ms);
    ends.push(() => clearTimeout(timer));
  };

  const dress = dresser(root);
  ends.push(dress.end);

  const sound = options.soundEnabled && new Sound();
  const title = options.titleBadge && new Title();
  for (const part of [sound, title]) if (part) ends.push(() => part.end());

  let touched = false;
  const open = () => {
    // Over the whole screen it comes only when it is asked for.
    if (!touched && !host.hidden && !matchMedia(PHONE).matches) act('setOpen', true);
  };
  const arrive = () => {
    dress.show(look);
    ends.push(
      follow(options, (shown) => {
        host.hidden = !shown;
        if (!shown && act('isWidgetOpen')) act('setOpen', false);
      }),
    );
    if (options.persistOpenState && remembered()) open();
    if (options.autoOpenDelay > 0) later(open, options.autoOpenDelay);
  };
  const appear = () => attach(arrive);
  if (options.showDelay > 0) later(appear, options.showDelay);
  else appear();

  const words = {
    look(news) {
      for (const key in news) if (news[key]) look[key] = news[key];
      dress.show(look);
    },
    arrived() {
      if (!act('isMuted')) sound && sound.play();
    },
    unread: (count) => title && title.set(count),
    openChange(open) {
      touched = true;
      if (options.persistOpenState) remember(open);
    },
  };
  words.configUpdate = words.look;
  return {
    hear: (word, value) => words[word]?.(value),
    end: () => ends.splice(0).forEach((end) => end()),
  };
};
