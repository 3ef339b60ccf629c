// What is said of files that are to be sent.

export const english = {
  "attachList": "Attached files",
  "attachDrop": "Drop files to attach them",
  "attachAdded": "Attached: {name}",
  "attachUploading": "Uploading {name}",
  "attachRemove": "Remove {name}",
  "attachRetry": "Try {name} again",
  "attachTooLarge": "Too large. A file can have up to {limit}.",
  "attachType": "This kind of file can't be sent here.",
  "attachEmpty": "This file is empty.",
  "attachUnreadable": "This can't be read. Folders can't be sent.",
  "attachTooMany": "A message can have up to {limit} files.",
  "attachFull": "Too much is waiting to be sent. Try again later.",
  "attachFailed": "Couldn't upload this file."
};
