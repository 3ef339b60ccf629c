// The mode in which a site's owner chooses elements to track (PROTOCOL 4.7): begun by `?pp_inspector=<token>` in the page's
// address, if the server takes the token; ended by Escape or the banner's button.

import { wording } from '../kit.js';
import { Channel } from './channel.js';
import { Overlay } from './overlay.js';
import { described } from './selector.js';
import { english } from './words.js';

export const start = (kit) => {
  const { host } = kit.root.getRootNode();
  const word = wording(english, kit);
  const token = new URLSearchParams(location.search).get('pp_inspector');
  const channel = new Channel(kit, token);
  let overlay;

  const end = () => {
    if (!overlay) return;
    overlay.end();
    overlay = null;
    channel.close();
    delete host.dataset.inspecting;
    kit.emit('inspectorDisabled');
  };
  const choose = async (element) => {
    const chosen = described(element);
    overlay.say(word('inspectorChosen', chosen.selector));
    try {
      await channel.send(chosen);
      kit.emit('inspectorSelect', chosen);
    } catch (error) {
      console.warn('[PocketPing] the chosen element could not be sent', error);
      overlay?.say(word('inspectorUnsent'));
    }
  };
  channel.open().then(
    (allowed) => {
      overlay = new Overlay(kit, word, choose, end);
      if (!allowed) return overlay.refuse(word('inspectorRefused'));
      host.dataset.inspecting = 'true';
    },
    (error) => console.warn('[PocketPing] the inspector could not be started', error),
  );
  return { end };
};
