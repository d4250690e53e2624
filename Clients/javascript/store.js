import { Emitter } from './emitter.js';
import { Entry, NONE, place, unlessSame, withReaction } from './entry.js';
import { NodusError, idempotencyKey } from './http.js';

/** Below it a fetched summary and the events of the same moment cannot be told apart by time. */
const SETTLE_MS = 300;
/** In a chat where something happens all the time, the sum is checked this rarely. */
const RECHECK_DOUBLINGS_MAX = 3;
const FETCH_AGAIN_MS = 2_000;
const TYPING_MS = 10_500;
const TYPING_AGAIN_MS = 4_000;
const TYPING_STOPS_MS = 6_000;
/** Of messages whose status became `read`, the server sends as many again. */
const STATUS_UPDATES_MAX = 50;
const REFRESHED_PAGES_MAX = 5;
const PAGE_LIMIT = 50;
const PAGE_LIMIT_MAX = 200;
/** Reactions that a message lists; with more, `reaction_counts` counts them. */
const LISTED_REACTIONS_MAX = 100;
/** The server knows a key for a day; what is older is sent again only by the person. */
const KEY_LIFE_MS = 20 * 3600_000;
const MEDIA_PREVIEW = '[медиа]';

function areSamePeople(left, right) {
  return left?.length === right.length && right.every((user, index) => user?.id === left[index]?.id
    && user?.display_name === left[index]?.display_name && user?.avatar_url === left[index]?.avatar_url);
}

/** Whether a failed message may be sent again by itself: the server would know it. */
function isRepeatable(item) {
  return item.error.isTemporary && Date.now() - Date.parse(item.ts) < KEY_LIFE_MS;
}

/**
 * Keeps chats, messages, read marks, typing and presence as the server has them, from what is fetched
 * and from the events since. Objects in it are never changed: what changes is replaced.
 */
export class Store extends Emitter {
  #api;
  #tell;
  #entries = new Map();
  #users = new Map();
  #presences = new Map();
  #watched = new Set();
  #touched = new Map();
  #sentTyping = new Map();
  #changes = new Map();
  #order = null;
  #fetchingUsers = new Map();
  #marking = new Map();
  /** Whether the list of chats was asked for anew and has not come. */
  #isListDue = false;
  /** Since when there have been no events. */
  #lostAt = 0;
  #greetings = 0;
  /** A page that was asked for before the list of chats came: `{ chat, request, isBeforeEvents }`. */
  #early = null;
  me = null;
  /** Whether the list of chats has been fetched. */
  isLoaded = false;

  constructor(api, tell) {
    super();
    this.#api = api;
    this.#tell = tell;
  }

  // Reading

  get chats() {
    this.#order ??= Object.freeze([...this.#entries.values()].map((entry) => entry.chat).sort((left, right) => {
      const [one, other] = [left, right].map((chat) => chat.updatedAt ?? chat.created_at);
      return one < other ? 1 : one > other ? -1 : right.id - left.id;
    }));
    return this.#order;
  }

  chat(id) { return this.#entries.get(id)?.chat; }
  user(id) { return this.#users.get(id); }
  members(id) { return this.#entries.get(id)?.members ?? null; }
  presence(id) { return this.#presences.get(id); }
  typing(id) { return this.#entries.get(id)?.typers ?? NONE; }
  message(chat, id) { return this.#entries.get(chat)?.message(id); }

  /** The messages without a gap around `id`, or up to the newest; null where they have not been fetched. */
  window(chat, id = null) { return this.#entries.get(chat)?.segment(id)?.shown ?? null; }

  /** Whether `window` has such messages, and not only until they have been fetched anew. */
  isCurrent(chat, id = null) {
    const entry = this.#entries.get(chat);
    return Boolean(entry?.segment(id)) && !entry.isStale;
  }

  /** What was sent here and has not come back. */
  pending(chat) { return this.#entries.get(chat)?.unsent ?? NONE; }

  // Fetching

  async loadMe() {
    this.setMe(await this.#api.me());
    return this.me;
  }

  setMe(user) {
    this.me = user;
    this.#users.set(user.id, user);
    for (const entry of this.#entries.values()) this.#adoptUser(entry, user);
    this.#order = null;
    this.#changed('chats');
  }

  async loadChats() {
    const sentAt = performance.now();
    const chats = await this.#api.chats();
    const listed = new Set(chats.map((chat) => chat.id));
    for (const chat of chats) this.#putSummary(chat, sentAt);
    for (const id of this.#entries.keys()) {
      if (!listed.has(id) && !(this.#touched.get(id) >= sentAt)) this.#remove(id);
    }
    this.isLoaded = true;
    this.#changed('chats');
    return this.chats;
  }

  async loadChat(id) {
    const sentAt = performance.now();
    this.#putSummary(await this.#api.chat(id), sentAt);
    return this.chat(id);
  }

  /** Asks for the newest messages of a chat that is not known yet; `loadNewest` then takes the answer. */
  prefetch(chat, limit = PAGE_LIMIT) {
    const request = this.#api.page(chat, { limit });
    request.catch(() => {});
    this.#early = { chat, request, isBeforeEvents: this.#greetings === 0 };
  }

  loadNewest(chat, limit = PAGE_LIMIT) {
    return this.#load(chat, 'newest', { limit }, (page) => [this.#start(page), Infinity]);
  }

  loadAround(chat, id, limit = PAGE_LIMIT) {
    return this.#load(chat, `around ${id}`, { limit, around_id: id }, (page) => {
      // An id in the middle of what was asked for, but not in the answer: the chat has no such message.
      const high = Math.max(id, page.messages[0]?.id ?? 0);
      return [Math.min(id, this.#start(page)), high];
    });
  }

  /** Fetches what comes before the messages around `id`. */
  async loadOlder(chat, id = null, limit = PAGE_LIMIT) {
    const entry = this.#entries.get(chat);
    const segment = entry?.segment(id);
    if (!segment || segment.low === 0 || entry.isStale) return;
    const before_id = segment.low;
    await this.#load(chat, `before ${before_id}`, { limit, before_id }, (page) => [this.#start(page), before_id]);
  }

  /** Fetches what comes after the messages around `id`. */
  async loadNewer(chat, id, limit = PAGE_LIMIT) {
    const entry = this.#entries.get(chat);
    const segment = entry?.segment(id);
    if (!segment || segment.high === Infinity || entry.isStale) return;
    const after_id = segment.high;
    await this.#load(chat, `after ${after_id}`, { limit, after_id }, (page) => (
      [after_id, page.has_more ? page.messages[0].id : Infinity]));
  }

  /** A message wherever it is, such as one that is replied to; null where there is none. */
  async loadMessage(chat, id) {
    const entry = this.#entries.get(chat);
    const held = entry?.message(id);
    if (!entry || held) return held ?? null;
    try {
      await this.#answered(entry, this.#api.message(id), (message) => {
        if (message.chat_id === chat) entry.strays.set(id, message);
      });
    } catch (error) {
      if (error.status !== 404 && error.status !== 403) throw error;
    }
    return entry.message(id) ?? null;
  }

  async loadMembers(chat) {
    const members = await this.#api.members(chat);
    const entry = this.#entries.get(chat);
    if (entry) entry.members = Object.freeze(members);
    for (const { user } of members) this.#meet(user);
    this.#changed('members', chat);
    return members;
  }

  /** Fetches somebody's presence, and again whenever the connection has been away. */
  async loadPresence(user) {
    this.#watched.add(user);
    const before = this.#presences.get(user);
    const presence = await this.#api.presence(user);
    // What came by event meanwhile is newer.
    if (this.#presences.get(user) === before) this.#putPresence(presence);
    return this.presence(user);
  }

  #start(page) { return page.has_more ? page.messages.at(-1).id : 0; }

  /** One request at a time for the same thing; `span` tells what an answer covers. */
  #load(chat, name, query, span) {
    const entry = this.#entries.get(chat);
    if (!entry) return Promise.reject(new NodusError(404, 'Chat not found'));
    if (!entry.loads.has(name)) {
      const load = this.#fetch(entry, query, span, name === 'newest' ? this.#takeEarly(chat) : null).finally(() => entry.loads.delete(name));
      entry.loads.set(name, load);
    }
    return entry.loads.get(name);
  }

  #takeEarly(chat) {
    const early = this.#early?.chat === chat ? this.#early : null;
    if (early) this.#early = null;
    return early;
  }

  async #fetch(entry, query, span, early) {
    for (let request = early?.request; ; request = null) {
      // Events that came before there was an entry are in no log; before the first greeting there are none.
      const isCertain = !request || (early.isBeforeEvents && this.#greetings === 0);
      const generation = isCertain ? entry.generation : null;
      let isCurrent = true;
      await this.#answered(entry, request ?? this.#api.page(entry.chat.id, query), (page) => {
        isCurrent = generation === entry.generation;
        // What was asked for before is shown until the answer that counts.
        if (!isCurrent && entry.segments.length > 0) return;
        const messages = page.messages.map((message) => unlessSame(entry.message(message.id), message));
        if (entry.isStale && isCurrent) entry.segments = [];
        entry.isStale = !isCurrent;
        entry.absorb(...span(page), messages);
      });
      if (isCurrent) return;
    }
  }

  /**
   * Takes an answer in and lays the events over it that came since it was asked for: whether the answer
   * shows them or not, the chat is then as after the last of them.
   */
  async #answered(entry, request, take) {
    const from = entry.log.length;
    entry.requests++;
    try {
      const value = await request;
      take(value);
      for (const frame of entry.log.slice(from)) this.#applyToMessages(entry, frame);
      this.#changed('messages', entry.chat.id);
      return value;
    } finally {
      entry.requests--;
      if (entry.requests === 0) entry.log = [];
    }
  }

  // Changing

  /** Shows a message at once and sends it, after those sent before it. */
  send(chat, { content = null, type = 'text', payload = null, reply_to_id = null }) {
    const entry = this.#entries.get(chat);
    if (!entry) throw new NodusError(404, 'Chat not found');
    const item = {
      key: idempotencyKey(), chat_id: chat, author_id: this.me?.id ?? null, type, content, payload,
      reply_to_id, ts: new Date().toISOString(), state: 'sending', error: null,
    };
    entry.pending = [...entry.pending, item];
    this.#sentTyping.delete(chat);
    // What failed before it goes first, so that all arrive in the order in which they were written.
    this.#sendAgain(entry, isRepeatable);
    return item.key;
  }

  retry(chat, key) {
    const entry = this.#entries.get(chat);
    if (entry) this.#sendAgain(entry, (item) => key === undefined || item.key === key);
  }

  #sendAgain(entry, isWanted) {
    entry.pending = entry.pending.map((item) => (
      item.state === 'failed' && isWanted(item) ? { ...item, state: 'sending', error: null } : item));
    this.#changed('messages', entry.chat.id);
    this.#sendPending(entry);
  }

  discard(chat, key) {
    const entry = this.#entries.get(chat);
    if (!entry) return;
    entry.pending = entry.pending.filter((item) => item.key !== key);
    this.#changed('messages', chat);
  }

  async #sendPending(entry) {
    if (entry.isSending) return;
    entry.isSending = true;
    for (;;) {
      const item = entry.pending.find((each) => each.state === 'sending');
      if (!item) break;
      const { key, chat_id, type, content, payload, reply_to_id } = item;
      const draft = { chat_id, type, content, payload, reply_to_id };
      try {
        await this.#answered(entry, this.#api.send(draft, { key }), (message) => {
          entry.pending = entry.pending.filter((each) => each.key !== key);
          this.#insert(entry, message);
          this.#preview(entry, message);
        });
      } catch (error) {
        // What was written after it would otherwise arrive before it.
        const isFailed = (each) => each.key === key || (error.isTemporary && each.state === 'sending');
        // What is refused has not arrived: an equal one of another device was taken for it.
        const fields = error.isTemporary ? { state: 'failed', error } : { state: 'failed', error, message_id: undefined };
        entry.pending = entry.pending.map((each) => (isFailed(each) ? { ...each, ...fields } : each));
        this.#changed('messages', chat_id);
      }
    }
    entry.isSending = false;
  }

  edit(chat, id, content) {
    return this.#change(chat, this.#api.editMessage(id, { content }), (entry, message) => {
      entry.replace(id, () => message);
    });
  }

  delete(chat, id) {
    return this.#change(chat, this.#api.deleteMessage(id), (entry) => {
      entry.replace(id, (held) => (held.is_deleted ? held : {
        ...held, is_deleted: true, content: null, payload: null, reactions: [],
        deleted_at: new Date().toISOString(),
      }));
    });
  }

  react(chat, id, emoji) {
    return this.#change(chat, this.#api.react(id, emoji), (entry, reaction) => {
      entry.replace(id, (held) => withReaction(held, reaction));
    });
  }

  unreact(chat, id, emoji) {
    return this.#change(chat, this.#api.unreact(id, emoji), (entry) => {
      entry.replace(id, (held) => withReaction(held, { user_id: this.me.id, emoji }));
    });
  }

  #change(chat, request, take) {
    const entry = this.#entries.get(chat);
    return entry ? this.#answered(entry, request, (value) => take(entry, value)) : request;
  }

  /** Marks everything as read, once for all calls of the same moment. */
  async markRead(chat) {
    if (!this.chat(chat)?.unreadCount || this.#marking.get(chat)) return;
    this.#marking.set(chat, true);
    try {
      const sentAt = performance.now();
      const { up_to_id } = await this.#api.markRead(chat);
      const entry = this.#entries.get(chat);
      if (!entry) return;
      entry.readUpTo = Math.max(entry.readUpTo, up_to_id ?? 0);
      if (!(this.#touched.get(chat) >= sentAt)) this.#summarize(entry, { unreadCount: 0 });
    } finally {
      this.#marking.delete(chat);
    }
  }

  /** Tells the others, every few seconds for as long as it is called, and that it is over when it is not. */
  setTyping(chat, isTyping = true) {
    const sent = this.#sentTyping.get(chat);
    clearTimeout(sent?.timer);
    if (!isTyping) {
      this.#sentTyping.delete(chat);
      if (sent) this.#tell.typing(chat, false);
      return;
    }
    const now = Date.now();
    const isDue = !sent || now - sent.at >= TYPING_AGAIN_MS;
    if (isDue) this.#tell.typing(chat, true);
    const timer = setTimeout(() => this.setTyping(chat, false), TYPING_STOPS_MS);
    this.#sentTyping.set(chat, { at: isDue ? now : sent.at, timer });
  }

  // What comes from the socket

  /** A new connection; `isResumed` where it goes on from where the last one ended. */
  greeted(hello, isResumed) {
    if (this.me && this.me.id !== hello.user_id) this.clear();
    const followed = new Set(hello.chats);
    for (const id of this.#entries.keys()) if (!followed.has(id)) this.#remove(id);
    const lostAt = this.#lostAt ?? 0;
    this.#lostAt = null;
    this.#greetings++;
    if (!isResumed) this.resync();
    else if (this.#isListDue) this.#listAnew();
    else for (const id of followed) if (!this.#entries.has(id)) this.#fetchChat(id);
    for (const entry of isResumed ? this.#entries.values() : []) {
      // What was fetched while the events stood still counts some that come now.
      if (entry.isDoubtful || entry.fetchedAt > lostAt - SETTLE_MS) this.#recheck(entry);
    }
    // Neither is repeated by a resume.
    for (const entry of this.#entries.values()) this.#clearTyping(entry);
    for (const entry of this.#entries.values()) if (entry.pending.length > 0) this.#sendAgain(entry, isRepeatable);
    for (const user of this.#watched) this.loadPresence(user).catch(() => {});
  }

  /** There have been no events since `silentMs` ago, and there are none until the next greeting. */
  lost(silentMs = 0) { this.#lostAt ??= performance.now() - silentMs; }

  frame({ event, data, seq, prev }) {
    if (event === 'resync') return this.resync();
    if (event === 'user.presence') return this.#putPresence(data);
    const id = data.chat_id ?? data.id;
    if (event === 'chat.resync') return this.#resyncChat(id);
    const entry = this.#entries.get(id);
    if (event === 'user.typing') return entry && this.#putTyping(entry, data);
    if (entry && seq !== undefined) {
      if (seq <= entry.seq) return;
      const isGap = entry.seq !== undefined && prev > entry.seq;
      entry.seq = seq;
      if (isGap) this.#resyncChat(id);
    }
    if (event.startsWith('chat.') || event.startsWith('member.')) return this.#applyToChat(event, data, id, entry);
    this.#touch(id, entry);
    if (!entry) return this.#fetchChat(id);
    if (entry.requests > 0) entry.log.push({ event, data });
    this.#applyToMessages(entry, { event, data });
    this.#applyToSummary(entry, event, data);
  }

  /** What is held counts no more: everything is fetched anew. */
  resync() {
    for (const entry of this.#entries.values()) this.#forgetMessages(entry);
    return this.#listAnew();
  }

  /** Until the list has come, each greeting asks for it again. */
  async #listAnew() {
    this.#isListDue = true;
    try {
      await this.loadChats();
      this.#isListDue = false;
    } catch (error) {
      this.emit('error', error);
      if (error.isTemporary) this.#later(() => this.#listAnew());
    }
  }

  #resyncChat(id) {
    const entry = this.#entries.get(id);
    if (entry) this.#forgetMessages(entry);
    this.#fetchChat(id);
  }

  #forgetMessages(entry) {
    entry.generation++;
    entry.isStale = true;
    entry.strays.clear();
    entry.seq = undefined;
    if (entry.members) this.loadMembers(entry.chat.id).catch(() => {});
    this.#changed('reset', entry.chat.id);
  }

  #fetchChat(id) {
    this.loadChat(id).catch((error) => {
      if (error.status === 404 || error.status === 403) return this.#remove(id);
      const entry = this.#entries.get(id);
      if (entry) entry.isDoubtful = true;
      this.emit('error', error);
      if (error.isTemporary) this.#later(() => this.#fetchChat(id));
    });
  }

  /** Again in a while; without a connection the next greeting asks for what is needed. */
  #later(work) {
    setTimeout(() => { if (this.#lostAt === null) work(); }, FETCH_AGAIN_MS);
  }

  #applyToChat(event, data, id, entry) {
    this.#touch(id, null);
    const isMe = data.user_id === this.me?.id;
    if (event === 'chat.deleted' || (event === 'member.removed' && isMe)) return this.#remove(id);
    if (!entry) return this.#fetchChat(id);
    if (event === 'member.removed') {
      this.#setParticipants(entry, entry.chat.participants.filter((user) => user?.id !== data.user_id));
      this.#endTyping(entry, data.user_id);
    } else if (event === 'member.added') {
      if (isMe) return this.#resyncChat(id);
      this.#fetchUser(data.user_id).then((user) => {
        const isHere = entry.chat.participants.some((each) => each?.id === user.id);
        if (!isHere) this.#setParticipants(entry, [...entry.chat.participants, user]);
      }).catch(() => this.#fetchChat(id));
    } else {
      this.#summarize(entry, { title: data.title, is_group: data.is_group });
      if (data.member_count !== entry.chat.participants.length) this.#fetchChat(id);
    }
    if (entry.members) this.loadMembers(id).catch(() => {});
  }

  #applyToMessages(entry, { event, data }) {
    switch (event) {
    case 'message.created': this.#insert(entry, data); break;
    case 'message.updated':
    case 'message.deleted': entry.replace(data.id, () => data); break;
    case 'reaction.added':
    case 'reaction.removed': this.#applyReaction(entry, data); break;
    case 'message.read': this.#applyRead(entry, data); break;
    }
    this.#changed('messages', entry.chat.id);
  }

  #insert(entry, message) {
    entry.segment(message.id)?.put(message);
    if (entry.strays.has(message.id)) entry.strays.set(message.id, message);
  }

  #applyReaction(entry, reaction) {
    const held = entry.message(reaction.message_id);
    if (!held) return;
    entry.replace(reaction.message_id, (message) => withReaction(message, reaction));
    // Which of so many are listed only the server knows.
    if (held.reaction_counts || held.reactions.length >= LISTED_REACTIONS_MAX) this.#refetch(entry, held.id);
  }

  #refetch(entry, id) {
    this.#answered(entry, this.#api.message(id), (message) => entry.replace(id, () => message)).catch(() => {});
  }

  /** Those whose status changes come by themselves, but for very many at once. */
  #applyRead(entry, { user_id, up_to_id, message_ids }) {
    if (message_ids.length <= STATUS_UPDATES_MAX) return;
    if (entry.chat.is_group) return void this.#refreshStatus(entry, up_to_id).catch(() => {});
    // Here the other one is everybody else.
    for (const segment of entry.segments) {
      for (const message of segment.messages.slice(0, place(segment.messages, up_to_id + 1))) {
        const isNews = message.author_id !== user_id && message.status !== 'read';
        if (isNews) segment.put({ ...message, status: 'read' });
      }
    }
  }

  async #refreshStatus(entry, upTo) {
    for (const segment of [...entry.segments]) {
      const first = segment.messages.find((message) => message.status !== 'read')?.id ?? Infinity;
      let before_id = Math.min(upTo, segment.messages.at(-1)?.id ?? 0) + 1;
      for (let page = 0; before_id > first; page++) {
        if (page === REFRESHED_PAGES_MAX) {
          // The rest is fetched again when somebody looks at it.
          entry.segments = entry.segments.filter((each) => !each.holds(first));
          entry.absorb(before_id, segment.high, segment.messages.slice(place(segment.messages, before_id)));
          return this.#changed('messages', entry.chat.id);
        }
        const top = before_id;
        await this.#load(entry.chat.id, `before ${top}`, { limit: PAGE_LIMIT_MAX, before_id: top }, (found) => {
          before_id = this.#start(found);
          return [before_id, top];
        });
      }
    }
  }

  #applyToSummary(entry, event, data) {
    const isOwn = data.author_id === this.me?.id;
    if (event === 'message.created') {
      this.#endTyping(entry, data.author_id);
      if (isOwn) this.#recognize(entry, data);
      this.#preview(entry, data);
      if (!isOwn && data.id > entry.readUpTo) this.#summarize(entry, { unreadCount: entry.chat.unreadCount + 1 });
      this.emit('message', data);
    } else if (event === 'message.updated') {
      if (data.ts === entry.chat.updatedAt) this.#preview(entry, data);
    } else if (event === 'message.deleted') {
      const wasUnread = !isOwn && entry.chat.unreadCount > 0;
      if (wasUnread && entry.readUpTo > 0 && data.id > entry.readUpTo) {
        this.#summarize(entry, { unreadCount: entry.chat.unreadCount - 1 });
      } else if (wasUnread && !(data.id <= entry.readUpTo)) {
        this.#recheck(entry);
      }
      if (data.ts === entry.chat.updatedAt) this.#previewBefore(entry, data.id);
    } else if (event === 'message.read' && data.user_id === this.me?.id) {
      entry.readUpTo = Math.max(entry.readUpTo, data.up_to_id);
      this.#summarize(entry, { unreadCount: 0 });
    }
  }

  /** The event of a message often comes before the answer to sending it; it is not shown twice. */
  #recognize(entry, message) {
    const index = entry.pending.findIndex((item) => item.message_id === undefined
      && item.content === message.content && item.type === message.type
      && item.reply_to_id === message.reply_to_id);
    if (index < 0) return;
    entry.pending = entry.pending.map((item, at) => (at === index ? { ...item, message_id: message.id } : item));
  }

  // Summaries

  #preview(entry, message) {
    if (message.is_deleted || message.ts < (entry.chat.updatedAt ?? '')) return;
    const author = this.#users.get(message.author_id)?.display_name ?? null;
    if (author === null && message.author_id !== null) this.#recheck(entry);
    this.#summarize(entry, {
      lastMessagePreview: message.content ?? MEDIA_PREVIEW, lastMessageAuthor: author, updatedAt: message.ts,
    });
  }

  /** The newest message was deleted: the one before it is shown, where it is known. */
  #previewBefore(entry, id) {
    const newest = entry.segment(null)?.messages.findLast((message) => !message.is_deleted && message.id < id);
    if (!newest) return this.#recheck(entry);
    this.#summarize(entry, { updatedAt: null });
    this.#preview(entry, newest);
  }

  #summarize(entry, changes) {
    entry.chat = { ...entry.chat, ...changes };
    this.#order = null;
    this.#changed('chats');
  }

  #setParticipants(entry, participants) {
    this.#summarize(entry, { participants });
    this.#changed('members', entry.chat.id);
  }

  #putSummary(chat, sentAt) {
    for (const user of chat.participants) this.#meet(user);
    let entry = this.#entries.get(chat.id);
    const arePeopleNew = !areSamePeople(entry?.chat.participants, chat.participants);
    if (entry) entry.chat = unlessSame(entry.chat, chat);
    else this.#entries.set(chat.id, (entry = new Entry(chat)));
    entry.fetchedAt = performance.now();
    entry.isDoubtful = false;
    if (this.#touched.get(chat.id) >= sentAt) this.#recheck(entry);
    else entry.rechecks = 0;
    this.#order = null;
    this.#changed('chats');
    if (arePeopleNew) this.#changed('members', chat.id);
  }

  /** Notes that events came; close to a fetched summary, nobody can say whether it counts them. */
  #touch(id, entry) {
    this.#touched.set(id, performance.now());
    if (entry && performance.now() - entry.fetchedAt < SETTLE_MS) this.#recheck(entry);
  }

  #recheck(entry) {
    if (entry.recheckTimer !== null) return;
    const delay = SETTLE_MS * 2 ** Math.min(entry.rechecks++, RECHECK_DOUBLINGS_MAX);
    entry.recheckTimer = setTimeout(() => {
      entry.recheckTimer = null;
      if (this.#entries.get(entry.chat.id) === entry) this.#fetchChat(entry.chat.id);
    }, delay);
  }

  #remove(id) {
    const entry = this.#entries.get(id);
    if (!entry) return;
    clearTimeout(entry.recheckTimer);
    this.#clearTyping(entry);
    this.#entries.delete(id);
    this.#order = null;
    this.#changed('chats');
    this.emit('gone', { chat_id: id });
  }

  /** Forgets everything, such as at signing out. */
  clear() {
    for (const id of [...this.#entries.keys()]) this.#remove(id);
    for (const map of [this.#users, this.#presences, this.#watched, this.#touched]) map.clear();
    this.me = null;
    this.isLoaded = false;
    this.#isListDue = false;
    this.#early = null;
  }

  // People

  #meet(user) {
    if (!user) return;
    // Of oneself only one's own view has the mail address.
    this.#users.set(user.id, user);
  }

  #adoptUser(entry, user) {
    const { display_name, tag, avatar_url } = user;
    const participants = entry.chat.participants.map((each) => (
      each?.id === user.id ? unlessSame(each, { ...each, display_name, tag, avatar_url }) : each));
    entry.chat = unlessSame(entry.chat, { ...entry.chat, participants });
  }

  #fetchUser(id) {
    if (this.#users.has(id)) return Promise.resolve(this.#users.get(id));
    if (!this.#fetchingUsers.has(id)) {
      this.#fetchingUsers.set(id, this.#api.user(id).then((user) => {
        this.#meet(user);
        return user;
      }).finally(() => this.#fetchingUsers.delete(id)));
    }
    return this.#fetchingUsers.get(id);
  }

  #putPresence({ user_id, status, last_seen }) {
    this.#presences.set(user_id, Object.freeze({ user_id, status, last_seen }));
    this.#changed('presence', user_id);
  }

  #putTyping(entry, { user_id, is_typing }) {
    if (user_id === this.me?.id) return;
    clearTimeout(entry.typing.get(user_id));
    if (!is_typing) return this.#endTyping(entry, user_id);
    entry.typing.set(user_id, setTimeout(() => this.#endTyping(entry, user_id), TYPING_MS));
    this.#changed('typing', entry.chat.id);
  }

  #endTyping(entry, user) {
    clearTimeout(entry.typing.get(user));
    if (entry.typing.delete(user)) this.#changed('typing', entry.chat.id);
  }

  #clearTyping(entry) {
    for (const user of [...entry.typing.keys()]) this.#endTyping(entry, user);
  }

  /** Tells once of all changes of a moment. */
  #changed(name, id = null) {
    if (this.#changes.size === 0) queueMicrotask(() => this.#publish());
    this.#changes.set(`${name} ${id}`, [name, id]);
  }

  #publish() {
    const changes = [...this.#changes.values()];
    this.#changes.clear();
    for (const [name, id] of changes) {
      this.emit(name, name === 'presence' ? { user_id: id } : id === null ? {} : { chat_id: id });
    }
  }
}
