// Tokens, and requests that renew them and are repeated where that can do no harm.

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What the server refused, or, with status 0, why it could not be reached. */
export class NodusError extends Error {
  constructor(status, detail, { retryAfter = null, cause } = {}) {
    const text = typeof detail === 'string' ? detail
      : Array.isArray(detail) ? detail.map((each) => each.msg).join('; ') : `HTTP ${status}`;
    super(text, { cause });
    this.name = 'NodusError';
    this.status = status;
    this.detail = detail;
    this.retryAfter = retryAfter;
  }

  /** Whether asking again later may help: nothing was refused for what it is. */
  get isTemporary() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Tokens that are gone when the page is. */
export function memoryTokens(initial = null) {
  let tokens = initial;
  return { load: () => tokens, save: (next) => { tokens = next; } };
}

/** Tokens in a `Storage`, such as `localStorage`; all tabs of an origin share them. */
export function webTokens(storage, key = 'nodus.tokens') {
  return {
    load: () => {
      try {
        return JSON.parse(storage.getItem(key));
      } catch {
        return null;
      }
    },
    save: (tokens) => {
      if (tokens) storage.setItem(key, JSON.stringify(tokens));
      else storage.removeItem(key);
    },
  };
}

/** What `work` comes to, unless `signal` is faster: others may wait for the same work, which goes on. */
function unlessAborted(work, signal) {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(new NodusError(0, 'The request was aborted'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Holds a session's tokens and trades them for new ones before they expire, once for all who ask. */
export class Session {
  #storage;
  #post;
  #lock;
  #ended;
  #refreshing = null;
  /** How often it was signed out. */
  #ends = 0;

  /** `ended` is told when the server refuses to go on with the session. */
  constructor(storage, post, lock, ended) {
    this.#storage = storage;
    this.#post = post;
    this.#lock = lock;
    this.#ended = ended;
  }

  get tokens() { return this.#storage.load(); }

  save(pair) {
    const expires_at = Date.now() + pair.expires_in * 1000;
    this.#storage.save({ access_token: pair.access_token, refresh_token: pair.refresh_token, expires_at });
  }

  clear() {
    this.#ends++;
    this.#storage.save(null);
  }

  /** An access token that is good for another half minute, by this machine's clock. */
  async access() {
    const tokens = this.tokens;
    if (!tokens) throw new NodusError(401, 'Missing token');
    return tokens.expires_at - Date.now() > 30_000 ? tokens.access_token : this.refresh(tokens.access_token);
  }

  /** Trades the tokens, unless somebody has done so since `stale` was read. */
  refresh(stale) {
    this.#refreshing ??= this.#lock(() => this.#trade(stale)).finally(() => { this.#refreshing = null; });
    return this.#refreshing;
  }

  async #trade(stale) {
    // Another tab may have been first; the old token used twice would end the session.
    const tokens = this.tokens;
    if (!tokens) throw new NodusError(401, 'Missing token');
    if (tokens.access_token !== stale) return tokens.access_token;
    const ends = this.#ends;
    try {
      const pair = await this.#post('/auth/refresh', { refresh_token: tokens.refresh_token });
      // Whoever signed out meanwhile, be it in another tab, stays signed out.
      if (ends === this.#ends && this.tokens) this.save(pair);
      return pair.access_token;
    } catch (error) {
      if (error.status === 401 && ends === this.#ends) this.#ended();
      throw error;
    }
  }
}

const RETRIES = 3;
const REQUEST_TIMEOUT_MS = 20_000;
/** Longer ones are told to the caller instead of waited out. */
const RETRY_AFTER_MAX_S = 5;

/** A key that names one intent, however often it is sent. */
export function idempotencyKey() {
  const bytes = new Uint8Array(16);
  // Node 18 has no `crypto` by default; a key has to be different, not secret.
  if (globalThis.crypto) globalThis.crypto.getRandomValues(bytes);
  else bytes.forEach((_, index) => { bytes[index] = Math.random() * 256; });
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export class Http {
  #base;
  #fetch;
  session = null;

  constructor(base, fetch) {
    this.#base = base;
    this.#fetch = fetch;
  }

  /**
   * Asks, and asks again where that can do no harm: what reads, and what has an idempotency key, which
   * stays the same over all tries.
   */
  async request(method, path, {
    query, body, key, token = true, retries = RETRIES, signal, timeoutMs = REQUEST_TIMEOUT_MS,
  } = {}) {
    const isSafe = method === 'GET' || method === 'PUT' || key !== undefined;
    let isRenewed = false;
    for (let tries = 0; ; tries++) {
      let access = null;
      try {
        access = token ? await unlessAborted(this.session.access(), signal) : null;
        return await this.#once(method, path, { query, body, key, access, signal, timeoutMs });
      } catch (error) {
        if (!(error instanceof NodusError)) throw error;
        if (error.status === 401 && access && !isRenewed) {
          isRenewed = true;
          await unlessAborted(this.session.refresh(access), signal);
          tries--;
          continue;
        }
        const isWorthIt = error.isTemporary && (error.retryAfter ?? 0) <= RETRY_AFTER_MAX_S;
        if (!isSafe || !isWorthIt || tries >= retries || signal?.aborted) throw error;
        await sleep(error.retryAfter ? error.retryAfter * 1000 : 300 * 2 ** tries * (0.5 + Math.random()));
      }
    }
  }

  async #once(method, path, { query, body, key, access, signal, timeoutMs }) {
    const url = new URL(this.#base + path);
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined && value !== null) url.searchParams.set(name, value);
    }
    const headers = {};
    if (access) headers.Authorization = `Bearer ${access}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (key) headers['Idempotency-Key'] = key;
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeoutMs);
    const abort = () => timeout.abort();
    signal?.addEventListener('abort', abort);
    let response, text;
    try {
      response = await this.#fetch(url.href, {
        method, headers, signal: timeout.signal, cache: 'no-store',
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      text = await response.text();
    } catch (cause) {
      throw new NodusError(0, 'The server cannot be reached', { cause });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
    return this.#result(response, text);
  }

  #result(response, text) {
    let value = null;
    try {
      value = text === '' ? null : JSON.parse(text);
    } catch (cause) {
      // Something between us and the server spoke, such as a proxy.
      throw new NodusError(response.ok ? 502 : response.status, 'The answer is not JSON', { cause });
    }
    if (response.ok) return value;
    const seconds = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
    throw new NodusError(response.status, value?.detail, { retryAfter: Number.isNaN(seconds) ? null : seconds });
  }
}
