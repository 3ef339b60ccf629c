// `<pocketping-chat endpoint="/pocketping" theme="dark">`: the widget as an element, for frameworks. Attributes are those of
// the script tag without `data-`; what attributes cannot say, the property `options` can. The element itself shows nothing.
//
// It is there as long as the element is in a document, and begins anew when its attributes or options change. What the
// widget tells (`PocketPing.on`) are DOM events at the element: `openChange` is `pocketping:open-change`.

import { PocketPing } from './pocketping.mjs';

const EVENTS =
  'connect configUpdate openChange unread message messageEdited messageDeleted typing presence read aiTakeover event ' +
  'triggerMessage identify reset preChatCompleted csatRequested csatSubmitted consent versionWarning wsConnected ' +
  'wsDisconnected sseConnected uploadStart uploadProgress uploadComplete uploadError screenshotRequest inspectorSelect ' +
  'inspectorDisabled';
// Attributes that every element may have, and that are no options.
const COMMON = /^(id|class|style|slot|title|lang|dir|hidden|part|role|tabindex|aria-.*)$/;

const camel = (name) => name.replace(/^data-/, '').replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const kebab = (name) => name.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase());

// There is one widget on a page: that of the element that came first.
let owner;

class PocketPingChat extends HTMLElement {
  #options = {};
  #began;
  #watch = new MutationObserver(() => this.#look());

  // Options as `init` takes them; they go before attributes.
  get options() {
    return this.#options;
  }

  set options(options) {
    this.#options = { ...options };
    this.#look();
  }

  connectedCallback() {
    // Frameworks may have set it before the element was known.
    if (Object.hasOwn(this, 'options')) {
      const { options } = this;
      delete this.options;
      this.#options = { ...options };
    }
    this.hidden = true;
    this.#watch.observe(this, { attributes: true });
    this.#look();
  }

  disconnectedCallback() {
    this.#look();
  }

  // A little later: a move is a removal and an insertion, and attributes come one by one.
  #look() {
    queueMicrotask(() => {
      if (!this.isConnected) return this.#end();
      const attributes = [...this.attributes].filter(({ name }) => !COMMON.test(name));
      const config = Object.fromEntries(attributes.map(({ name, value }) => [camel(name), value]));
      Object.assign(config, this.#options);
      if (!config.endpoint && !config.projectId) return;
      if (owner && owner != this) return console.warn('[PocketPing] only one <pocketping-chat> can be on a page');
      const known = this.#began;
      const keys = Object.keys(config);
      if (known && keys.length == Object.keys(known).length && keys.every((key) => config[key] === known[key])) return;
      const wasOpen = known && PocketPing.isWidgetOpen();
      if (known) PocketPing.destroy();
      this.#begin(config);
      if (wasOpen) PocketPing.open();
    });
  }

  #begin(config) {
    owner = this;
    this.#began = config;
    PocketPing.init({
      ...config,
      onError: (error) => {
        config.onError?.(error);
        this.#tell('error', error);
      },
    });
    for (const event of EVENTS.split(' ')) PocketPing.on(event, (value) => this.#tell(event, value));
  }

  #end() {
    if (owner != this) return;
    owner = this.#began = null;
    this.#watch.disconnect();
    PocketPing.destroy();
  }

  #tell(event, detail = null) {
    const type = 'pocketping:' + kebab(event);
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

// The functions, at the element: `element.open()`.
for (const name of Object.keys(PocketPing)) {
  if (name == 'init' || name == 'destroy' || name in HTMLElement.prototype) continue;
  PocketPingChat.prototype[name] = (...args) => PocketPing[name](...args);
}

if (!customElements.get('pocketping-chat')) customElements.define('pocketping-chat', PocketPingChat);

export { PocketPing, PocketPingChat };
