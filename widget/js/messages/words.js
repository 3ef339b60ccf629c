// What the chunk says, in plain English; the catalogues in `locales/` have the same keys.

const english = {
  "you": "You",
  "support": "Support",
  "messages.actions": "Message actions",
  "messages.reply": "Reply",
  "messages.copy": "Copy",
  "messages.edit": "Edit",
  "messages.delete": "Delete",
  "messages.replyingTo": "Replying to {name}",
  "messages.editing": "Edit message",
  "messages.cancel": "Cancel",
  "messages.deleteTitle": "Delete this message?",
  "messages.deleteText": "It disappears for everybody in this conversation.",
  "messages.copied": "Copied",
  "messages.notCopied": "This browser doesn't allow copying.",
  "messages.notEdited": "Couldn't change the message. Your text is kept here.",
  "messages.notDeleted": "Couldn't delete the message. Please try again."
};

// Gives the function that gives a text by its key; `value` is put in.
export const speaker = ({ catalogue, own }) => {
  const texts = { ...english, ...catalogue };
  for (const key in own) if (key in english && typeof own[key] == 'string') texts[key] = own[key];
  for (const key in own)
    if (key.startsWith('messages.') && !(key in english && typeof own[key] == 'string'))
      console.warn(`[PocketPing] texts.${key} is passed over: there is no such text, or it is none`);
  return (name, value) => (texts['messages.' + name] ?? texts[name]).replace(/\{\w+\}/, () => value);
};
