// A file above the field: what it is, how far it has come, and what went wrong.

import { make } from '../../dom.js';
import { CROSS, iconButton, worded } from '../kit.js';
import { endingOf, problemOf, typed } from './check.js';

const AGAIN = 'M19 12a7 7 0 11-2.1-5M19 4v4h-4';
// A thumbnail's side, in px of a fine screen.
const SIDE = 96;
// What the server says of a file that is not what its name says, or that it does not take.
const NOT_TAKEN = [415, 422];

// A small picture of a file; none where the browser cannot draw it. Drawn, as an address of its own would need the page's
// policy to allow it.
const thumbnail = async (file) => {
  if (!/^image\/(?!svg)/.test(file.type)) return;
  try {
    const picture = await createImageBitmap(file);
    const canvas = make('canvas.pp-preview-img');
    canvas.width = canvas.height = SIDE;
    const scale = SIDE / Math.min(picture.width, picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    canvas.getContext('2d').drawImage(picture, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
    picture.close();
    return canvas;
  } catch {}
};

export class Tile {
  // Whether it is not known yet if it can be sent.
  isBusy = true;
  // The upload's id, once that has begun and as long as it has not failed.
  id = null;

  // `shared` has what all tiles need: `say`, `size`, `limits`, `upload`, `changed`, `remove`.
  constructor(file, shared) {
    this.shared = shared;
    this.file = typed(file, shared.limits()?.types);
    const { name } = file;
    const { say } = shared;
    this.element = make('li.pp-attachment-preview');
    this.icon = worded('span.pp-attachment-icon.pp-preview-file[aria-hidden=true]', endingOf(name).slice(0, 4));
    this.about = worded('span.pp-attachment-size', shared.size(file.size));
    const text = make('span.pp-attachment-preview__text');
    const label = worded('span.pp-attachment-name[dir=auto]', name);
    text.append(label, this.about);
    this.ring = make('span.pp-upload-progress[role=progressbar][aria-valuemin=0][aria-valuemax=100]');
    this.ring.setAttribute('aria-label', say('uploading', { name }));
    this.again = iconButton(AGAIN, 'pp-retry-attachment', say('retry', { name }));
    this.again.onclick = () => this.start();
    const remove = iconButton(CROSS, 'pp-remove-attachment', say('remove', { name }));
    remove.onclick = () => shared.remove(this);
    this.element.append(this.icon, text, this.ring, this.again, remove);
    thumbnail(file).then((picture) => picture && this.icon.replaceWith(picture));
  }

  show(state) {
    this.element.className = 'pp-attachment-preview pp-attachment-' + state;
  }

  // Looks at the file and uploads it; `count` is how many there are with it.
  async start(count = 1) {
    const { shared, file } = this;
    this.isBusy = true;
    this.about.textContent = shared.size(file.size);
    this.about.className = 'pp-attachment-size';
    this.moved(0);
    this.show('pending');
    shared.changed();
    const problem = await problemOf(file, shared.limits(), count, shared.size);
    if (this.isGone) return;
    if (problem) return this.fail(...problem);
    const [{ id, promise, known }] = shared.upload([file], (percent) => this.moved(percent));
    const isThis = () => !this.isGone && this.id == id;
    this.id = id;
    this.show('uploading');
    promise.then(
      () => isThis() && this.show('ready'),
      ({ code, status }) => {
        if (!isThis()) return;
        if (NOT_TAKEN.includes(status)) this.fail('type');
        else if (code == 'outbox_full') this.fail('full');
        else this.fail('failed', {}, true);
      },
    );
    await known;
    if (!isThis()) return;
    this.isBusy = false;
    shared.changed();
  }

  moved(percent) {
    this.ring.style.setProperty('--pp-done', percent + '%');
    this.ring.setAttribute('aria-valuenow', percent);
  }

  // `again`: it may go better another time.
  fail(problem, values, again = problem == 'full') {
    this.isBusy = false;
    this.id = null;
    this.isLost = !again;
    this.show('error');
    this.again.hidden = !again;
    this.about.className = 'pp-upload-error';
    this.about.textContent = this.shared.say(problem, values);
    this.shared.failed(this);
  }
}
