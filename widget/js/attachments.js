// A message's files: pictures, sound and films in their place, the rest to download.

import { make } from './dom.js';
import { locale } from './words.js';

// What files that the server names without an origin are relative to: the backend.
let backend = document.baseURI;
export const filesAreAt = (base) => {
  backend = base;
};

// An address of http or https in full; nothing for any other.
export const addressOf = (url, base = backend) => {
  try {
    const { protocol, href } = new URL(url, base);
    if (/^https?:$/.test(protocol)) return href;
  } catch {}
};

const KB = 1024;
const MB = KB ** 2;

// How large a file is, as people say it.
export const sizeIn = (locale, bytes) => {
  const [unit, name] = bytes < MB ? [KB, 'kilobyte'] : [MB, 'megabyte'];
  const format = new Intl.NumberFormat(locale, { style: 'unit', unit: name, maximumFractionDigits: 1 });
  return format.format(Math.max(bytes / unit, 0.1));
};

// Types that every browser shows; SVG is none of them, as it may be a program.
const SHOWN = /^(image)\/(?:png|jpeg|gif|webp|avif)$|^(audio|video)\//;
const CLASS = 'pp-attachment pp-attachment-';

// Draws them anew, from JSON text of a list as the server has it. One that is not there yet takes the room that it will take.
export const drawFiles = (list, json) => {
  const draw = ({ filename, mimeType, size, status, url, thumbnailUrl }) => {
    const [, image, media] = SHOWN.exec(mimeType) ?? [];
    const address = status == 'ready' && url && addressOf(url);
    const text = (description, content) => Object.assign(make(description), { textContent: content });
    const file = make('div');
    file.className = CLASS + (image || media || 'file');
    const link = make('a.pp-attachment-info[target=_blank][rel=noopener noreferrer]');
    link.append(
      text('span.pp-attachment-icon[aria-hidden=true]', /\.(\w{1,4})$/.exec(filename)?.[1] ?? ''),
      text('span.pp-attachment-name[dir=auto]', filename),
      text('span.pp-attachment-size', sizeIn(locale, size)),
    );
    file.append(link);
    if (!address) return file;
    link.href = address;
    if (!image) link.download = filename;
    if (!image && !media) return file;
    const shown = make(image ? 'img[alt=][loading=lazy][decoding=async]' : media + '[controls=][preload=metadata][playsinline=]');
    shown.onerror = () => {
      shown.remove();
      file.className = CLASS + 'file';
      link.download = filename;
    };
    shown.src = (image && thumbnailUrl && addressOf(thumbnailUrl)) || address;
    if (image) link.append(shown);
    else file.prepend(shown);
    return file;
  };
  list.replaceChildren(...JSON.parse(json || '[]').map(draw));
};
