// The types of `window.PocketPing`, the script's one global, of the module `pocketping.mjs`, and of the element
// `pocketping-chat.mjs`. Copy this file into a TypeScript project, and say there whose types they are:
//
//   declare module 'https://chat.example.com/pocketping.mjs' { export * from './pocketping'; export { default } from './pocketping'; }

export type Sender = 'visitor' | 'operator' | 'ai';

export interface Attachment {
  id: string;
  messageId?: string;
  filename: string;
  mimeType: string;
  /** In bytes. */
  size: number;
  url: string;
  thumbnailUrl?: string;
  status: 'pending' | 'uploading' | 'ready' | 'failed';
  createdAt?: string;
}

/** What the widget shows of a message's `metadata`. */
export interface RichMetadata {
  /** Buttons under the newest message of the other side. One without a value sends its label. */
  quickReplies?: { label: string; value?: string }[];
  card?: { title?: string; text?: string; image?: string; url?: string };
}

export interface ReplyQuote {
  id: string;
  content?: string;
  sender: Sender;
  deleted?: boolean;
  hasAttachment?: boolean;
  attachmentType?: string;
}

export interface Message {
  id: string;
  sessionId: string;
  content: string;
  sender: Sender;
  /** ISO 8601, as all times. */
  timestamp: string;
  status: 'sending' | 'sent' | 'delivered' | 'read' | 'failed';
  replyTo?: string | ReplyQuote;
  metadata?: RichMetadata & Record<string, unknown>;
  attachments?: Attachment[];
  deliveredAt?: string;
  readAt?: string;
  editedAt?: string;
  deletedAt?: string;
  clientMessageId?: string;
  operator?: { id?: string; name: string; avatar?: string };
}

export interface Identity {
  id: string;
  email?: string;
  name?: string;
  /** Hex HMAC-SHA256 of the id under the server's identity secret. */
  userHash?: string;
  /** JWT (HS256) with `sub` and `exp`, instead of `userHash`. */
  token?: string;
  [key: string]: unknown;
}

export interface CustomEvent {
  name: string;
  data?: Record<string, unknown> | null;
  timestamp: string;
  sessionId?: string;
}

export interface Session {
  sessionId: string;
  visitorId: string;
  operatorOnline: boolean;
  messages: Message[];
  identity?: Identity;
}

export interface VersionWarning {
  severity: 'info' | 'warning' | 'error';
  message: string;
  currentVersion: string;
  minVersion?: string;
  latestVersion?: string;
  canContinue: boolean;
  upgradeUrl?: string;
}

export interface TrackedElement {
  selector: string;
  name: string;
  event?: 'click' | 'submit' | 'focus' | 'change' | 'mouseenter';
  /** Opens the window. */
  widgetMessage?: string;
  data?: Record<string, unknown>;
}

/** What promises reject with and `onError` gets. */
export interface PocketPingError extends Error {
  code: string;
  /** The status that the server refused with. */
  status?: number;
}

export interface Gradient {
  from: string;
  to: string;
  /** As in CSS. Default `to right`. */
  direction?: string;
}

/** One value, or one for each theme. */
export type ByTheme<T> = T | { light: T; dark: T };
export type ColorValue = ByTheme<string | Gradient>;

/** A text that tells of a number, by the categories of `Intl.PluralRules`. */
export type Text = string | { zero?: string; one?: string; two?: string; few?: string; many?: string; other: string };

/** Every text of the widget. What stands in braces is put in. */
export type TextName =
  | 'today' | 'yesterday' | 'ai' | 'edited' | 'deleted' | 'sending' | 'sent' | 'delivered' | 'read' | 'notSent' | 'failed'
  | 'retry' | 'remove' | 'typing' | 'earlier' | 'newMessages' | 'latest' | 'you' | 'quoted' | 'message' | 'placeholder' | 'send' | 'attach' | 'emoji' | 'tooLong'
  | 'conversation' | 'support' | 'chatWith' | 'open' | 'openUnread' | 'close' | 'preview' | 'dismiss' | 'mute' | 'unmute'
  | 'poweredBy' | 'online' | 'reachable' | 'away' | 'awayNotice' | 'awayEmail' | 'offline' | 'unreachableUnsent'
  | 'unreachable' | 'refused' | 'volatile' | 'full'
  | 'messagesActions' | 'messagesReply' | 'messagesCopy' | 'messagesEdit' | 'messagesDelete' | 'messagesReplyingTo'
  | 'messagesEditing' | 'messagesCancel' | 'messagesDeleteTitle' | 'messagesDeleteText' | 'messagesCopied'
  | 'messagesNotCopied' | 'messagesNotEdited' | 'messagesNotDeleted'
  | 'consentTitle' | 'consentText' | 'consentAgree' | 'consentDecline'
  | 'emojiSearch' | 'emojiRecent' | 'emojiNone' | 'emojiLoading' | 'emojiFailed' | 'emojiTone'
  | 'screenshotTitle' | 'screenshotWho' | 'screenshotWhat' | 'screenshotAllow' | 'screenshotDecline' | 'screenshotTaking'
  | 'screenshotFailed' | 'screenshotRetry'
  | 'inspectorTitle' | 'inspectorHint' | 'inspectorChosen' | 'inspectorExit' | 'inspectorRefused' | 'inspectorUnsent'
  | 'attachList' | 'attachDrop' | 'attachAdded' | 'attachUploading' | 'attachRemove' | 'attachRetry'
  | 'attachTooLarge' | 'attachType' | 'attachEmpty' | 'attachUnreadable' | 'attachTooMany' | 'attachFull'
  | 'attachFailed' | 'csatTitle' | 'csat1' | 'csat2' | 'csat3' | 'csat4' | 'csat5' | 'csatComment'
  | 'csatSubmit' | 'csatDismiss' | 'csatThanks' | 'csatRated' | 'csatWaiting' | 'csatFailed'
  | 'lightboxTitle' | 'lightboxClose' | 'lightboxPrevious' | 'lightboxNext' | 'lightboxDownload'
  | 'lightboxZoom' | 'lightboxBroken' | 'prechatTitle' | 'prechatSubtitle' | 'prechatEmail' | 'prechatPhone'
  | 'prechatBy' | 'prechatByEmail' | 'prechatByPhone' | 'prechatCountry' | 'prechatCountrySearch'
  | 'prechatNoCountry' | 'prechatEmailMissing' | 'prechatEmailInvalid' | 'prechatPhoneMissing'
  | 'prechatPhoneInvalid' | 'prechatSubmit' | 'prechatSkip' | 'prechatRequired' | 'prechatDone'
  | 'prechatWaiting' | 'prechatFailed';

export interface UaFilterConfig {
  enabled?: boolean;
  mode?: 'blocklist' | 'allowlist' | 'both';
  allowlist?: string[];
  blocklist?: string[];
  useDefaultBots?: boolean;
  [key: string]: unknown;
}

/** What is heard of a browser. */
export interface UaVerdict {
  allowed: boolean;
  reason: string;
  matchedPattern?: string;
}

export interface Options {
  connect?: 'intent' | 'load';
  /** Nothing is stored or connected before `consent(true)`. */
  consent?: 'required';
  operatorName?: string;
  operatorAvatar?: string;
  logoUrl?: string;
  headerTitle?: string;
  headerSubtitle?: string;
  welcomeMessage?: string;
  placeholder?: string;
  locale?: string;
  texts?: Partial<Record<TextName, Text>>;
  theme?: 'auto' | 'light' | 'dark';
  primaryColor?: string;
  primaryTextColor?: string;
  headerColor?: ColorValue;
  footerColor?: ByTheme<string>;
  toggleColor?: ColorValue;
  chatBackground?: ByTheme<'whatsapp' | 'dots' | 'plain' | (string & {})>;
  position?: 'bottom-right' | 'bottom-left';
  offset?: number;
  borderRadius?: number;
  zIndex?: number;
  fontFamily?: string;
  toggleIcon?: string;
  customCSS?: string;
  showOnPages?: string[];
  hideOnPages?: string[];
  showDelay?: number;
  autoOpenDelay?: number;
  autoOpenOnMessage?: boolean;
  persistOpenState?: boolean;
  soundEnabled?: boolean;
  showUnreadBadge?: boolean;
  titleBadge?: boolean;
  screenshots?: 'ask' | 'silent' | 'off';
  uaFilter?: UaFilterConfig;
  onOpen?(): void;
  onClose?(): void;
  onMessage?(message: Message): void;
  onConnect?(sessionId: string): void;
  onVersionWarning?(warning: VersionWarning): void;
  onEvent?(event: CustomEvent): void;
  onError?(error: PocketPingError): void;
}

/** The options of `init`; docs/widget.md says what each means. */
export type Config = Options & ({ endpoint: string; projectId?: string } | { endpoint?: undefined; projectId: string });

/** What `on` hears, by event. Events of the page's own are `event:<name>`. */
export interface Events {
  connect: Session;
  configUpdate: Record<string, unknown>;
  openChange: boolean;
  unread: number;
  message: Message;
  messageEdited: Message;
  messageDeleted: Message;
  typing: { isTyping: boolean };
  presence: { online: boolean };
  read: { messageIds: string[]; status: 'delivered' | 'read'; deliveredAt?: string; readAt?: string };
  aiTakeover: undefined;
  event: CustomEvent;
  triggerMessage: { message: string; eventName: string };
  identify: Identity;
  reset: undefined;
  preChatCompleted: undefined;
  csatRequested: undefined;
  csatSubmitted: undefined;
  versionWarning: VersionWarning;
  wsConnected: undefined;
  wsDisconnected: undefined;
  sseConnected: undefined;
  uploadStart: { filename: string; size: number };
  uploadProgress: { filename: string; progress: number };
  uploadComplete: Attachment;
  uploadError: { filename: string; error: string };
  screenshotRequest: { requestId: string; requestedBy?: string; requestedFrom?: string; silent?: boolean };
  inspectorSelect: { selector: string; tagName: string; text: string; url: string };
  inspectorDisabled: undefined;
  /** The visitor has agreed, or taken it back. */
  consent: boolean;
  [event: `event:${string}`]: CustomEvent;
}

/** All functions are there at once; calls before the app has loaded wait for it. */
export interface PocketPing {
  /** Starts the widget. Called twice, or without an endpoint, it warns and changes nothing. */
  init(config: Config): PocketPing;
  destroy(): void;
  open(): void;
  close(): void;
  toggle(): void;
  setOpen(open: boolean): void;
  toggleOpen(): void;
  sendMessage(content: string, attachments?: Iterable<string | Blob>): Promise<Message>;
  uploadFile(file: Blob, onProgress?: (percent: number) => void): Promise<Attachment>;
  uploadFiles(files: Iterable<Blob>, onProgress?: (percent: number) => void): Promise<Attachment[]>;
  editMessage(messageId: string, content: string): Promise<void>;
  deleteMessage(messageId: string): Promise<void>;
  submitCsat(score: 1 | 2 | 3 | 4 | 5, comment?: string): Promise<void>;
  submitPreChat(form: { email?: string; phone?: string; phoneCountry?: string }): Promise<void>;
  trigger(name: string, data?: Record<string, unknown> | null, options?: { widgetMessage?: string }): void;
  sendTyping(isTyping?: boolean): void;
  onEvent(name: string, handler: (data: Record<string, unknown> | null, event: CustomEvent) => void): () => void;
  offEvent(name: string, handler?: (...values: never[]) => void): void;
  on<E extends keyof Events>(event: E, handler: (value: Events[E]) => void): () => void;
  identify(identity: Identity): Promise<void>;
  reset(options?: { newSession?: boolean }): Promise<void>;
  /** Says whether the visitor has agreed that something is stored; `false` erases it and disconnects. */
  consent(given: boolean): void;
  connect(): Promise<Session>;
  disconnect(): void;
  /** The messages, once they are known. It is there once the app has loaded. */
  fetchMessages(): Promise<Message[]>;
  getIdentity(): Identity | null;
  getMessages(): Message[];
  getTrackedElements(): TrackedElement[];
  setupTrackedElements(elements: TrackedElement[]): void;
  /** These are null as long as the app has not loaded. */
  getPresence(): { online: boolean } | null;
  getSession(): Session | null;
  getConfig(): Config | null;
  isConnected(): boolean | null;
  isWidgetOpen(): boolean | null;
  isInspectorModeActive(): boolean | null;
  isBot(userAgent?: string): Promise<boolean>;
  checkUaFilter(userAgent: string, config: UaFilterConfig): Promise<UaVerdict>;
}

/** What the module `pocketping.mjs` exports: the one of the page. */
export declare const PocketPing: PocketPing;
export default PocketPing;

/** `<pocketping-chat>`: attributes are those of the script tag without `data-`. */
export interface PocketPingChat extends HTMLElement, Omit<PocketPing, 'init' | 'destroy' | 'isConnected'> {
  /** They go before attributes. */
  options: Options & { endpoint?: string; projectId?: string };
}
export declare const PocketPingChat: { new (): PocketPingChat; prototype: PocketPingChat };

/** The events of the element: those of `on`, and what `onError` gets. They bubble, also out of shadow trees. */
export interface ElementEvents {
  'pocketping:connect': Session;
  'pocketping:config-update': Events['configUpdate'];
  'pocketping:open-change': boolean;
  'pocketping:unread': number;
  'pocketping:message': Message;
  'pocketping:message-edited': Message;
  'pocketping:message-deleted': Message;
  'pocketping:typing': Events['typing'];
  'pocketping:presence': Events['presence'];
  'pocketping:read': Events['read'];
  'pocketping:ai-takeover': null;
  'pocketping:event': CustomEvent;
  'pocketping:trigger-message': Events['triggerMessage'];
  'pocketping:identify': Identity;
  'pocketping:reset': null;
  'pocketping:pre-chat-completed': null;
  'pocketping:csat-requested': null;
  'pocketping:csat-submitted': null;
  'pocketping:consent': boolean;
  'pocketping:version-warning': VersionWarning;
  'pocketping:ws-connected': null;
  'pocketping:ws-disconnected': null;
  'pocketping:sse-connected': null;
  'pocketping:upload-start': Events['uploadStart'];
  'pocketping:upload-progress': Events['uploadProgress'];
  'pocketping:upload-complete': Attachment;
  'pocketping:upload-error': Events['uploadError'];
  'pocketping:screenshot-request': Events['screenshotRequest'];
  'pocketping:error': PocketPingError;
}
type DomEvents = { [E in keyof ElementEvents]: globalThis.CustomEvent<ElementEvents[E]> };

declare global {
  interface Window {
    PocketPing: PocketPing;
  }
  interface HTMLElementTagNameMap {
    'pocketping-chat': PocketPingChat;
  }
  interface HTMLElementEventMap extends DomEvents {}
  interface DocumentEventMap extends DomEvents {}
}
