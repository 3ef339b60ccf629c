// What the composer's text is for: an answer to a message, the new text of one, or nothing in particular. A bar above the
// field says so.

import { focus } from '../../focus.js';
import { CROSS, el, iconButton } from '../kit.js';

export class Aim {
  // `{ id, kind: 'reply' | 'edit', name, text }` while there is one.
  now;
  // What was being written before an edit.
  draft = '';

  // `edit` is the page's function of that name.
  constructor(root, edit, say) {
    Object.assign(this, { root, edit, say });
    root.addEventListener('pp-send', this.sent);
    // A window that is opened again shows it again.
    new MutationObserver(() => this.now && !this.bar?.isConnected && this.show()).observe(root, { childList: true });
  }

  field = () => this.root.querySelector('.pp-input');

  focusField() {
    const field = this.field();
    if (field) focus(field);
  }

  write(text) {
    const field = this.field();
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.setSelectionRange(text.length, text.length);
  }

  reply(id, name, text) {
    this.leaveEdit();
    this.take({ kind: 'reply', id, name, text });
  }

  // `text` is shown in the bar, `content` in the field.
  change(id, text, content, problem) {
    const draft = this.now?.kind == 'edit' ? this.draft : this.field().value;
    this.take({ kind: 'edit', id, text, problem, original: problem ? undefined : content });
    this.draft = draft;
    this.write(content);
  }

  take(aim) {
    this.now = aim;
    this.show();
    this.focusField();
  }

  // Whether there was one to be given up.
  cancel() {
    if (!this.now) return false;
    this.leaveEdit();
    this.drop();
    this.focusField();
    return true;
  }

  leaveEdit() {
    if (this.now?.kind != 'edit') return;
    this.write(this.draft);
    this.draft = '';
  }

  drop() {
    this.now = undefined;
    this.bar?.remove();
    this.bar = undefined;
  }

  // The field's text is being sent.
  sent = (event) => {
    const { now } = this;
    if (!now) return;
    const { content } = event.detail;
    this.drop();
    if (now.kind == 'reply') {
      event.detail.replyTo = now.id;
      // What is not taken is the field's again, and answers still.
      setTimeout(() => this.field()?.value == content && this.take(now));
      return;
    }
    event.preventDefault();
    const { draft } = this;
    this.draft = '';
    // The field is emptied after this.
    setTimeout(() => draft && this.field() && !this.now && this.write(draft));
    if (content.trim() == now.original?.trim()) return;
    this.edit(now.id, content).catch(() => this.field() && this.change(now.id, now.text, content, this.say('notEdited')));
  };

  show() {
    this.bar?.remove();
    const form = this.root.querySelector('.pp-input-form');
    if (!form) return;
    const { kind, name, text, problem } = this.now;
    const cancel = iconButton(CROSS, 'pp-reply-cancel', this.say('cancel'));
    cancel.addEventListener('click', () => this.cancel());
    this.bar = el(
      `div.pp-reply-preview[data-kind=${kind}]`,
      el(
        'div.pp-reply-preview-content',
        el('span.pp-reply-label[dir=auto]', kind == 'reply' ? this.say('replyingTo', { name }) : this.say('editing')),
        el('span.pp-reply-text[dir=auto]', text),
      ),
      cancel,
    );
    if (problem) this.bar.firstChild.append(el('span.pp-reply-problem[role=alert]', problem));
    form.before(this.bar);
  }
}
