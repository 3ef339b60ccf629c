// What the widget says, in the page's language.

// The texts in plain English; the catalogues in `locales/` have the same keys. A text may have forms by the number that it
// tells of (`Intl.PluralRules`). What stands in braces is put in.
const english = {
  "today": "Today",
  "yesterday": "Yesterday",
  "ai": "AI",
  "edited": "edited",
  "deleted": "Message deleted",
  "sending": "Sending",
  "sent": "Sent",
  "delivered": "Delivered",
  "read": "Read",
  "notSent": "Not sent",
  "failed": "Not sent.",
  "retry": "Retry",
  "remove": "Remove",
  "typing": "{name} is typing",
  "earlier": "Earlier messages",
  "newMessages": "New messages",
  "latest": "Latest messages",
  "you": "You",
  "quoted": "Earlier message",
  "message": "Message",
  "placeholder": "Type a message...",
  "send": "Send message",
  "attach": "Attach file",
  "emoji": "Add emoji",
  "tooLong": "{count} of {limit} characters. Please shorten it.",
  "conversation": "Conversation",
  "support": "Support",
  "chatWith": "Chat with {name}",
  "open": "Open chat",
  "openUnread": { "one": "Open chat, {count} new message", "other": "Open chat, {count} new messages" },
  "close": "Close chat",
  "preview": "Open chat: {text}",
  "dismiss": "Dismiss",
  "mute": "Turn sounds off",
  "unmute": "Turn sounds on",
  "poweredBy": "Powered by {product}",
  "online": "Active now",
  "reachable": "Replies in a few minutes",
  "away": "Leave a message",
  "awayNotice": "We're away right now. Leave a message and our answer will appear here.",
  "awayEmail": "We're away right now. Leave a message with your email address and we'll answer there.",
  "offline": "You're offline. We'll send it when you're back.",
  "unreachableUnsent": "Couldn't reach the chat. Your message is saved and will be sent.",
  "unreachable": "Couldn't reach the chat. Trying again…",
  "refused": "This chat isn't available right now. Reload the page to try again.",
  "volatile": "Keep this page open until your messages are sent. This browser can't save them.",
  "full": "Too many messages are waiting. Yours is kept here until they are sent."
};

// How the names of texts begin that are in rare parts (`parts/`).
const ELSEWHERE = /^(attach|consent|csat|emoji|inspector|lightbox|messages|prechat|screenshot)[A-Z\d]/;

let texts = english;
let rules = new Intl.PluralRules('en');
// How dates and numbers are written; the browser's own way until a language is chosen.
export let locale = [];

const isText = (value) => typeof value == 'string';

// Chooses the language: a tag, its catalogue if that is not the English one, and the page's own texts.
export const learn = ({ tag, catalogue, own }) => {
  locale = tag;
  rules = new Intl.PluralRules(tag);
  texts = { ...english, ...catalogue };
  for (const [key, text] of Object.entries(own ?? {})) {
    if (key in english && (isText(text) || isText(text?.other))) texts[key] = text;
    else if (!ELSEWHERE.test(key)) console.warn(`[PocketPing] texts.${key} is passed over: there is no such text, or it is none`);
  }
};

const number = (value) => new Intl.NumberFormat(locale).format(value);
const at = (index) => texts[Object.keys(english)[index]];

// A text; `value` is put in.
export const word = (index, value) => {
  const text = at(index);
  return (text.other ?? text).replace(/\{\w+\}/, (place) => value ?? place);
};

// A text that tells of a number, in the form that goes with it, and perhaps of the most that there may be.
export const counted = (index, count, limit) => {
  const text = at(index);
  return (text[rules.select(count)] ?? text.other ?? text)
    .replace('{count}', number(count))
    .replace('{limit}', number(limit));
};
