import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Nodus, NodusError, memoryTokens } from '../nodus.js';
import { Proxy, Server, WebSocket, until } from './support/server.js';

let server;
before(async () => { server = await Server.start(); });
after(() => server.stop());

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test('somebody registers, signs in elsewhere, and signs out', async () => {
  const ann = await server.person('Ann');
  assert.equal(ann.store.me.display_name, 'Ann');
  const other = new Nodus({ url: server.url, WebSocket });
  await assert.rejects(other.login(ann.email, 'wrong'), (error) => (
    error instanceof NodusError && error.status === 401 && error.message === 'Invalid credentials'));
  await other.login(ann.email, 'correct horse');
  const ends = [];
  other.on('signed-out', ({ reason }) => ends.push(reason));
  await other.logout();
  assert.deepEqual(ends, ['logout']);
  assert.equal(other.isSignedIn, false);
  assert.equal((await ann.api.me()).id, ann.store.me.id);
});

test('a refusal of the input says what is wrong', async () => {
  const ann = await server.person('Ann');
  await assert.rejects(ann.api.setTag('x'), (error) => error.status === 422 && error.detail[0].loc.includes('tag'));
});

test('tokens that expire are traded once, however many ask', async () => {
  let refreshes = 0;
  const counting = (url, options) => {
    if (url.endsWith('/auth/refresh')) refreshes++;
    return fetch(url, options);
  };
  const storage = memoryTokens();
  const ann = await server.person('Ann', { storage, fetch: counting });
  storage.save({ ...storage.load(), expires_at: 0 });
  await Promise.all(Array.from({ length: 8 }, () => ann.api.me()));
  assert.equal(refreshes, 1);
});

test('a token that the server does not know is renewed on the way', async () => {
  const storage = memoryTokens();
  const ann = await server.person('Ann', { storage });
  storage.save({ ...storage.load(), access_token: 'a.b.c' });
  assert.equal((await ann.api.me()).display_name, 'Ann');
  assert.notEqual(storage.load().access_token, 'a.b.c');
});

test('a session that cannot be renewed is over', async () => {
  const storage = memoryTokens();
  const ann = await server.person('Ann', { storage });
  const ends = [];
  ann.on('signed-out', ({ reason }) => ends.push(reason));
  storage.save({ access_token: 'a.b.c', refresh_token: 'd.e.f', expires_at: Date.now() + 1e6 });
  await assert.rejects(ann.api.me(), { status: 401 });
  assert.deepEqual(ends, ['expired']);
});

test('two clients that share their tokens do not end each other', async () => {
  const storage = memoryTokens();
  const ann = await server.person('Ann', { storage });
  let last = Promise.resolve();
  const lock = (work) => (last = last.then(work, work));
  const tabs = [0, 1].map(() => new Nodus({ url: server.url, WebSocket, storage, lock }));
  for (let round = 0; round < 3; round++) {
    storage.save({ ...storage.load(), expires_at: 0 });
    await Promise.all(tabs.map((tab) => tab.api.me()));
  }
  assert.equal((await ann.api.me()).id, ann.store.me.id);
});

test('an answer that is lost is asked for again, and what it changed is there once', async () => {
  const [ann, bob] = [await server.person('Ann'), await server.person('Bob')];
  let lost = 0;
  const losing = async (url, options) => {
    const response = await fetch(url, options);
    if (options.method === 'POST' && url.endsWith('/messages') && lost++ < 2) throw new TypeError('lost');
    return response;
  };
  const client = new Nodus({ url: server.url, WebSocket, fetch: losing });
  await client.login(ann.email, 'correct horse');
  const chat = await client.api.directChat(bob.store.me.id);
  await client.store.loadChats();
  client.store.send(chat.id, { content: 'once' });
  await until('the message is sent', () => client.store.pending(chat.id).length === 0);
  const { messages } = await bob.api.page(chat.id);
  assert.deepEqual(messages.map((message) => message.content), ['once']);
  assert.equal(lost, 3);
});

test('the socket of a session that is revoked is not opened again', async () => {
  const storage = memoryTokens();
  const ann = await server.person('Ann', { storage });
  ann.connect();
  await until('online', () => ann.connection === 'online');
  const ended = new Promise((resolve) => ann.on('signed-out', resolve));
  const twin = new Nodus({ url: server.url, WebSocket, storage: memoryTokens(storage.load()) });
  await twin.logout();
  assert.deepEqual(await ended, { reason: 'revoked' });
  assert.equal(ann.connection, 'offline');
});

test('a socket with a token that is no good gets a new one and opens', async () => {
  const storage = memoryTokens();
  const ann = await server.person('Ann', { storage });
  storage.save({ ...storage.load(), access_token: 'a.b.c' });
  ann.connect();
  await until('online', () => ann.connection === 'online');
  ann.disconnect();
});

test('a connection that goes silent is noticed and replaced', async () => {
  const proxy = await Proxy.to(server.port);
  const ann = await server.person('Ann');
  const bob = await server.person('Bob');
  const client = new Nodus({ url: proxy.url, WebSocket });
  await client.login(ann.email, 'correct horse');
  client.connect();
  await until('online', () => client.connection === 'online');
  // Servers without commands give no sign of life; then there is nothing to test.
  await client.command('heartbeat', {}, { timeoutMs: 2000 });
  const chat = await client.api.directChat(bob.store.me.id);
  await until('the chat', () => client.store.chat(chat.id));
  proxy.freeze();
  await bob.api.send({ chat_id: chat.id, content: 'into the silence' });
  client.wake();
  await until('the message, by a new socket', () => client.store.chat(chat.id).lastMessagePreview === 'into the silence', 15_000);
  client.disconnect();
  proxy.close();
});

test('a restart of the server is survived, and nothing is missing or double', async () => {
  const own = await Server.start();
  const [ann, bob] = [await own.person('Ann'), await own.person('Bob')];
  const chat = await ann.api.createChat({ title: 'Tea', member_ids: [bob.store.me.id] });
  const seen = [];
  bob.on('message.created', (message) => seen.push(message.content));
  ann.connect();
  bob.connect();
  await until('online', () => ann.connection === 'online' && bob.connection === 'online');
  await ann.store.loadChats();
  await bob.store.loadChats();
  await bob.store.loadNewest(chat.id);
  const expected = [];
  for (let index = 0; index < 30; index++) {
    expected.push(`m${index}`);
    ann.store.send(chat.id, { content: `m${index}` });
    if (index === 12) {
      await own.kill();
      await wait(200);
      await own.start();
    }
    await wait(5);
  }
  await until('all are sent', () => {
    if (ann.store.pending(chat.id).some((item) => item.state === 'failed')) ann.store.retry(chat.id);
    return ann.store.pending(chat.id).length === 0;
  }, 30_000);
  await until('all are seen', () => bob.store.window(chat.id)?.messages.length === 30, 20_000);
  assert.deepEqual(bob.store.window(chat.id).messages.map((message) => message.content), expected);
  assert.deepEqual([...new Set(seen)], seen);
  ann.disconnect();
  bob.disconnect();
  await own.stop();
});
