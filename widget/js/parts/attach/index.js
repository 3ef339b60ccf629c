// Files that are to be sent: a part, fetched with the first of them. They are uploaded at once, and go with the next message.

import { sizeIn } from '../../attachments.js';
import { make } from '../../dom.js';
import { sends } from '../../keys.js';
import { announce, dress, inWindow, speaker } from '../kit.js';
import { dropZone } from './drop.js';
import css from './style.css';
import { Tile } from './tile.js';
import { english } from './words.js';

export const start = (context) => {
  const { root, act, told, upload, speech, files } = context;
  dress(root, css);
  const say = speaker(context, english);
  const list = make('ul.pp-attachments-preview[hidden=]');
  list.setAttribute('aria-label', say('list'));
  let tiles = [];
  // The visitor has sent while it was not known yet whether all can be.
  let isWanted = false;

  const form = () => root.querySelector('.pp-input-form');
  const changed = () => {
    list.hidden = !tiles.length;
    act('attach', tiles.filter((tile) => tile.id && !tile.isBusy).map((tile) => tile.id));
    if (!isWanted || tiles.some((tile) => tile.isBusy)) return;
    isWanted = false;
    form()?.requestSubmit();
  };
  const drop = (gone) => {
    for (const tile of gone) {
      tile.isGone = true;
      tile.element.remove();
    }
    tiles = tiles.filter((tile) => !tile.isGone);
    changed();
  };
  const remove = (tile) => {
    const next = (tile.element.nextElementSibling ?? tile.element.previousElementSibling)?.querySelector('.pp-remove-attachment');
    if (tile.id) act('removeUpload', [tile.id]);
    // On its way it would be in the way of what is wanted.
    files.running?.get(tile.id)?.abort();
    drop([tile]);
    (next ?? form()?.querySelector('.pp-input'))?.focus();
  };
  const failed = ({ file, about, element }) => {
    // What was wanted is looked at once more.
    isWanted = false;
    changed();
    element.scrollIntoView({ block: 'nearest' });
    announce(root, `${file.name}: ${about.textContent}`);
  };
  const size = (bytes) => sizeIn(speech.tag, bytes);
  const shared = { say, size, limits: () => told.uploads, upload, changed, remove, failed };

  // Sends nothing without its files.
  const hold = (event) => {
    const { type, target } = event;
    if (!tiles.some((tile) => tile.isBusy)) return;
    if (type == 'submit' ? !target.matches('.pp-input-form') : !(target.matches('.pp-input') && sends(event))) return;
    event.preventDefault();
    event.stopPropagation();
    isWanted = true;
  };
  for (const type of ['submit', 'keydown']) root.addEventListener(type, hold, true);

  dropZone(root, say('drop'));
  inWindow(root, (around) => around.querySelector('.pp-composer__field').before(list));
  return {
    add(files) {
      const news = files.map((file) => new Tile(file, shared));
      for (const tile of news) {
        tiles.push(tile);
        list.append(tile.element);
        tile.start(tiles.length);
      }
      list.scrollTop = list.scrollHeight;
      announce(root, say('added', { name: files.map((file) => file.name).join(', ') }));
      form()?.querySelector('.pp-input').focus();
    },
    hear(word) {
      if (word != 'message') return;
      const attached = act('attached');
      const sent = tiles.filter((tile) => tile.id && !tile.isBusy && !attached.includes(tile.id));
      // What could never be sent has been seen.
      if (sent[0]) drop([...sent, ...tiles.filter((tile) => tile.isLost)]);
    },
  };
};
