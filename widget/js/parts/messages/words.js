// What the chunk says, in plain English; the catalogues in `locales/` have the same keys.

const english = {
  "you": "You",
  "support": "Support",
  "messagesActions": "Message actions",
  "messagesReply": "Reply",
  "messagesCopy": "Copy",
  "messagesEdit": "Edit",
  "messagesDelete": "Delete",
  "messagesReplyingTo": "Replying to {name}",
  "messagesEditing": "Edit message",
  "messagesCancel": "Cancel",
  "messagesDeleteTitle": "Delete this message?",
  "messagesDeleteText": "It disappears for everybody in this conversation.",
  "messagesCopied": "Copied",
  "messagesNotCopied": "This browser doesn't allow copying.",
  "messagesNotEdited": "Couldn't change the message. Your text is kept here.",
  "messagesNotDeleted": "Couldn't delete the message. Please try again."
};

// Gives the function that gives a text by its key; `value` is put in.
export const speaker = ({ catalogue, own }) => {
  const texts = { ...english, ...catalogue };
  for (const key in own) if (key in english && typeof own[key] == 'string') texts[key] = own[key];
  for (const key in own)
    if (/^messages[A-Z]/.test(key) && !(key in english && typeof own[key] == 'string'))
      console.warn(`[PocketPing] texts.${key} is passed over: there is no such text, or it is none`);
  const long = (name) => 'messages' + name[0].toUpperCase() + name.slice(1);
  return (name, value) => (texts[long(name)] ?? texts[name]).replace(/\{\w+\}/, () => value);
};
