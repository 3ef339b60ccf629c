// A message's text: with the marks that it is written with (PROTOCOL 4.7, and what is usual besides), and addresses to
// follow. What is no mark stays as it was written; nothing is ever taken as HTML.

const LETTER = String.raw`[\p{Alphabetic}\p{N}]`;
// Only these lead somewhere, so no address can run a script. Brackets belong to it in pairs; what ends a sentence does not.
const LINK = String.raw`(?:https?:\/\/|mailto:|tel:(?=[+\d]))(?:[^\s<>"()\p{Cc}]|\([^\s<>"()\p{Cc}]*\))+`;
const SPANS = new RegExp(
  [
    '`(?<code>[^`\\n]+)`',
    String.raw`\*\*(?=\S)(?<b>.+?)(?<=\S)\*\*(?!\*)`,
    String.raw`(?<!${LETTER})__(?=\S)(?<b2>.+?)(?<=\S)__(?!_|${LETTER})`,
    String.raw`~~(?=\S)(?<s>.+?)(?<=\S)~~(?!~)`,
    // Neither 2*3*4 nor snake_case_name marks anything.
    String.raw`(?<!\*|${LETTER})\*(?=[^\s*])(?<i>.+?)(?<=[^\s])\*(?!\*|${LETTER})`,
    String.raw`(?<!_|${LETTER})_(?=[^\s_])(?<i2>.+?)(?<=[^\s])_(?!_|${LETTER})`,
    String.raw`\[(?<label>[^[\]\n]*[^[\]\s][^[\]\n]*)\]\((?<to>${LINK})\)`,
    `(?<!${LETTER})(?<link>${LINK}(?<![.,;:!?'*_~\`…\\]}]))`,
  ].join('|'),
  'giu',
);
// One to three emoji, and nothing else but blanks.
const EMOJI =
  /^\s*((\p{RI}{2}|[\d#*]\uFE0F\u20E3|(\p{Emoji_Presentation}|\p{ExtPict}(?=[\uFE0F\p{EMod}\u200D]))[\uFE0F\p{EMod}]?[\u{E0020}-\u{E007F}]*(\u200D\p{ExtPict}[\uFE0F\p{EMod}]?)*)\s*){1,3}$/u;
const TAGS = { code: 'code', b: 'strong', b2: 'strong', s: 's', i: 'em', i2: 'em' };
const BLOCKS =
  /^```([^\s`]*)\n(?!```$)([^]*?)\n```$\n?|^> .*\S.*(?:\n>(?: .*)?$)*$\n?|^[-*] .*\S.*(?:\n[-*] .*\S.*)*$\n?|^[1-9]\d{0,8}\. .*\S.*(?:\n[1-9]\d{0,8}\. .*\S.*)*$\n?/gm;

const make = (tag, parent) => parent.appendChild(document.createElement(tag));

// `leads`: addresses in it lead somewhere.
const spans = (parent, text, leads = true) => {
  let from = 0;
  for (const { 0: all, index, groups } of text.matchAll(SPANS)) {
    const { to, link = to, label } = groups;
    if (link && !leads) continue;
    parent.append(text.slice(from, index));
    from = index + all.length;
    if (link) {
      const a = make('a', parent);
      Object.assign(a, { href: link, target: '_blank', rel: 'noopener nofollow' });
      spans(a, label ?? link, false);
      continue;
    }
    const name = Object.keys(TAGS).find((name) => groups[name]);
    const inner = make(TAGS[name], parent);
    if (name == 'code') inner.append(groups.code);
    else spans(inner, groups[name], leads);
  }
  parent.append(text.slice(from));
};

const block = (tag, parent) => {
  const made = make(tag, parent);
  made.dir = 'auto';
  return made;
};

// Makes an element show a message's text.
export const write = (content, written) => {
  const text = written.replace(/\r\n?/g, '\n');
  content.className = EMOJI.test(text) ? 'pp-emoji' : '';
  let from = 0;
  for (const { 0: all, 1: language, 2: code, index } of text.matchAll(BLOCKS)) {
    // The break before a block is the block's own.
    if (index > from) spans(content, text.slice(from, index - 1));
    from = index + all.length;
    if (code != null) {
      const pre = make('pre', content);
      pre.append(code);
      pre.dir = 'ltr';
      pre.dataset.language = language;
    } else if (all[0] == '>') spans(block('blockquote', content), all.replace(/^> ?/gm, '').trimEnd());
    else {
      const number = /^\d/.test(all);
      const list = block(number ? 'ol' : 'ul', content);
      if (!number) list.className = 'pp-md-list';
      for (const [, mark, item] of all.matchAll(/^(\S+) (.*)$/gm)) {
        const li = make('li', list);
        if (number) li.value = parseInt(mark);
        spans(li, item);
      }
    }
  }
  spans(content, text.slice(from));
};

// What a message says, without its marks.
export const plain = (text) => {
  const content = document.createElement('p');
  write(content, text);
  for (const part of content.querySelectorAll('blockquote, li, pre')) part.before('\n');
  return content.textContent;
};
