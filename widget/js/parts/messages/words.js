// What the part says, in plain English; the catalogues in `locales/` have the same keys.

export const english = {
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

// Of the widget's own that are needed here.
export const shared = { you: 'You', support: 'Support' };
