// What counts as a phone: there the window covers the page, and no message opens it.
export const PHONE = '(max-width: 480px)';
