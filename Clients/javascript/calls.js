import { idempotencyKey } from './http.js';

/** The calls of the interface, one method each; answers are the server's own objects. */
export class Api {
  #http;

  constructor(http) { this.#http = http; }

  #get(path, query, options) { return this.#http.request('GET', path, { query, ...options }); }

  /** What changes something carries a key of its own, or the caller's. */
  #change(method, path, body, { key = idempotencyKey(), ...options } = {}) {
    return this.#http.request(method, path, { body, key, ...options });
  }

  me() { return this.#get('/users/me'); }
  updateMe(changes) { return this.#http.request('PATCH', '/users/me', { body: changes }); }
  setTag(tag) { return this.#http.request('PUT', '/users/me/tag', { body: { tag } }); }
  user(id) { return this.#get(`/users/${id}`); }
  async isTagAvailable(tag) {
    return (await this.#get(`/users/tag/${encodeURIComponent(tag)}/available`)).available;
  }
  findByTag(tag) { return this.#get('/users/search', { tag }); }

  chats() { return this.#get('/chats'); }
  chat(id) { return this.#get(`/chats/${id}`); }
  createChat({ title, is_group = true, member_ids = [] }, options) {
    return this.#change('POST', '/chats', { title, is_group, member_ids }, options);
  }
  directChat(user_id, options) { return this.#change('POST', '/chats/direct', { user_id }, options); }
  renameChat(id, title, options) { return this.#change('PATCH', `/chats/${id}`, { title }, options); }
  deleteChat(id, options) { return this.#change('DELETE', `/chats/${id}`, undefined, options); }
  leaveChat(id, options) { return this.#change('POST', `/chats/${id}/leave`, undefined, options); }
  markRead(id, options) { return this.#change('POST', `/chats/${id}/read`, undefined, options); }
  members(id) { return this.#get(`/chats/${id}/members`); }
  addMember(id, user_id, options) { return this.#change('POST', `/chats/${id}/members`, { user_id }, options); }
  removeMember(id, user, options) {
    return this.#change('DELETE', `/chats/${id}/members/${user}`, undefined, options);
  }

  page(chat_id, query = {}, options) { return this.#get('/messages', { chat_id, ...query }, options); }
  message(id) { return this.#get(`/messages/${id}`); }
  search(chat_id, query, { limit, offset, ...options } = {}) {
    return this.#get('/messages/search', { chat_id, query, limit, offset }, options);
  }
  send(draft, options) { return this.#change('POST', '/messages', { type: 'text', ...draft }, options); }
  editMessage(id, changes, options) { return this.#change('PATCH', `/messages/${id}`, changes, options); }
  deleteMessage(id, options) { return this.#change('DELETE', `/messages/${id}`, undefined, options); }
  react(id, emoji, options) { return this.#change('POST', `/messages/${id}/reactions`, { emoji }, options); }
  unreact(id, emoji, options) {
    return this.#change('DELETE', `/messages/${id}/reactions/${encodeURIComponent(emoji)}`, undefined, options);
  }

  typing(chat_id, is_typing) {
    return this.#http.request('POST', '/presence/typing', { body: { chat_id, is_typing }, retries: 0 });
  }
  whoIsTyping(chat_id) { return this.#get(`/presence/typing/${chat_id}`); }
  heartbeat() { return this.#http.request('POST', '/presence/heartbeat', { retries: 0 }); }
  presence(user_id) { return this.#get(`/presence/${user_id}`); }
  myPresence() { return this.#get('/presence/me'); }
  sync(query, options) { return this.#get('/sync', query, { retries: 0, ...options }); }
}
