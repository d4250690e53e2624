// The Nodus client: signing in, all calls, the socket and a store, in one module without dependencies.
//
//   const nodus = new Nodus({ url: 'http://127.0.0.1:8000' });
//   await nodus.login('ann@example.org', 'correct horse');
//   nodus.store.on('messages', ({ chat_id }) => draw(nodus.store.window(chat_id)));
//   nodus.connect();
//
// Five parts, each standing on those before: tokens, HTTP, the calls, the socket, the store. `nodus.d.ts`
// documents all that is exported. Nothing here touches the DOM; in Node, pass `WebSocket` to the constructor.

import { Api } from './calls.js';
import { Emitter } from './emitter.js';
import { Http, Session, idempotencyKey, memoryTokens } from './http.js';
import { Socket } from './socket.js';
import { Store } from './store.js';

export { NodusError, idempotencyKey, memoryTokens, webTokens } from './http.js';

/** A refresh token may be used again for ten seconds, where its answer was lost: three tries fit in. */
const REFRESH = { token: false, retries: 2, timeoutMs: 3_500 };
/** Nobody waits longer to be signed out here. */
const LOGOUT_MS = 5_000;

/** One person's session with one server. */
export class Nodus extends Emitter {
  #http;
  #session;
  #socket;

  constructor({ url, storage = memoryTokens(), fetch = globalThis.fetch, WebSocket = globalThis.WebSocket, lock } = {}) {
    super();
    const origin = new URL(url ?? globalThis.location.origin);
    this.#http = new Http(`${origin.origin}/api/v1`, (...request) => fetch(...request));
    this.#session = new Session(
      storage,
      (path, body) => this.#http.request('POST', path, { ...REFRESH, body, key: idempotencyKey() }),
      lock ?? ((work) => work()),
      () => this.#forget('expired'),
    );
    this.#http.session = this.#session;
    this.api = new Api(this.#http);
    this.store = new Store(this.api, { typing: (chat, isTyping) => this.#tellTyping(chat, isTyping) });
    const socketURL = `${origin.protocol === 'https:' ? 'wss:' : 'ws:'}//${origin.host}/ws`;
    this.#socket = new Socket(socketURL, WebSocket, this.#session, {
      connection: (change) => {
        if (change.state !== 'online') this.store.lost(this.#socket.silentMs);
        this.emit('connection', change);
      },
      greeted: (hello, isResumed) => {
        this.store.greeted(hello, isResumed);
        this.emit('hello', { ...hello, is_resumed: isResumed });
      },
      frame: (frame) => {
        this.store.frame(frame);
        this.emit('event', frame);
        this.emit(frame.event, frame.data);
      },
      signedOut: () => this.#forget('revoked'),
    });
  }

  // The session

  /** Whether there are tokens; the server may know better. */
  get isSignedIn() { return this.#session.tokens !== null; }

  async register({ email, password, display_name, avatar_url = null }) {
    const body = { email, password, display_name, avatar_url };
    const { user, tokens } = await this.#http.request('POST', '/auth/register', { body, token: false });
    this.#session.save(tokens);
    this.store.setMe(user);
    return user;
  }

  async login(email, password) {
    const pair = await this.#http.request('POST', '/auth/login', { body: { email, password }, token: false });
    this.#session.save(pair);
    return this.store.loadMe();
  }

  /** Ends the session on the server too, where that can be reached. */
  async logout() {
    const tokens = this.#session.tokens;
    this.#socket.close();
    const signal = AbortSignal.timeout(LOGOUT_MS);
    try {
      const body = { refresh_token: tokens?.refresh_token ?? null };
      if (tokens) await this.#http.request('POST', '/auth/logout', { body, signal });
    } catch (error) {
      if (error.status !== 0 && error.status !== 401) throw error;
    } finally {
      this.#forget('logout');
    }
  }

  /** An access token for calls of one's own. */
  accessToken() { return this.#session.access(); }

  /** Any call, with the session's token and its renewal. */
  request(method, path, options) { return this.#http.request(method, path, options); }

  #forget(reason) {
    this.#session.clear();
    this.#socket.close();
    this.#socket.forget();
    this.store.clear();
    this.emit('signed-out', { reason });
  }

  // The socket

  get connection() { return this.#socket.state; }
  get cursor() { return this.#socket.cursor; }
  connect() { this.#socket.open(); }
  disconnect() { this.#socket.close(); }
  wake() { this.#socket.wake(); }
  setIdle(isIdle) { this.#socket.setIdle(isIdle); }
  command(name, fields, options) { return this.#socket.command(name, fields, options); }

  #tellTyping(chat_id, is_typing) {
    const told = this.#socket.isAnswering && this.connection === 'online'
      ? this.command('typing', { chat_id, is_typing }) : this.api.typing(chat_id, is_typing);
    // The next one is seconds away.
    told.catch(() => {});
  }
}
