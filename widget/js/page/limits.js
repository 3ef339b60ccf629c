// What messages and custom events may be (the core's `content.rs`).

const MAX_CONTENT_CHARS = 4000;
const MAX_EVENT_NAME_CHARS = 128;
const MAX_EVENT_DATA_BYTES = 32768;

// Whether a text is no longer than it may be.
export const isContent = (text) => [...text].length <= MAX_CONTENT_CHARS;

// Whether a name has as many characters as it may.
export const isEventName = (name) => !!name && [...name].length <= MAX_EVENT_NAME_CHARS;

// Whether JSON text is as long as it may be.
export const isEventData = (json) => new TextEncoder().encode(json).length <= MAX_EVENT_DATA_BYTES;
