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

test('who signs out waits for no renewal, and its late answer changes nothing', { timeout: 120_000 }, async () => {
  await Promise.all([false, true].map(async (isRefused) => {
    let answer;
    const asked = new Promise((resolve) => { answer = resolve; });
    const late = async (url, options) => {
      if (!url.endsWith('/auth/refresh')) return fetch(url, options);
      await asked;
      return isRefused ? new Response('{"detail":"Invalid token"}', { status: 401 }) : fetch(url, { ...options, signal: null });
    };
    const storage = memoryTokens();
    const ann = await server.person('Ann', { storage, fetch: late });
    storage.save({ ...storage.load(), expires_at: 0 });
    const ends = [];
    ann.on('signed-out', ({ reason }) => ends.push(reason));
    // It waits for the same renewal, and goes on when that has come.
    const other = ann.api.me();
    await ann.logout();
    answer();
    if (isRefused) await assert.rejects(other, { status: 401 });
    else assert.equal((await other).display_name, 'Ann');
    assert.deepEqual(ends, ['logout']);
    assert.equal(ann.isSignedIn, false);
  }));
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

test('the socket of a session that is revoked is not opened again', async (t) => {
  const storage = memoryTokens();
  const ann = await server.person('Ann', { storage });
  t.after(() => ann.disconnect());
  ann.connect();
  await until('online', () => ann.connection === 'online');
  const ended = new Promise((resolve) => ann.on('signed-out', resolve));
  const twin = new Nodus({ url: server.url, WebSocket, storage: memoryTokens(storage.load()) });
  await twin.logout();
  assert.deepEqual(await ended, { reason: 'revoked' });
  assert.equal(ann.connection, 'offline');
});

test('a socket with a token that is no good gets a new one and opens', async (t) => {
  const storage = memoryTokens();
  const ann = await server.person('Ann', { storage });
  t.after(() => ann.disconnect());
  storage.save({ ...storage.load(), access_token: 'a.b.c' });
  ann.connect();
  await until('online', () => ann.connection === 'online');
});

test('a connection that goes silent is noticed and replaced', async (t) => {
  const proxy = await Proxy.to(server.port);
  t.after(() => proxy.close());
  const ann = await server.person('Ann');
  const bob = await server.person('Bob');
  const client = new Nodus({ url: proxy.url, WebSocket });
  t.after(() => client.disconnect());
  await client.login(ann.email, 'correct horse');
  client.connect();
  await until('online', () => client.connection === 'online');
  // Servers without commands give no sign of life; then there is nothing to test.
  await client.command('heartbeat', {}, { timeoutMs: 30_000 });
  const chat = await client.api.directChat(bob.store.me.id);
  await until('the chat', () => client.store.chat(chat.id));
  proxy.freeze();
  await bob.api.send({ chat_id: chat.id, content: 'into the silence' });
  client.wake();
  await until('the message, by a new socket', () => client.store.chat(chat.id).lastMessagePreview === 'into the silence', 90_000);
});

test('a restart of the server is survived, and nothing is missing or double', async (t) => {
  const own = await Server.start();
  t.after(() => own.stop());
  const [ann, bob] = [await own.person('Ann'), await own.person('Bob')];
  t.after(() => { for (const each of [ann, bob]) each.disconnect(); });
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
  }, 90_000);
  await until('all are seen', () => bob.store.window(chat.id)?.messages.length === 30, 90_000);
  assert.deepEqual(bob.store.window(chat.id).messages.map((message) => message.content), expected);
  assert.deepEqual([...new Set(seen)], seen);
});

test('of two equal messages the one that is refused does not vanish', async (t) => {
  const [ann, bob] = [await server.person('Ann'), await server.person('Bob')];
  const chat = await ann.api.createChat({ title: 'Twice', member_ids: [bob.store.me.id] });
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  const refusing = async (url, options) => {
    if (options.method !== 'POST' || !url.endsWith('/messages')) return fetch(url, options);
    await held;
    return new Response('{"detail":"Access denied"}', { status: 403 });
  };
  const phone = new Nodus({ url: server.url, WebSocket });
  const laptop = new Nodus({ url: server.url, WebSocket, fetch: refusing });
  t.after(() => laptop.disconnect());
  for (const each of [phone, laptop]) await each.login(ann.email, 'correct horse');
  laptop.connect();
  await until('the chat', () => laptop.store.chat(chat.id));
  laptop.store.send(chat.id, { content: 'ok' });
  await phone.api.send({ chat_id: chat.id, type: 'text', content: 'ok' });
  await until('the phone is taken for the laptop', () => laptop.store.pending(chat.id).length === 0);
  release();
  await until('the refusal is shown', () => laptop.store.pending(chat.id)[0]?.state === 'failed');
});

test('a page that was asked for early is taken, and again where a greeting came between', async (t) => {
  const [ann, bob] = [await server.person('Ann'), await server.person('Bob')];
  const chat = await ann.api.createChat({ title: 'Early', member_ids: [bob.store.me.id] });
  await bob.api.send({ chat_id: chat.id, content: 'One' });
  const texts = (client) => client.store.window(chat.id).messages.map((message) => message.content);
  for (const isGreeted of [false, true]) {
    let pages = 0;
    const counting = (url, options) => {
      if (url.includes('/messages?')) pages++;
      return fetch(url, options);
    };
    const client = new Nodus({ url: server.url, WebSocket, fetch: counting });
    t.after(() => client.disconnect());
    await client.login(ann.email, 'correct horse');
    client.store.prefetch(chat.id, 60);
    if (isGreeted) {
      const hello = new Promise((resolve) => { client.on('hello', resolve); });
      client.connect();
      await hello;
      await bob.api.send({ chat_id: chat.id, content: 'Two' });
    }
    await client.store.loadChats();
    await client.store.loadNewest(chat.id, 60);
    assert.equal(pages, isGreeted ? 2 : 1);
    assert.deepEqual(texts(client), isGreeted ? ['One', 'Two'] : ['One']);
    // A chat that is none of hers has nothing to show, and nothing fails.
    client.store.prefetch(chat.id + 1_000_000);
  }
});

test('a list that could not be fetched is asked for with the next greeting', async (t) => {
  const [ann, bob] = [await server.person('Ann'), await server.person('Bob')];
  const chat = await ann.api.createChat({ title: 'Before', member_ids: [bob.store.me.id] });
  let isCut = false;
  const cutting = (url, options) => (isCut && url.endsWith('/chats') ? Promise.reject(new TypeError('cut')) : fetch(url, options));
  const proxy = await Proxy.to(server.port);
  t.after(() => proxy.close());
  const client = new Nodus({ url: proxy.url, WebSocket, fetch: cutting });
  t.after(() => client.disconnect());
  await client.login(ann.email, 'correct horse');
  const errors = [];
  client.store.on('error', (error) => errors.push(error));
  isCut = true;
  client.connect();
  await until('the list has failed', () => errors.length > 0);
  proxy.cut();
  await until('the connection is lost', () => client.connection !== 'online');
  // Past the moment at which it would be tried again with a connection.
  await wait(2_500);
  isCut = false;
  proxy.restore();
  client.wake();
  await until('the list', () => client.store.isLoaded && client.store.chat(chat.id)?.title === 'Before');
});
