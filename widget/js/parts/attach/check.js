// What can be said of a file before it is uploaded.

// So many files may go with one message.
const MOST = 20;

// Types of files that some systems call otherwise, or not at all.
const BY_ENDING = {
  csv: 'text/csv',
  txt: 'text/plain',
  md: 'text/plain',
  log: 'text/plain',
  pdf: 'application/pdf',
  zip: 'application/zip',
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
};

// The ending of a file's name.
export const endingOf = (name) => /\.(\w+)$/.exec(name)?.[1].toLowerCase() ?? '';

// The file under a type that the server takes, where its name says that it has one.
export const typed = (file, types) => {
  const type = BY_ENDING[endingOf(file.name)];
  if (!types || types.includes(file.type) || !types.includes(type)) return file;
  return new File([file], file.name, { type });
};

// Why a file cannot be sent: the name of a text, and what is put in. `limits` is what the server takes, if it has said so;
// `count` is how many there are with it, `size` says a number of bytes.
export const problemOf = async (file, limits, count, size) => {
  const { maxBytes, types } = limits ?? {};
  if (count > MOST) return ['tooMany', { limit: MOST }];
  // Of a folder nothing else can be said.
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    return ['unreadable'];
  }
  if (!file.size) return ['empty'];
  if (types && !types.includes(file.type)) return ['type'];
  if (maxBytes && file.size > maxBytes) return ['tooLarge', { limit: size(maxBytes) }];
};
