// The types of the Nodus client. Shapes from the server are as `/openapi.json` describes them.

// MARK: What the server speaks of

export interface User {
  id: number;
  /** Only of oneself. */
  email: string | null;
  display_name: string;
  tag: string;
  avatar_url: string | null;
  /** As all times: ISO 8601 in UTC, with microseconds. */
  created_at: string;
}

export interface TokenPair {
  access_token: string;
  refresh_token: string;
  token_type: 'bearer';
  /** Seconds. */
  expires_in: number;
}

export interface Chat {
  id: number;
  title: string;
  is_group: boolean;
  created_at: string;
  participants: User[];
  lastMessagePreview: string | null;
  lastMessageAuthor: string | null;
  /** When the newest message that is not deleted was written. */
  updatedAt: string | null;
  unreadCount: number;
}

export interface Member {
  user_id: number;
  role: 'admin' | 'member';
  joined_at: string;
  user: User;
}

export interface Reaction {
  id: number;
  message_id: number;
  user_id: number;
  emoji: string;
  created_at: string;
}

export interface Message {
  /** Growing within a chat, so it orders messages and is the cursor of pages. */
  id: number;
  chat_id: number;
  author_id: number | null;
  type: string;
  content: string | null;
  payload: Record<string, unknown> | null;
  /** `read` when all other members have read it. */
  status: 'delivered' | 'read';
  ts: string;
  reply_to_id: number | null;
  is_deleted: boolean;
  deleted_at: string | null;
  updated_at: string | null;
  /** The newest 100. */
  reactions: Reaction[];
  /** Of a message with more reactions than it lists. */
  reaction_counts?: Record<string, number>;
}

export interface Page {
  /** Newest first. */
  messages: Message[];
  has_more: boolean;
  next_cursor: number | null;
}

export interface Presence {
  user_id: number;
  status: 'online' | 'offline' | 'away';
  last_seen: string | null;
}

export interface ValidationIssue {
  type: string;
  loc: (string | number)[];
  msg: string;
  input: unknown;
}

// MARK: What happens

export interface Hello {
  /** Names the server's history; with another one, nothing held counts any more. */
  epoch: string;
  /** The position that the stream goes on from. */
  seq: number;
  user_id: number;
  chats: number[];
  heartbeat_interval_s: number;
  server_time: string;
}

export interface ChatNotice {
  id: number;
  title: string;
  is_group: boolean;
  created_at: string;
  member_count: number;
  /** At most 256. */
  member_ids: number[];
}

/** The data of each event of the socket, by its name. */
export interface ServerEvents {
  'message.created': Message;
  'message.updated': Message;
  'message.deleted': Message;
  'message.read': { chat_id: number; user_id: number; up_to_id: number; message_ids: number[]; read_at: string };
  'reaction.added': Reaction & { chat_id: number };
  'reaction.removed': { message_id: number; user_id: number; emoji: string; chat_id: number };
  'user.typing': { chat_id: number; user_id: number; is_typing: boolean };
  'user.presence': { user_id: number; status: Presence['status']; timestamp: string; last_seen: string | null };
  'chat.created': ChatNotice;
  'chat.updated': ChatNotice;
  'chat.deleted': { id: number; deleted_by: number };
  'member.added': { chat_id: number; user_id: number; by: number };
  'member.removed': { chat_id: number; user_id: number; by: number };
  /** The chat is to be fetched anew; the store does. */
  'chat.resync': { chat_id: number };
  /** Everything is to be fetched anew; the store does. */
  'resync': Record<string, never>;
}

/** A frame of the socket. Frames of durable events have a position, and name the chat's previous one. */
export type Frame = {
  [Name in keyof ServerEvents]: { event: Name; data: ServerEvents[Name]; seq?: number; prev?: number };
}[keyof ServerEvents];

/** `offline`: not asked for. `waiting`: until the next try, at `retry_at`, in milliseconds since 1970. */
export type ConnectionState = 'offline' | 'connecting' | 'online' | 'waiting';

/** What a client tells beside the server's own events. */
export interface ClientEvents extends ServerEvents {
  'connection': { state: ConnectionState; retry_at: number | null };
  'hello': Hello & { is_resumed: boolean };
  /** Every frame, in order, after the store has taken it in. */
  'event': Frame;
  /** The session is over: by `logout()`, because it expired, or because somebody revoked it. */
  'signed-out': { reason: 'logout' | 'expired' | 'revoked' };
}

/** Ends a subscription. */
export type Unsubscribe = () => void;

// MARK: Errors

export class NodusError extends Error {
  /** The HTTP status; 0 where the server could not be reached. */
  readonly status: number;
  /** The server's sentence, or its list of what is wrong with the input. */
  readonly detail: string | ValidationIssue[] | undefined;
  /** Seconds to wait, where the server says so. */
  readonly retryAfter: number | null;
  /** Whether asking again later may help. */
  readonly isTemporary: boolean;
}

// MARK: Tokens

export interface StoredTokens {
  access_token: string;
  refresh_token: string;
  /** Milliseconds since 1970, by this machine's clock. */
  expires_at: number;
}

/** Where tokens are kept; `load` is asked before each request, so that tabs may share them. */
export interface TokenStorage {
  load(): StoredTokens | null;
  save(tokens: StoredTokens | null): void;
}

export function memoryTokens(initial?: StoredTokens | null): TokenStorage;
export function webTokens(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, key?: string): TokenStorage;

/** A key that names one intent, however often it is sent. */
export function idempotencyKey(): string;

// MARK: Calls

export interface RequestOptions {
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  /** Sent as `Idempotency-Key`, the same with each try; without one what changes something is not repeated. */
  key?: string;
  /** Further tries where the server is away or busy. */
  retries?: number;
  signal?: AbortSignal;
}

export type CallOptions = Pick<RequestOptions, 'key' | 'retries' | 'signal'>;

export interface MessageDraft {
  chat_id: number;
  type?: string;
  content?: string | null;
  payload?: Record<string, unknown> | null;
  reply_to_id?: number | null;
}

/** At most one of the three cursors. */
export interface PageQuery {
  limit?: number;
  before_id?: number;
  after_id?: number;
  around_id?: number;
  include_deleted?: boolean;
}

/**
 * The calls of the interface. All reject with a `NodusError`. What changes something is given an idempotency
 * key, so that a repeated try changes it once.
 */
export interface Api {
  me(): Promise<User>;
  updateMe(changes: { display_name?: string; avatar_url?: string | null }): Promise<User>;
  setTag(tag: string): Promise<User>;
  user(id: number): Promise<User>;
  isTagAvailable(tag: string): Promise<boolean>;
  findByTag(tag: string): Promise<User>;

  chats(): Promise<Chat[]>;
  chat(id: number): Promise<Chat>;
  createChat(draft: { title: string; is_group?: boolean; member_ids?: number[] }, options?: CallOptions): Promise<Chat>;
  directChat(user_id: number, options?: CallOptions): Promise<Chat>;
  renameChat(id: number, title: string, options?: CallOptions): Promise<Chat>;
  deleteChat(id: number, options?: CallOptions): Promise<null>;
  leaveChat(id: number, options?: CallOptions): Promise<null>;
  markRead(id: number, options?: CallOptions): Promise<{ message_ids: number[]; up_to_id: number | null }>;
  members(id: number): Promise<Member[]>;
  addMember(id: number, user_id: number, options?: CallOptions): Promise<{ message: string }>;
  removeMember(id: number, user_id: number, options?: CallOptions): Promise<null>;

  page(chat_id: number, query?: PageQuery, options?: CallOptions): Promise<Page>;
  message(id: number): Promise<Message>;
  search(chat_id: number, query: string, options?: { limit?: number; offset?: number } & CallOptions): Promise<Message[]>;
  send(draft: MessageDraft, options?: CallOptions): Promise<Message>;
  editMessage(
    id: number, changes: { content?: string | null; payload?: Record<string, unknown> | null }, options?: CallOptions,
  ): Promise<Message>;
  deleteMessage(id: number, options?: CallOptions): Promise<null>;
  react(id: number, emoji: string, options?: CallOptions): Promise<Reaction>;
  unreact(id: number, emoji: string, options?: CallOptions): Promise<null>;

  typing(chat_id: number, is_typing: boolean): Promise<null>;
  whoIsTyping(chat_id: number): Promise<number[]>;
  heartbeat(): Promise<null>;
  presence(user_id: number): Promise<Presence>;
  myPresence(): Promise<Presence>;
  /** What the socket would have told since `since`; waits up to `timeout` seconds for something to tell. */
  sync(
    query: { since: number; epoch: string; timeout?: number }, options?: CallOptions,
  ): Promise<{ epoch: string; seq: number; chats: number[]; events: Frame[]; has_more: boolean }>;
}

/** The commands of the socket, which are the calls in another spelling. */
export interface Commands {
  send: MessageDraft & { type: string };
  edit: { message_id: number; content?: string | null; payload?: Record<string, unknown> | null };
  delete: { message_id: number };
  react: { message_id: number; emoji: string };
  unreact: { message_id: number; emoji: string };
  read: { chat_id: number };
  typing: { chat_id: number; is_typing: boolean };
  heartbeat: { idle?: boolean };
  page: { chat_id: number } & PageQuery;
  subscribe: { user_ids: number[] };
  unsubscribe: { user_ids: number[] };
}

// MARK: The store

/** A message that was sent from here and has not come back. */
export interface PendingMessage {
  /** Its idempotency key, which stays the same when it is tried again. */
  readonly key: string;
  readonly chat_id: number;
  readonly author_id: number | null;
  readonly type: string;
  readonly content: string | null;
  readonly payload: Record<string, unknown> | null;
  readonly reply_to_id: number | null;
  readonly ts: string;
  readonly state: 'sending' | 'failed';
  readonly error: NodusError | null;
}

/** Messages without a gap. The same object until one of them changes. */
export interface MessageWindow {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** Whether the chat's first message is among them. */
  readonly at_start: boolean;
  /** Whether they reach up to the newest, so that new ones are added as they come. */
  readonly at_end: boolean;
}

export interface StoreEvents {
  /** The list of chats, or what it shows of one. */
  'chats': Record<string, never>;
  'messages': { chat_id: number };
  /** What was fetched of a chat counts no more: fetch what is shown anew. */
  'reset': { chat_id: number };
  'typing': { chat_id: number };
  'members': { chat_id: number };
  'presence': { user_id: number };
  /** A new message, by the socket. */
  'message': Message;
  /** A chat was deleted, or this person is no longer in it. */
  'gone': { chat_id: number };
  /** Something that the store asked for by itself failed; it tries again. */
  'error': NodusError;
}

/**
 * What this person can see, kept current by the socket. Its objects are never changed, only replaced, so they
 * can be compared by identity.
 */
export interface Store {
  readonly me: User | null;
  readonly isLoaded: boolean;
  /** Newest activity first; the same array until something changes. */
  readonly chats: readonly Chat[];

  on<Name extends keyof StoreEvents>(name: Name, handler: (value: StoreEvents[Name]) => void): Unsubscribe;

  chat(id: number): Chat | undefined;
  user(id: number): User | undefined;
  /** Null until `loadMembers`. */
  members(chat_id: number): readonly Member[] | null;
  presence(user_id: number): Presence | undefined;
  /** Who is typing, but for oneself; ends by itself. The same array until it changes. */
  typing(chat_id: number): readonly number[];
  message(chat_id: number, id: number): Message | undefined;
  /** The messages around `id`, or up to the newest; null where they have not been fetched. */
  window(chat_id: number, id?: number | null): MessageWindow | null;
  /** Whether `window` has such messages, and not only until they have been fetched anew. */
  isCurrent(chat_id: number, id?: number | null): boolean;
  /** What was sent from here and has not come back, in order; the same array until it changes. */
  pending(chat_id: number): readonly PendingMessage[];

  loadMe(): Promise<User>;
  setMe(user: User): void;
  loadChats(): Promise<readonly Chat[]>;
  loadChat(id: number): Promise<Chat | undefined>;
  loadMembers(chat_id: number): Promise<Member[]>;
  loadPresence(user_id: number): Promise<Presence | undefined>;
  /** Asks for the newest messages before the list of chats has come; `loadNewest` then takes the answer. */
  prefetch(chat_id: number, limit?: number): void;
  loadNewest(chat_id: number, limit?: number): Promise<void>;
  loadAround(chat_id: number, id: number, limit?: number): Promise<void>;
  loadOlder(chat_id: number, id?: number | null, limit?: number): Promise<void>;
  loadNewer(chat_id: number, id: number | null, limit?: number): Promise<void>;
  loadMessage(chat_id: number, id: number): Promise<Message | null>;

  /** Shows the message at once, sends it after those before it, and tells its key. */
  send(chat_id: number, draft: Omit<MessageDraft, 'chat_id'>): string;
  /** Tries failed messages again: the one with `key`, or all. */
  retry(chat_id: number, key?: string): void;
  discard(chat_id: number, key: string): void;
  edit(chat_id: number, id: number, content: string): Promise<Message>;
  delete(chat_id: number, id: number): Promise<null>;
  react(chat_id: number, id: number, emoji: string): Promise<Reaction>;
  unreact(chat_id: number, id: number, emoji: string): Promise<null>;
  markRead(chat_id: number): Promise<void>;
  /** To be called with every key; tells the others every few seconds, and when it is over. */
  setTyping(chat_id: number, is_typing?: boolean): void;
}

// MARK: The client

/** As much of the browser's WebSocket as the client needs; Node's `ws` has it too. */
export interface SocketClass {
  new (url: string): {
    onmessage: ((event: any) => void) | null;
    onclose: ((event: any) => void) | null;
    onerror: ((event: any) => void) | null;
    send(text: string): void;
    close(): void;
  };
}

export interface NodusOptions {
  /** The server's origin; by default the page's. */
  url?: string;
  storage?: TokenStorage;
  fetch?: typeof fetch;
  WebSocket?: SocketClass;
  /** Runs `work` while nobody else with the same tokens does, such as `navigator.locks`. */
  lock?: <T>(work: () => Promise<T>) => Promise<T>;
}

export class Nodus {
  constructor(options?: NodusOptions);

  readonly api: Api;
  readonly store: Store;

  on<Name extends keyof ClientEvents>(name: Name, handler: (value: ClientEvents[Name]) => void): Unsubscribe;

  /** Whether there are tokens; the server may know better. */
  readonly isSignedIn: boolean;
  register(account: { email: string; password: string; display_name: string; avatar_url?: string | null }): Promise<User>;
  login(email: string, password: string): Promise<User>;
  logout(): Promise<void>;
  /** An access token for calls of one's own. */
  accessToken(): Promise<string>;
  /** Any call below `/api/v1`, with the session's token and its renewal. */
  request<T = unknown>(method: string, path: string, options?: RequestOptions): Promise<T>;

  readonly connection: ConnectionState;
  /** Up to where events have been handed on. */
  readonly cursor: { epoch: string; seq: number } | null;
  /** Keeps a socket open from now on. */
  connect(): void;
  disconnect(): void;
  /** Finds out now whether the connection still stands, such as when the page or the network comes back. */
  wake(): void;
  /** Whether the person is away from this device. */
  setIdle(is_idle: boolean): void;
  /** Sends a command over the socket. */
  command<Name extends keyof Commands>(
    name: Name, fields?: Commands[Name], options?: { key?: string; timeoutMs?: number },
  ): Promise<unknown>;
}
