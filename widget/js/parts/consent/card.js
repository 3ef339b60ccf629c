// The card that asks. It stands where the window would.

import { dress, el } from '../kit.js';
import css from './consent.css';

export class Card {
  // `does` is what its buttons do: `agree` and `close`.
  constructor(root, options, say, dir, does) {
    const undress = dress(root, css);
    const button = (kind, key, run) => {
      const made = el(`button.pp-consent__${kind}[type=button]`, say(key));
      made.onclick = run;
      return made;
    };
    const corner = options.position == 'bottom-left' ? 'pp-bottom-left' : 'pp-bottom-right';
    const card = el(
      `div.pp-consent.${corner}[part=consent][role=dialog][tabindex=-1][aria-labelledby=pp-consent-title][aria-describedby=pp-consent-text]`,
      el(
        'div.pp-consent__body',
        el('h2[id=pp-consent-title]', say('consentTitle')),
        el('p[id=pp-consent-text]', say('consentText')),
        el(
          'div.pp-consent__actions',
          button('agree', 'consentAgree', does.agree),
          button('decline', 'consentDecline', does.close),
        ),
      ),
    );
    card.dir = dir;
    card.onkeydown = (event) => {
      if (event.key != 'Escape' || event.isComposing) return;
      event.stopPropagation();
      does.close();
    };
    root.append(card);
    card.focus();
    this.remove = () => {
      card.remove();
      undress();
    };
  }
}
