// A link card: picture, title, text, and where it leads.

import { el } from '../kit.js';

const TITLE_CHARS = 200;
const TEXT_CHARS = 500;
const URL_CHARS = 2048;

const textOf = (value, most) => (typeof value == 'string' ? [...value.trim()].slice(0, most).join('') : '');
// An address that may be followed or shown; also one on this site.
const addressOf = (value) => {
  if (typeof value != 'string' || value.length > URL_CHARS || !value.trim()) return '';
  try {
    const { href, protocol } = new URL(value, document.baseURI);
    return /^https?:$/.test(protocol) ? href : '';
  } catch {
    return '';
  }
};

// What there is to show of a message's card, if anything; what is malformed is passed over.
export const cardOf = ({ metadata }) => {
  const { title, text, image, url } = Object(metadata?.card);
  const card = {
    title: textOf(title, TITLE_CHARS),
    text: textOf(text, TEXT_CHARS),
    image: addressOf(image),
    url: addressOf(url),
  };
  return (card.title || card.text || card.image) && card;
};

export const showCard = ({ title, text, image, url }) => {
  const card = url ? el('a.pp-link-card[target=_blank][rel=noopener nofollow]') : el('div.pp-link-card');
  card.setAttribute('part', 'card');
  if (url) card.href = url;
  if (image) {
    const picture = el('img[alt=][loading=lazy][decoding=async][referrerpolicy=no-referrer]');
    const frame = el('div.pp-link-card__image', picture);
    picture.addEventListener('error', () => frame.remove());
    picture.src = image;
    card.append(frame);
  }
  const body = el('div.pp-link-card__body');
  if (title) body.append(el('div.pp-link-card__title[dir=auto]', title));
  if (text) body.append(el('div.pp-link-card__text[dir=auto]', text));
  if (url) body.append(el('div.pp-link-card__host', new URL(url).host.replace(/^www\./, '')));
  card.append(body);
  return card;
};
