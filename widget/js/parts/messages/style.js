// How the chunk's parts look.

const CSS = `
.pp-root .pp-message__more {
  position: absolute; inset-block-start: -12px; inset-inline-end: -12px; z-index: 1;
  display: grid; place-items: center; inline-size: 24px; block-size: 24px; border-radius: 50%;
  background: var(--pp-surface); box-shadow: 0 0 0 1px var(--pp-line), var(--pp-shadow-raised); color: var(--pp-muted);
}
.pp-root .pp-own .pp-message__more { inset-inline: -12px auto; }
.pp-root .pp-message__more:hover { color: var(--pp-text); }
.pp-message__more .pp-icon { inline-size: 16px; block-size: 16px; }
.pp-message-content { position: relative; }
.pp-message-menu {
  position: absolute; z-index: 3; display: flex; flex-direction: column; min-inline-size: 160px; max-inline-size: calc(100% - 16px); padding: 4px;
  border-radius: 12px; background: var(--pp-surface); box-shadow: 0 0 0 1px var(--pp-line), var(--pp-shadow-window);
  animation: pp-rise var(--pp-in) backwards;
}
.pp-root .pp-menu-item {
  display: flex; align-items: center; gap: 10px; min-block-size: 36px; padding-inline: 10px 14px; border-radius: 8px; text-align: start;
}
.pp-root .pp-menu-item:is(:hover, :focus-visible) { background: var(--pp-sunken); outline: 0; }
.pp-root .pp-menu-item:focus-visible { box-shadow: inset 0 0 0 2px var(--pp-accent-text); }
.pp-root .pp-menu-delete { color: var(--pp-danger); }
.pp-menu-item .pp-icon { inline-size: 18px; block-size: 18px; }
.pp-reply-preview {
  display: flex; flex: none; align-items: center; gap: 8px; margin: 0 12px 8px; padding: 6px 6px 6px 12px;
  border-radius: var(--pp-radius-control); border-inline-start: 3px solid var(--pp-accent-text); background: var(--pp-sunken);
  animation: pp-rise var(--pp-in) backwards;
}
.pp-reply-preview-content { flex: 1; min-inline-size: 0; font-size: 13px; line-height: 18px; }
.pp-reply-label { display: block; color: var(--pp-accent-text); font-weight: 600; }
.pp-reply-text { display: block; overflow: hidden; color: var(--pp-muted); text-overflow: ellipsis; white-space: nowrap; }
.pp-reply-problem { display: block; color: var(--pp-danger); }
.pp-root .pp-reply-cancel { inline-size: 32px; block-size: 32px; }
.pp-dialog-veil {
  position: absolute; inset: 0; z-index: 4; display: grid; place-items: center; padding: 24px; background: rgb(15 17 21 / 0.45);
  animation: pp-fade var(--pp-in) backwards;
}
.pp-dialog { max-inline-size: 300px; padding: 20px; border-radius: 14px; background: var(--pp-surface); box-shadow: var(--pp-shadow-window); }
.pp-dialog__title { margin: 0; font-size: 16px; font-weight: 600; line-height: 22px; }
.pp-dialog__text { margin: 6px 0 16px; color: var(--pp-muted); }
.pp-dialog__buttons { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 8px; }
.pp-root .pp-dialog__button { min-block-size: 36px; padding-inline: 14px; border-radius: var(--pp-radius-control); box-shadow: inset 0 0 0 1px var(--pp-control); font-weight: 600; }
.pp-root .pp-dialog__danger { background: var(--pp-warm); box-shadow: none; color: var(--pp-on-warm); }
.pp-message { transition: transform var(--pp-out); }
.pp-swiping { transition: none; user-select: none; }
.pp-toast {
  position: absolute; inset-block-end: 96px; inset-inline: 0; z-index: 3; inline-size: max-content; max-inline-size: 80%; margin-inline: auto; padding: 6px 12px;
  border-radius: 16px; background: var(--pp-text); color: var(--pp-surface); font-size: 13px; line-height: 18px; animation: pp-rise var(--pp-in) backwards;
}
@media (pointer: coarse) {
  .pp-message-content { -webkit-touch-callout: none; -webkit-user-select: none; user-select: none; }
  .pp-root .pp-menu-item { min-block-size: 44px; }
}
@media (forced-colors: active) {
  .pp-root :is(.pp-message-menu, .pp-dialog, .pp-dialog__button, .pp-reply-preview, .pp-message__more, .pp-toast) { border: 1px solid; }
}`;

// Puts the style into the shadow root, below the page's own.
export const dress = (root) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  const shadow = root.getRootNode();
  shadow.adoptedStyleSheets = [sheet, ...shadow.adoptedStyleSheets];
};
