// All emoji with their names in the widget's language: a file beside this one, fetched once.

import { drawing } from './drawing.js';

// Region indicators: two of them are a flag.
const FLAG = /^[\u{1F1E6}-\u{1F1FF}]{2}$/u;
const FIRST = 0x1f1e6;

const tones = ['', '\u{1F3FB}', '\u{1F3FC}', '\u{1F3FD}', '\u{1F3FE}', '\u{1F3FF}'];

// Letters that are typed otherwise by many.
const LETTERS = { œ: 'oe', æ: 'ae', ß: 'ss', ø: 'o', ł: 'l', ı: 'i' };

// Lower case and without accents, so that it is found however it is typed.
export const folded = (text) =>
  text
    .toLocaleLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[œæßøłı]/g, (letter) => LETTERS[letter]);

const countries = (tag) => {
  try {
    const names = new Intl.DisplayNames(tag, { type: 'region' });
    return (flag) => {
      const letters = [...flag].map((letter) => String.fromCharCode(letter.codePointAt(0) - FIRST + 65));
      return names.of(letters.join(''));
    };
  } catch {
    return () => {};
  }
};

const read = ({ names, groups }, tag) => {
  const country = countries(tag);
  const isDrawn = drawing();
  const all = groups.map((group, at) => ({
    name: names[at],
    emojis: group.map((line) => {
      const [starred, name, words] = line.split('|');
      const hasTones = starred[0] == '*';
      const emoji = hasTones ? starred.slice(1) : starred;
      const shown = (FLAG.test(emoji) && country(emoji)) || name;
      return { emoji, name: shown, hasTones, found: folded(` ${shown} ${words}`) };
    }),
  }));
  for (const group of all) group.emojis = group.emojis.filter(({ emoji }) => isDrawn(emoji));
  return all.filter(({ emojis }) => emojis.length);
};

let fetched;

// The groups. After a failure the next call tries again.
export const data = ({ speech }) =>
  (fetched ||= (async () => {
    const base = speech.tag.split('-')[0];
    const name = speech.catalogue ? { pt: 'pt-BR', zh: 'zh-CN' }[base] ?? base : 'en';
    // The part's own address begins as the file's does.
    const answer = await fetch(import.meta.url.replace(/\.js.*$/, `-${name}.json`));
    if (!answer.ok) throw Error(answer.status);
    return read(await answer.json(), speech.tag);
  })().catch((error) => {
    fetched = null;
    throw error;
  }));

// An emoji in a skin tone, by the tone's number. It comes behind the first person in it, in place of what makes a picture.
export const toned = ({ emoji, hasTones }, tone) => {
  if (!hasTones || !tone) return emoji;
  return emoji
    .split('\u200D')
    .map((part) => (/^\p{Emoji_Modifier_Base}/u.test(part) ? part.replace('\uFE0F', '') + tones[tone] : part))
    .join('\u200D');
};

export const TONES = tones;
