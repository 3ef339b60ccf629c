// The card that asks. It stands where the window would.

const CSS_TEXT = `
.pp-root .pp-consent{position:fixed;inset-block-end:var(--pp-offset);display:flex;flex-direction:column;inline-size:384px;max-inline-size:calc(100vw - 2*var(--pp-offset));max-block-size:calc(100dvh - 2*var(--pp-offset));overflow:auto;border-radius:var(--pp-radius);background:var(--pp-surface);box-shadow:var(--pp-ring),var(--pp-shadow-window);text-align:start;animation:pp-enter var(--pp-in) backwards}
.pp-root .pp-consent:focus-visible{outline:none}
.pp-consent h2{margin:0;font-size:16px;font-weight:600;line-height:22px}
.pp-consent__body{padding:16px}
.pp-consent p{margin:12px 0 0;font-size:14px;line-height:20px;overflow-wrap:anywhere}
.pp-consent__actions{display:flex;flex-wrap:wrap;gap:8px;margin-block-start:16px}
.pp-root .pp-consent__actions button{min-block-size:40px;padding-inline:16px;border-radius:var(--pp-radius-control);font-weight:600}
.pp-root .pp-consent__agree{background:var(--pp-accent);color:var(--pp-on-accent)}
.pp-root .pp-consent__decline{color:var(--pp-accent-text)}
@media (hover:hover){.pp-root .pp-consent__agree:hover{background:var(--pp-accent-hover)}.pp-root .pp-consent__decline:hover{background:var(--pp-sunken)}}
@media (max-width:480px){.pp-root .pp-consent{inset-inline:0;inset-block-end:0;inline-size:auto;max-inline-size:none;max-block-size:100dvh;border-end-start-radius:0;border-end-end-radius:0;padding-block-end:env(safe-area-inset-bottom,0px)}.pp-root .pp-consent__actions button{flex:1 1 auto;min-block-size:44px}}
@media (forced-colors:active){.pp-root :is(.pp-consent,.pp-consent__actions button){border:1px solid}}
`;

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

export class Card {
  // `does` is what its buttons do: `agree` and `close`.
  constructor(root, options, say, dir, does) {
    const { shadowRoot } = root.getRootNode().host;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS_TEXT);
    shadowRoot.adoptedStyleSheets.push(sheet);
    const title = make('h2', { id: 'pp-consent-title', textContent: say('consentTitle') });
    const text = make('p', { id: 'pp-consent-text', textContent: say('consentText') });
    const button = (kind, run) =>
      make('button', {
        type: 'button',
        className: 'pp-consent__' + kind,
        textContent: say('consent' + kind[0].toUpperCase() + kind.slice(1)),
        onclick: run,
      });
    const corner = options.position == 'bottom-left' ? 'pp-bottom-left' : 'pp-bottom-right';
    const card = make(
      'div',
      { className: 'pp-consent ' + corner, dir, tabIndex: -1, role: 'dialog' },
      make(
        'div',
        { className: 'pp-consent__body' },
        title,
        text,
        make(
          'div',
          { className: 'pp-consent__actions' },
          button('agree', does.agree),
          button('decline', does.close),
        ),
      ),
    );
    card.part = 'consent';
    card.setAttribute('aria-labelledby', title.id);
    card.setAttribute('aria-describedby', text.id);
    card.onkeydown = (event) => {
      if (event.key != 'Escape' || event.isComposing) return;
      event.stopPropagation();
      does.close();
    };
    root.append(card);
    card.focus();
    this.remove = () => {
      card.remove();
      const sheets = shadowRoot.adoptedStyleSheets;
      sheets.splice(sheets.indexOf(sheet), 1);
    };
  }
}
