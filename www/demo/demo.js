// The shop's own script. It runs after the loader (a deferred script and a module keep their order), and `PocketPing`
// keeps every call that comes before the chat itself has loaded.
const chat = window.PocketPing;
const $ = (id) => document.getElementById(id);

const ada = { id: 'user-1', name: 'Ada Lovelace', email: 'ada@example.com', plan: 'pro' };
const price = 129;
const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR', maximumFractionDigits: 2, trailingZeroDisplay: 'stripIfInteger' });

// The chat may be missing (blocked, or its server down): the shop works without it.
function withChat(use) {
  if (!chat) return say('The chat is not on this page: /pocketping.js did not load.');
  const result = use(chat);
  if (result instanceof Promise) result.catch((error) => say(`${error.code ?? 'error'}: ${error.message}`));
}

const seePricing = () => withChat((it) => it.trigger('clicked_pricing', { plan: 'pro' }));
const signIn = () =>
  withChat((it) => {
    const done = it.identify(ada);
    $('sign-in').textContent = 'Hello, Ada';
    return done;
  });
const ask = () => withChat((it) => it.open());

$('pricing').onclick = $('demo-trigger').onclick = seePricing;
$('sign-in').onclick = $('demo-identify').onclick = signIn;
$('ask').onclick = $('demo-open').onclick = ask;
$('demo-reset').onclick = () =>
  withChat((it) => {
    $('sign-in').textContent = 'Sign in as Ada';
    return it.reset();
  });

// Any backend may send this event to the page; the demo server answers "clicked_pricing" with it.
withChat((it) =>
  it.onEvent('show_offer', (data) => {
    say(JSON.stringify(data ?? {}));
    showOffer(data ?? {});
  }),
);

function showOffer({ discount, message, code }) {
  const percent = Number(discount);
  const known = percent > 0 && percent < 100;
  const text = typeof message === 'string' && message ? message : known ? `A thank-you for asking: ${percent} % off, today only.` : 'There is an offer for you. Ask us in the chat.';
  $('offer').textContent = code ? `${text} Code ${code}.` : text;
  $('offer').hidden = false;
  $('old-price').hidden = !known;
  $('price').textContent = euros.format(known ? (price * (100 - percent)) / 100 : price);
}

function say(text) {
  const time = document.createElement('time');
  time.textContent = new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const code = document.createElement('code');
  code.textContent = text;
  const line = document.createElement('li');
  line.append(time, code);
  $('demo-events').prepend(line);
  $('demo-empty').hidden = true;
}

// The shop itself: views, colours, basket.
const stage = $('stage');
for (const button of document.querySelectorAll('.thumbs button')) {
  const copy = stage.cloneNode(true);
  copy.removeAttribute('id');
  copy.removeAttribute('role');
  copy.setAttribute('aria-hidden', 'true');
  copy.setAttribute('class', '');
  copy.setAttribute('viewBox', button.dataset.view);
  copy.querySelector('defs').remove(); // the gradients of the large picture serve all
  button.replaceChildren(copy);
  button.onclick = () => {
    stage.setAttribute('viewBox', button.dataset.view);
    for (const other of document.querySelectorAll('.thumbs button')) {
      other.setAttribute('aria-pressed', String(other === button));
    }
  };
}
for (const input of document.querySelectorAll('input[name=colour]')) {
  input.onchange = () => {
    $('product').dataset.colour = input.value;
    $('colour-name').textContent = input.parentElement.textContent.trim();
  };
}
$('add').onclick = () => {
  $('basket-count').textContent = String(Number($('basket-count').textContent) + 1);
  $('add').textContent = 'Added. One more?';
};
