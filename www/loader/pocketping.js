/* PocketPing loader: a plain script, put on a page with one tag.
 *
 *   <script src="https://your.site/pocketping.js" data-endpoint="/pocketping" defer></script>
 *
 * It installs `window.PocketPing`, paints the launcher, and fetches the WebAssembly app when somebody shows
 * intent: hover, focus, touch or click on the launcher, a call that needs it, or (when idle) a visitor with a
 * session. Calls made before that are kept and replayed in order.
 *
 * Boot contract with the app (more in README.md beside this file)
 *   __PP_APP_JS__, __PP_APP_WASM__, __PP_APP_CSS__  replaced by the build with paths relative to this script.
 *   module.default(wasm, css) -> Promise of mod   gets the Responses.
 *   mod.start(boot) -> api | Promise   once per init(); throws or rejects => the app counts as not loaded.
 *   mod.isBot(ua?), mod.checkUaFilter(ua, config)   need no init().
 *   boot = {config, host, launcher, act, paint}
 *       act     truthy: connect at once; else at the first act.
 *       paint() attaches the container; done already unless the config has an option that it waits for.
 *   api has the functions of `PocketPing` except init; those that the loader has no name for, the app adds to it. The loader owns the container: api.destroy() unmounts what
 *       the app rendered, then the loader removes the rest and can init() anew.
 *
 * Written for size: 1,536 B minified and compressed (brotli 11) is the limit.
 */
(() => {
  const { src, dataset: data } = document.currentScript;
  const warn = (text) => console.warn('PocketPing ' + text);
  if (self.PocketPing) return warn('runs already');

  const PocketPing = (self.PocketPing = {});
  let boot, app, api;
  let tries = 0;

  const fail = (code) => Object.assign(Error(code), { code });
  const stored = (key, read) => {
    try {
      return read(localStorage['pocketping_' + key]);
    } catch {
      return null; // storage forbidden, or not JSON (PROTOCOL 4.4): nothing stored
    }
  };

  // Glue, module and styles, side by side. Browsers may remember that an import failed, hence the fragment: a new
  // module to them, the same file to the HTTP cache.
  const url = (path) => new URL(path, src);
  const load = () =>
    (app ||= Promise.all([
      import(url('__PP_APP_JS__') + '#' + tries++),
      fetch(url('__PP_APP_WASM__')),
      fetch(url('__PP_APP_CSS__')),
    ])
      .then(([mod, wasm, css]) => mod.default(wasm, css))
      .catch(() => {
        app = 0;
        throw fail('load_failed');
      }));

  // Starts the app, once per init(); who waits for it goes on in the order of asking. After a failure the next intent
  // tries again, and what nobody waits for (subscriptions, events) is kept in `later`.
  const start = async () => {
    const mine = boot;
    if (!mine) {
      warn('needs init');
      throw fail('not_initialized');
    }
    await (mine.busy ||= load()
      .then(async (mod) => {
        const started = await mod.start(mine);
        if (boot != mine) {
          started.destroy();
          throw fail('not_initialized');
        }
        api = started;
        mine.later.map((run) => run());
      })
      .finally(() => {
        mine.busy = api; // nothing after a failure
      }));
  };
  const nudge = () => start().catch(() => {});

  // The functions of the page: the app's once it is there, until then by kind. In the order that compresses best.
  const define = (names, before) =>
    names.split(' ').map((name) => {
      PocketPing[name] = (...args) => {
        const run = () => api[name](...args);
        return api ? run() : before(run, name, args);
      };
    });
  define('uploadFile uploadFiles sendMessage editMessage deleteMessage submitCsat submitPreChat connect reset identify', (run) => start().then(run));
  define('setupTrackedElements trigger sendTyping disconnect', (run) => {
    start().then(run, () => boot?.later.push(run));
  });
  define('getTrackedElements getMessages', () => []);
  define('getPresence getSession getConfig isWidgetOpen isConnected', () => null);
  define('checkUaFilter isBot', (run, name, args) => load().then((mod) => mod[name](...args)));
  define('getIdentity', () => stored('user_identity', JSON.parse));
  define('onEvent on offEvent consent', (run) => {
    let off;
    boot ? boot.later.push(() => (off ||= run())) : warn('needs init');
    return () => (off ||= () => {})();
  });
  define('open close toggle toggleOpen setOpen', (run) => {
    start().then(run, () => boot && (boot.launcher.title = "Couldn't load the chat. Try again."));
  });

  PocketPing.destroy = () => {
    // A handler of the page's may come back here while the focus moves.
    const mine = boot;
    const ended = api;
    boot = api = null;
    ended?.destroy();
    mine?.host.remove();
  };

  PocketPing.init = (config) => {
    const { endpoint, projectId, primaryColor, position, theme, connect } = Object(config);
    // What does not know this is older than Chrome 119, Firefox 128 or Safari 16.4: no window is better than a broken one.
    if (!CSS.supports('color:oklch(from red l c h)')) warn('needs a newer browser');
    else if (boot) warn('runs already');
    else if (!endpoint && !projectId) warn('needs endpoint');
    else {
      const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
      const side = position == 'bottom-left' ? 'left' : 'right';
      const launcher = make('button', {
        className: 'pp-toggle pp-bottom-' + side,
        part: 'launcher',
        ariaLabel: 'Open chat',
        onclick: () => PocketPing.open(),
        onpointerenter: nudge,
        onfocus: nudge,
      });
      const root = make('div', { className: 'pp-root pp-theme-' + theme });
      root.append(launcher);
      const host = make('div', { id: 'pocketping-container' });
      primaryColor && host.style.setProperty('--pp-primary', primaryColor);
      const shadow = host.attachShadow({ mode: 'open' });
      shadow.append(root);
      // The launcher looks as in widget/styles/launcher.css, so that nothing repaints when that arrives.
      (shadow.adoptedStyleSheets = [new CSSStyleSheet()])[0].replaceSync(
          ':host{all:initial!important;position:fixed!important;z-index:var(--pp-z,9999)!important}@media print{.pp-toggle{display:none}}' +
            `.pp-toggle{position:fixed;${side}:var(--pp-offset,20px);bottom:var(--pp-offset,20px);padding:15px;border:0;border-radius:50%;background:var(--pp-primary,#6366f1);color:oklch(from var(--pp-primary,#6366f1) calc((.68 - l)*999) 0 0);box-shadow:0 1px 3px #0003,0 6px 20px #0003;cursor:pointer}` +
            '.pp-toggle:before{content:"";display:block;padding:15px;background:currentColor;clip-path:path("M15 3a12 12 0 1 1-5 23L3 28l2-7A12 12 0 0 1 15 3z")}' +
            `[title]:after{content:attr(title);position:absolute;bottom:75px;${side}:0;width:180px;padding:15px;border-radius:15px;background:inherit;font:15px system-ui}`,
      );

      // Not after a destroy(): the page, or the app, may have been loading until then. Beside the body, not in it: pages that swap their
      // body (Turbo, Astro, htmx) keep it, and what they do to the body (transforms, `inert`) does not reach it.
      const paint = () => boot?.paint == paint && document.documentElement.append(host);
      boot = {
        config,
        host,
        launcher,
        later: [],
        paint,
        act: connect == 'load' || stored('session_id', (id) => id),
      };
      // What decides when, where and how the launcher is painted is the app's to heed: uaFilter, showDelay, autoOpenDelay,
      // showOnPages, hideOnPages, toggleColor, toggleIcon, offset, persistOpenState.
      if (/Fi|De|Pa|gle|ff|St/.test(Object.keys(config))) nudge();
      else {
        document.body ? paint() : setTimeout(paint);
        boot.act && (self.requestIdleCallback || setTimeout)(nudge);
      }
    }
    return PocketPing;
  };

  if (data.endpoint || data.projectId) PocketPing.init({ ...data });
})();
