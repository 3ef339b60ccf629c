// What pages write with the types at hand. It is only compiled: what must be refused stands behind `@ts-expect-error`.

import PocketPing, {
  type Attachment,
  type Config,
  type Events,
  type Message,
  type PocketPingChat,
  type PocketPingError,
  PocketPing as named,
} from '../../www/types/index.js';

const config: Config = {
  endpoint: '/pocketping',
  consent: 'required',
  headerColor: { light: { from: '#36e3ff', to: '#7c5cff' }, dark: '#202c33' },
  chatBackground: 'dots',
  showOnPages: ['/shop/*'],
  texts: { away: 'Back soon', openUnread: { one: 'One answer', other: '{count} answers' }, consentTitle: 'May we?' },
  uaFilter: { enabled: true, mode: 'blocklist', blocklist: ['curl'] },
  onMessage: (message) => console.log(message.content),
  onError: (error) => console.log(error.code, error.status),
};
PocketPing.init(config).open();
window.PocketPing.init({ projectId: 'p' });
// @ts-expect-error Neither endpoint nor project.
PocketPing.init({ theme: 'dark' });
// @ts-expect-error No such theme.
PocketPing.init({ endpoint: '/', theme: 'pink' });

async function use(): Promise<void> {
  const message: Message = await PocketPing.sendMessage('hello', [new File(['x'], 'x.txt'), 'upload-id']);
  const file: Attachment = await PocketPing.uploadFile(new Blob(['x']), (percent) => console.log(percent.toFixed()));
  const files: Attachment[] = await PocketPing.uploadFiles([new Blob(['x'])]);
  await PocketPing.identify({ id: '7', name: 'Ada', plan: 'pro' });
  await PocketPing.reset({ newSession: true });
  await PocketPing.editMessage(message.id, 'hello there');
  await PocketPing.deleteMessage(message.id);
  await PocketPing.submitCsat(5, 'good');
  await PocketPing.submitPreChat({ email: 'ada@example.com' });
  const session = await PocketPing.connect();
  const known: Message[] = await PocketPing.fetchMessages();
  const bot: boolean = await PocketPing.isBot();
  const verdict = await PocketPing.checkUaFilter('curl/8', { enabled: true });
  const pattern: string | undefined = verdict.matchedPattern;
  console.log(file.url, files.length, session.sessionId, known.length, bot, verdict.allowed, pattern);
  // @ts-expect-error From 1 to 5.
  await PocketPing.submitCsat(6);
  // @ts-expect-error An identity has an id.
  await PocketPing.identify({ name: 'Ada' });
}
use().catch((error: PocketPingError) => console.log(error.code));

const off: () => void = PocketPing.on('openChange', (open) => console.log(open ? 1 : 0));
PocketPing.on('message', (message: Message) => console.log(message.status));
PocketPing.on('consent', (given: boolean) => console.log(given));
PocketPing.on('event:show_offer', (event) => console.log(event.name, event.data));
PocketPing.onEvent('show_offer', (data, event) => console.log(data?.['discount'], event.timestamp));
off();
const unread: Events['unread'] = 3;
console.log(unread, named === PocketPing);
PocketPing.consent(true);
PocketPing.trigger('cart', { total: 12 }, { widgetMessage: 'Need help?' });
PocketPing.setupTrackedElements([{ selector: '#buy', name: 'buy', event: 'click', data: { price: 12 } }]);
PocketPing.setOpen(true);
PocketPing.sendTyping();
PocketPing.disconnect();
// What is not known before the app has loaded is null.
const open: boolean | null = PocketPing.isWidgetOpen();
const online: boolean | undefined = PocketPing.getPresence()?.online;
const list: Message[] = PocketPing.getMessages();
console.log(open, online, list.length, PocketPing.getSession()?.visitorId, PocketPing.getConfig()?.theme);
PocketPing.destroy();

const chat: PocketPingChat = document.createElement('pocketping-chat');
chat.setAttribute('endpoint', '/pocketping');
chat.options = { theme: 'dark', onOpen: () => {} };
chat.open();
chat.addEventListener('pocketping:message', (event) => console.log(event.detail.content));
document.addEventListener('pocketping:open-change', (event) => console.log(event.detail === true));
document.body.append(chat);
