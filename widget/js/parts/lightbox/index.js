// Pictures as large as the window, one after the other: a part, fetched when the first one is opened.

import { make } from '../../dom.js';
import { hasFocus, wrapTab } from '../../focus.js';
import { CROSS, announce, dress, icon, iconButton, speaker, worded } from '../kit.js';
import css from './style.css';
import { english } from './words.js';

const BACK = 'M14.5 6l-6 6 6 6';
const ON = 'M9.5 6l6 6-6 6';
const DOWN = 'M12 4v11M7.5 10.5L12 15l4.5-4.5M5 19.5h14';

export const start = (context) => {
  const { root } = context;
  dress(root, css);
  const say = speaker(context, english);

  const box = make('div.pp-lightbox[role=dialog][aria-modal=true][tabindex=-1]');
  const name = make('span.pp-lightbox__name[dir=auto]');
  const download = make('a.pp-icon-btn.pp-lightbox__download[target=_blank][rel=noopener noreferrer]');
  download.setAttribute('aria-label', say('download'));
  download.append(icon(DOWN));
  const close = iconButton(CROSS, 'pp-lightbox__close', say('close'));
  const bar = make('div.pp-lightbox__bar');
  bar.append(name, download, close);
  const zoom = make('button.pp-lightbox__zoom[type=button]');
  zoom.setAttribute('aria-label', say('zoom'));
  const stage = make('div.pp-lightbox__stage');
  const broken = worded('p.pp-lightbox__broken[hidden=]', say('broken'));
  stage.append(zoom, broken);
  const [previous, next] = [
    iconButton(BACK, 'pp-lightbox__previous', say('previous')),
    iconButton(ON, 'pp-lightbox__next', say('next')),
  ];
  box.append(bar, stage, previous, next);

  let links = [];
  let at = 0;
  const enlarge = (isLarge, { offsetX = 0, offsetY = 0 } = {}) => {
    const picture = zoom.firstChild;
    const [across, down] = [offsetX / picture.offsetWidth, offsetY / picture.offsetHeight];
    box.toggleAttribute('data-large', isLarge);
    zoom.setAttribute('aria-pressed', isLarge);
    // What was clicked stays in view.
    stage.scrollLeft = across * picture.offsetWidth - stage.clientWidth / 2;
    stage.scrollTop = down * picture.offsetHeight - stage.clientHeight / 2;
  };
  const turn = (to) => {
    at = to;
    const link = links[at];
    const text = link.querySelector('.pp-attachment-name').textContent;
    const picture = make('img.pp-lightbox__picture');
    picture.alt = text;
    picture.onerror = () => {
      zoom.hidden = true;
      broken.hidden = false;
    };
    picture.src = link.href;
    zoom.hidden = false;
    broken.hidden = true;
    zoom.replaceChildren(picture);
    enlarge(false);
    name.textContent = text;
    download.href = link.href;
    download.download = text;
    const title = say('title', { at: at + 1, count: links.length });
    box.setAttribute('aria-label', title);
    announce(root, `${title}: ${text}`);
    previous.disabled = !at;
    next.disabled = at == links.length - 1;
    previous.hidden = next.hidden = links.length < 2;
    if (!hasFocus(box) || root.getRootNode().activeElement.disabled) close.focus();
  };
  const step = (by) => links[at + by] && turn(at + by);
  const leave = () => {
    box.remove();
    links[at].isConnected ? links[at].focus() : root.querySelector('.pp-messages')?.focus();
  };

  close.onclick = leave;
  previous.onclick = () => step(-1);
  next.onclick = () => step(1);
  zoom.onclick = (event) => enlarge(!box.hasAttribute('data-large'), event);
  stage.onclick = ({ target }) => target == stage && leave();
  box.onkeydown = (event) => {
    const { key } = event;
    const forward = getComputedStyle(box).direction == 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    // An enlarged picture is moved by the arrows.
    if (/^Arrow(Left|Right)$/.test(key) && !box.hasAttribute('data-large')) step(key == forward ? 1 : -1);
    else if (key == 'Escape') leave();
    else if (key == 'Tab') wrapTab(box, event);
    else return;
    // The window has keys of its own.
    event.stopPropagation();
  };

  return {
    show(link) {
      links = [...root.querySelectorAll('.pp-attachment-image [href]')];
      link.closest('.pp-window').append(box);
      turn(links.indexOf(link));
    },
    hear() {},
  };
};
