// The messages, as the engine has them: read as a whole only when it is not known what has changed.

export class Known {
  constructor(act) {
    this.act = act;
  }

  forget() {
    this.messages = null;
  }

  all() {
    this.messages ??= new Map((this.act('getMessages') ?? []).map((message) => [message.id, message]));
    return this.messages;
  }

  get(id) {
    return this.all().get(id);
  }

  put(message) {
    if (!this.messages || !message?.id) return;
    const last = [...this.messages.values()].at(-1);
    // An older one comes before others, so the order has to be read.
    if (this.messages.has(message.id) || !last || message.timestamp >= last.timestamp)
      this.messages.set(message.id, message);
    else this.forget();
  }

  // The id of the message that may still be answered by its quick replies: the newest of the other side's, unless the
  // visitor has written since.
  asking() {
    for (const { id, sender, status, deletedAt } of [...this.all().values()].reverse()) {
      if (deletedAt || status == 'failed') continue;
      return sender == 'visitor' ? undefined : id;
    }
  }
}
