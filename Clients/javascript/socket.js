import { NodusError } from './http.js';

const BACK_OFF_MIN_MS = 400;
const BACK_OFF_MAX_MS = 20_000;
/** For who was told that there are too many sockets, or too much on one. */
const BACK_OFF_ABUSE_MS = 30_000;
const ANSWER_TIMEOUT_MS = 10_000;
const HELLO_TIMEOUT_MS = 15_000;

const CLOSE = { badToken: 1008, sessionRevoked: 4001, tooSlow: 4008, tooManySockets: 4009, abuse: 4010 };

/**
 * Keeps one WebSocket open and hands on what comes, in order.
 *
 * Its cursor is the position up to which everything has been handed on; a new socket goes on from there.
 */
export class Socket {
  #url;
  #WebSocket;
  #session;
  #delegate;
  #socket = null;
  #cursor = null;
  #isWanted = false;
  #failures = 0;
  #timer = null;
  #heartbeat = null;
  #heardAt = 0;
  #commands = new Map();
  #nextCommand = 1;
  /** Servers without commands give no sign of life that a page could see. */
  isAnswering = false;
  #isIdle = null;
  state = 'offline';

  constructor(url, WebSocket, session, delegate) {
    this.#url = url;
    this.#WebSocket = WebSocket;
    this.#session = session;
    this.#delegate = delegate;
  }

  /** How long nothing has been heard. */
  get silentMs() { return this.#heardAt === 0 ? 0 : Date.now() - this.#heardAt; }

  get cursor() { return this.#cursor && { ...this.#cursor }; }

  open() {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#failures = 0;
    this.#connect();
  }

  close() {
    this.#isWanted = false;
    clearTimeout(this.#timer);
    this.#drop();
    this.#become('offline');
  }

  forget() { this.#cursor = null; }

  /** Finds out now whether the connection still stands, such as after the network or the page came back. */
  wake() {
    if (!this.#isWanted) return;
    if (this.state === 'waiting') {
      clearTimeout(this.#timer);
      this.#connect();
    } else if (this.state === 'online') {
      this.#beat(4000);
    }
  }

  setIdle(isIdle) {
    this.#isIdle = isIdle;
    if (this.state === 'online') this.#beat();
  }

  /** Sends a command and waits for its reply. */
  command(name, fields = {}, { key, timeoutMs = ANSWER_TIMEOUT_MS } = {}) {
    if (this.state !== 'online') return Promise.reject(new NodusError(0, 'The socket is not connected'));
    const id = this.#nextCommand++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#commands.delete(id);
        reject(new NodusError(0, 'The server did not answer'));
      }, timeoutMs);
      this.#commands.set(id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify({ id, do: name, ...(key ? { key } : {}), ...fields }));
    });
  }

  async #connect() {
    this.#become('connecting');
    let token;
    try {
      token = await this.#session.access();
    } catch (error) {
      return this.#refused(error);
    }
    if (!this.#isWanted || this.#socket) return;
    const url = new URL(this.#url);
    url.searchParams.set('token', token);
    if (this.#cursor) {
      url.searchParams.set('since', this.#cursor.seq);
      url.searchParams.set('epoch', this.#cursor.epoch);
    }
    const socket = new this.#WebSocket(url.href);
    this.#socket = socket;
    const mine = (handle) => (event) => { if (this.#socket === socket) handle(event); };
    socket.onmessage = mine((event) => this.#received(event.data));
    socket.onerror = () => {};
    socket.onclose = mine((event) => this.#closed(event.code, token));
    // Also where the handshake goes nowhere: a browser would wait for minutes.
    this.#timer = setTimeout(mine(() => this.#closed(1006, token)), HELLO_TIMEOUT_MS);
  }

  #refused(error) {
    if (!this.#isWanted) return;
    if (error.status === 401) return this.#signedOut();
    this.#retry();
  }

  #signedOut() {
    this.close();
    this.#delegate.signedOut();
  }

  #become(state, retryAt = null) {
    if (state === this.state) return;
    this.state = state;
    this.#delegate.connection({ state, retry_at: retryAt });
  }

  /** Lets go of the socket; what it still sends is not heard. */
  #drop() {
    clearTimeout(this.#timer);
    clearInterval(this.#heartbeat);
    const socket = this.#socket;
    this.#socket = null;
    for (const { reject, timer } of this.#commands.values()) {
      clearTimeout(timer);
      reject(new NodusError(0, 'The connection was lost'));
    }
    this.#commands.clear();
    try {
      socket?.close();
    } catch {
      // It was not open yet.
    }
  }

  #closed(code, token) {
    this.#drop();
    if (!this.#isWanted) return;
    if (code === CLOSE.sessionRevoked) return this.#signedOut();
    if (code === CLOSE.badToken) {
      this.#become('connecting');
      this.#session.refresh(token).then(() => this.#retry(), (error) => this.#refused(error));
    } else if (code === CLOSE.tooSlow) {
      this.#retry(0);
    } else if (code === CLOSE.tooManySockets || code === CLOSE.abuse) {
      this.#retry(BACK_OFF_ABUSE_MS * (1 + Math.random()));
    } else {
      this.#retry();
    }
  }

  #retry(delay = Math.min(BACK_OFF_MAX_MS, BACK_OFF_MIN_MS * 2 ** this.#failures) * (0.5 + Math.random() / 2)) {
    // Meanwhile it may have been closed, or opened anew.
    if (!this.#isWanted || this.#socket) return;
    this.#failures = Math.min(this.#failures + 1, 10);
    clearTimeout(this.#timer);
    this.#become('waiting', Date.now() + delay);
    this.#timer = setTimeout(() => this.#connect(), delay);
  }

  #received(text) {
    this.#heardAt = Date.now();
    const frame = JSON.parse(text);
    if ('reply' in frame) return this.#replied(frame);
    if (frame.event === 'hello') this.#greeted(frame.data);
    else this.#delegate.frame(frame);
    if (frame.seq !== undefined && this.#cursor) this.#cursor.seq = frame.seq;
  }

  #greeted(hello) {
    clearTimeout(this.#timer);
    const was = this.#cursor;
    this.#cursor = { epoch: hello.epoch, seq: hello.seq };
    this.#failures = 0;
    this.#become('online');
    this.#delegate.greeted(hello, was !== null && was.epoch === hello.epoch && was.seq === hello.seq);
    clearInterval(this.#heartbeat);
    this.#heartbeat = setInterval(() => this.#beat(), hello.heartbeat_interval_s * 1000);
    this.#beat();
  }

  #replied(frame) {
    this.isAnswering = true;
    const command = this.#commands.get(frame.reply);
    if (!command) return;
    this.#commands.delete(frame.reply);
    clearTimeout(command.timer);
    if (frame.status < 300) return command.resolve(frame.body ?? null);
    command.reject(new NodusError(frame.status, frame.body?.detail, { retryAfter: frame.retry_after ?? null }));
  }

  /** A page cannot see the server's pings, so it asks for a sign of life of its own. */
  async #beat(timeoutMs = ANSWER_TIMEOUT_MS) {
    const socket = this.#socket;
    const sentAt = Date.now();
    try {
      await this.command('heartbeat', this.#isIdle === null ? {} : { idle: this.#isIdle }, { timeoutMs });
    } catch (error) {
      const isSilent = error.status === 0 && this.#heardAt < sentAt;
      if (isSilent && this.isAnswering && this.#socket === socket) this.#closed(1006, null);
    }
  }
}
