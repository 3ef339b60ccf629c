// What is said of files that are to be sent.

export const english = {
  "attach.list": "Attached files",
  "attach.drop": "Drop files to attach them",
  "attach.added": "Attached: {name}",
  "attach.uploading": "Uploading {name}",
  "attach.remove": "Remove {name}",
  "attach.retry": "Try {name} again",
  "attach.tooLarge": "Too large. A file can have up to {limit}.",
  "attach.type": "This kind of file can't be sent here.",
  "attach.empty": "This file is empty.",
  "attach.unreadable": "This can't be read. Folders can't be sent.",
  "attach.tooMany": "A message can have up to {limit} files.",
  "attach.full": "Too much is waiting to be sent. Try again later.",
  "attach.failed": "Couldn't upload this file."
};
