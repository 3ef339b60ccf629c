// The page's handlers.

// Calls a function of the page, if there is one. What it throws is reported and stops nothing.
export const call = (run, ...values) => {
  try {
    run?.(...values);
  } catch (thrown) {
    console.error('[PocketPing] a function of the page has thrown', thrown);
  }
};

// Handlers in the order of their subscription.
export class Subscriptions {
  list = [];

  // Gives the function that ends the subscription. The same handler twice is one subscription.
  add(event, handler) {
    let mine = this.list.find((known) => known.event == event && known.handler == handler);
    if (!mine) this.list.push((mine = { event, handler }));
    return () => {
      this.list = this.list.filter((known) => known != mine);
    };
  }

  remove(event, handler) {
    this.list = this.list.filter((known) => known.event != event || known.handler != handler);
  }

  // They may subscribe and unsubscribe meanwhile.
  tell(event, ...values) {
    for (const known of this.list.filter((known) => known.event == event)) call(known.handler, ...values);
  }
}
