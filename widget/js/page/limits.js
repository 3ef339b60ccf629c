// What custom events may be (the core's `content.rs`).

const MAX_EVENT_NAME_CHARS = 128;
const MAX_EVENT_DATA_BYTES = 32768;

// Whether a name has as many characters as it may.
export const isEventName = (name) => !!name && [...name].length <= MAX_EVENT_NAME_CHARS;

// Whether JSON text is as long as it may be.
export const isEventData = (json) => new TextEncoder().encode(json).length <= MAX_EVENT_DATA_BYTES;
