// Colours, shapes and texts of style that the page or the server chose (PROTOCOL 4.2), beyond the main colour.
//
// They become custom properties in a sheet of their own, each set by itself: a value that is wrong has no effect, and none
// can say more than its own.

import { background, reads } from './colour.js';

const THEMES = ['light', 'dark'];
const PATTERNS = {
  dots: () => 'radial-gradient(var(--pp-line) 1.5px, transparent 2px) 0 0 / 20px 20px',
  whatsapp: (theme) => {
    const [ground, mark] = theme == 'dark' ? ['#0b141a', '#16242c'] : ['#e5ddd5', '#d9cfc4'];
    const ring = (x, y, size) =>
      `radial-gradient(circle at ${x}px ${y}px, transparent ${size}px, ${mark} ${size + 0.5}px ${size + 1.5}px, transparent ${size + 2}px) 0 0 / 64px 64px`;
    return `${ring(14, 16, 5)}, ${ring(46, 10, 2)}, ${ring(40, 46, 7)}, ${ring(10, 52, 2)}, ${ground}`;
  },
};

const isText = (value) => typeof value == 'string' && !!value;
// The value for a theme: many options take one for each.
const of = (value, theme) => value?.[theme] ?? value;
// A picture's address as CSS writes it; code of an SVG is a picture too, in which no script runs.
const picture = (text) =>
  `url(${JSON.stringify(text.trim()[0] == '<' ? 'data:image/svg+xml,' + encodeURIComponent(text) : text)})`;
const isPicture = (text) => isText(text) && /^\s*(https?:|\/|data:|<svg)/i.test(text);

// Gives the function that shows a look: all options, those of the server over those of the page.
export const dresser = (root) => {
  const host = root.getRootNode().host;
  const sheets = host.shadowRoot.adoptedStyleSheets;
  const sheet = new CSSStyleSheet();
  const custom = new CSSStyleSheet();
  sheet.replaceSync(':host{} .pp-root.pp-theme-light{} .pp-root.pp-theme-dark{}');
  sheets.push(sheet, custom);
  const [all, ...themed] = [...sheet.cssRules].map((rule) => rule.style);
  const probe = document.createElement('span');
  probe.hidden = true;
  root.append(probe);

  // A background and its text, by theme. Without a good value what was there stays away.
  const paint = (name, value) => {
    for (const [at, theme] of THEMES.entries()) {
      const found = background(probe, of(value, theme));
      themed[at].setProperty(`--pp-${name}-bg`, found?.css ?? '');
      themed[at].setProperty(`--pp-${name}-text`, found?.text ?? '');
    }
  };

  const show = (look) => {
    const length = (name, value) => all.setProperty(name, Number.isFinite(value) ? value + 'px' : '');
    length('--pp-offset', look.offset);
    length('--pp-radius', look.borderRadius);
    // After the fallbacks of our own, should the page's font not be there.
    const font = isText(look.fontFamily) && CSS.supports('font-family', look.fontFamily) ? look.fontFamily : '';
    all.setProperty('--pp-font', font);
    paint('header', look.headerColor);
    paint('footer', look.footerColor);
    root.toggleAttribute('data-footer', !!look.footerColor);
    paint('toggle', look.toggleColor);
    root.toggleAttribute('data-icon', isPicture(look.toggleIcon));
    all.setProperty('--pp-toggle-icon', isPicture(look.toggleIcon) ? picture(look.toggleIcon) : '');
    const painted = THEMES.map((theme, at) => {
      const wanted = of(look.chatBackground, theme);
      const pattern = Object.hasOwn(PATTERNS, wanted) && PATTERNS[wanted](theme);
      const css = pattern || (isPicture(wanted) ? `center / cover ${picture(wanted)}` : '');
      themed[at].setProperty('--pp-chat-bg', css);
      return !!css;
    });
    root.toggleAttribute('data-painted', painted.includes(true));
    custom.replaceSync(isText(look.customCSS) ? look.customCSS : '');

    const { primaryTextColor: text } = look;
    all.setProperty('--pp-on-accent', '');
    all.setProperty('--pp-on-launcher', '');
    if (!isText(text)) return;
    if (reads(probe, text, 'var(--pp-accent)')) {
      all.setProperty('--pp-on-accent', text);
      all.setProperty('--pp-on-launcher', text);
    } else console.warn('[PocketPing] primaryTextColor is passed over: it cannot be read on primaryColor');
  };
  const end = () => {
    probe.remove();
    for (const own of [sheet, custom]) sheets.splice(sheets.indexOf(own), 1);
  };
  return { show, end };
};
