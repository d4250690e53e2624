import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Server, until } from './support/server.js';

let server;
before(async () => { server = await Server.start(); });
after(() => server.stop());

/** What views compare by identity, such as React's `useSyncExternalStore`, which asks twice. */
const lists = (store, chat) => [store.chats, store.window(chat), store.pending(chat), store.typing(chat)];

test('what has not changed is the same object, whoever asks, and what has changed is another', async (t) => {
  const [ann, bob] = [await server.person('Ann'), await server.person('Bob')];
  const { id: chat } = await ann.api.createChat({ title: 'Tea', member_ids: [bob.store.me.id] });
  t.after(() => ann.disconnect());
  assert.equal(ann.store.pending(0), ann.store.pending(1), 'of chats that are not known');
  assert.equal(ann.store.typing(0), ann.store.typing(1));
  ann.connect();
  await until('the chat', () => ann.store.chat(chat));
  await ann.store.loadNewest(chat);
  const before = lists(ann.store, chat);
  lists(ann.store, chat).forEach((list, index) => assert.equal(list, before[index]));

  const typedAt = Date.now();
  await bob.api.typing(chat, true);
  await until('typing', () => ann.store.typing(chat).length === 1);
  const typing = ann.store.typing(chat);
  assert.deepEqual(typing, [bob.store.me.id]);
  assert.equal(ann.store.typing(chat), typing);
  assert.throws(() => typing.push(1), TypeError);

  ann.store.send(chat, { content: 'Is there tea?' });
  const pending = ann.store.pending(chat);
  assert.equal(pending.length, 1);
  assert.equal(ann.store.pending(chat), pending);
  await until('the message', () => ann.store.window(chat).messages.length === 1);
  await until('nothing pending', () => ann.store.pending(chat).length === 0);
  // It ends by itself after 10.5 seconds.
  if (Date.now() - typedAt < 10_000) {
    assert.equal(ann.store.typing(chat), typing, 'a message of somebody else ends no typing');
  }
  assert.notEqual(ann.store.window(chat), before[1]);
});
