// The types of `window.PocketPing`, the script's one global. Copy this file into a TypeScript project, or refer to it.

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
  metadata?: Record<string, unknown>;
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
  | 'retry' | 'remove' | 'typing' | 'earlier' | 'newMessages' | 'message' | 'placeholder' | 'send' | 'attach' | 'tooLong'
  | 'conversation' | 'support' | 'chatWith' | 'open' | 'openUnread' | 'close' | 'preview' | 'dismiss' | 'mute' | 'unmute'
  | 'poweredBy' | 'online' | 'reachable' | 'away' | 'awayNotice' | 'awayEmail' | 'offline' | 'unreachableUnsent'
  | 'unreachable' | 'refused' | 'volatile' | 'full'
  | 'attach.list' | 'attach.drop' | 'attach.added' | 'attach.uploading' | 'attach.remove' | 'attach.retry'
  | 'attach.tooLarge' | 'attach.type' | 'attach.empty' | 'attach.unreadable' | 'attach.tooMany' | 'attach.full'
  | 'attach.failed' | 'csat.title' | 'csat.1' | 'csat.2' | 'csat.3' | 'csat.4' | 'csat.5' | 'csat.comment'
  | 'csat.submit' | 'csat.dismiss' | 'csat.thanks' | 'csat.rated' | 'csat.waiting' | 'csat.failed'
  | 'lightbox.title' | 'lightbox.close' | 'lightbox.previous' | 'lightbox.next' | 'lightbox.download'
  | 'lightbox.zoom' | 'lightbox.broken' | 'prechat.title' | 'prechat.subtitle' | 'prechat.email' | 'prechat.phone'
  | 'prechat.by' | 'prechat.byEmail' | 'prechat.byPhone' | 'prechat.country' | 'prechat.countrySearch'
  | 'prechat.noCountry' | 'prechat.emailMissing' | 'prechat.emailInvalid' | 'prechat.phoneMissing'
  | 'prechat.phoneInvalid' | 'prechat.submit' | 'prechat.skip' | 'prechat.required' | 'prechat.done'
  | 'prechat.waiting' | 'prechat.failed';

export interface UaFilterConfig {
  enabled?: boolean;
  mode?: 'blocklist' | 'allowlist' | 'both';
  allowlist?: string[];
  blocklist?: string[];
  useDefaultBots?: boolean;
  [key: string]: unknown;
}

interface Options {
  connect?: 'intent' | 'load';
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
  screenshotRequest: Record<string, unknown>;
  [event: `event:${string}`]: CustomEvent;
}

/** Functions that are there at once; calls before the app has loaded wait for it. */
export interface PocketPing {
  init(config: Config): PocketPing & Partial<Handle>;
  destroy(): void;
  open(): void;
  close(): void;
  toggle(): void;
  sendMessage(content: string, attachments?: Iterable<string | Blob>): Promise<Message>;
  uploadFile(file: Blob, onProgress?: (percent: number) => void): Promise<Attachment>;
  uploadFiles(files: Iterable<Blob>, onProgress?: (percent: number) => void): Promise<Attachment[]>;
  trigger(name: string, data?: Record<string, unknown> | null, options?: { widgetMessage?: string }): void;
  onEvent(name: string, handler: (data: Record<string, unknown> | null, event: CustomEvent) => void): () => void;
  offEvent(name: string, handler: (...values: never[]) => void): void;
  on<E extends keyof Events>(event: E, handler: (value: Events[E]) => void): () => void;
  identify(identity: Identity): Promise<void>;
  reset(options?: { newSession?: boolean }): Promise<void>;
  getIdentity(): Identity | null;
  setupTrackedElements(elements: TrackedElement[]): void;
  getTrackedElements(): TrackedElement[];
  isBot(userAgent?: string): Promise<boolean>;
  checkUaFilter(userAgent: string, config: UaFilterConfig): Promise<Record<string, unknown>>;
}

/** Functions that are there once the app has loaded. */
export interface Handle {
  connect(): Promise<Session>;
  disconnect(): void;
  setOpen(open: boolean): void;
  toggleOpen(): void;
  sendTyping(isTyping?: boolean): void;
  editMessage(messageId: string, content: string): Promise<void>;
  deleteMessage(messageId: string): Promise<void>;
  submitCsat(score: 1 | 2 | 3 | 4 | 5, comment?: string): Promise<void>;
  submitPreChat(form: { email?: string; phone?: string; phoneCountry?: string }): Promise<void>;
  getPresence(): { online: boolean };
  getSession(): Session | null;
  getMessages(): Message[];
  getConfig(): Config;
  isConnected(): boolean;
  isWidgetOpen(): boolean;
}

declare global {
  interface Window {
    PocketPing: PocketPing & Partial<Handle>;
  }
}
