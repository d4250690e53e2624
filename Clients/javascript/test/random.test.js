// After random actions, with cuts, each store holds what the server answers when asked anew.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Nodus } from '../nodus.js';
import { Proxy, Server, WebSocket, until } from './support/server.js';

let server;
before(async () => { server = await Server.start(); });
after(() => server.stop());

function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const EMOJI = ['👍', '❤️', '😂', '👩‍👩‍👧‍👦'];
const pick = (next, list) => list[next(list.length)];
const plain = (value) => JSON.parse(JSON.stringify(value));
const byId = (left, right) => left.id - right.id;

/** Refusals are part of the game: somebody else was first. */
const allow = (promise) => promise.catch((error) => {
  if (error.status === undefined || error.status >= 500 || error.status === 422) throw error;
});

async function act(next, client, others) {
  const { store, api } = client;
  const chat = store.chats.length > 0 ? pick(next, store.chats) : null;
  const held = chat ? store.window(chat.id)?.messages ?? [] : [];
  const message = held.length > 0 ? pick(next, held.slice(-12)) : null;
  const other = pick(next, others).store.me.id;
  switch (next(chat ? 16 : 2)) {
  case 0: return allow(api.createChat({ title: `Group ${next(1000)}`, member_ids: [other] }));
  case 1: return allow(api.directChat(other));
  case 2: case 3: case 4: case 5: case 6:
    return store.send(chat.id, {
      content: `Message ${next(1e6)}`, reply_to_id: message && next(4) === 0 && !message.is_deleted ? message.id : null,
    });
  case 7: return message && allow(store.edit(chat.id, message.id, `Edited ${next(1e6)}`));
  case 8: return message && allow(store.delete(chat.id, message.id));
  case 9: case 10: return message && allow(store.react(chat.id, message.id, pick(next, EMOJI)));
  case 11: return message && allow(store.unreact(chat.id, message.id, pick(next, EMOJI)));
  case 12: return allow(store.markRead(chat.id));
  case 13: return chat.is_group && allow(api.renameChat(chat.id, `Renamed ${next(1000)}`));
  case 14: return chat.is_group && allow(next(2) === 0 ? api.addMember(chat.id, other) : api.removeMember(chat.id, other));
  case 15: return next(4) === 0 && allow(next(3) === 0 ? api.deleteChat(chat.id) : api.leaveChat(chat.id));
  }
}

/** What is shown of a client's store, and the same as the server tells it. */
async function compare(client) {
  const { store, api } = client;
  const sorted = (chat) => ({ ...chat, participants: [...chat.participants].sort(byId) });
  assert.deepEqual(plain(store.chats.map(sorted)), (await api.chats()).map(sorted));
  for (const { id } of store.chats) {
    assert.deepEqual(store.pending(id), [], `nothing is pending in chat ${id}`);
    const shown = store.window(id);
    if (!shown) continue;
    const fetched = [];
    for (let before_id; ;) {
      const page = await api.page(id, { limit: 200, before_id });
      fetched.unshift(...page.messages.reverse());
      if (!page.has_more) break;
      before_id = page.next_cursor;
    }
    const expected = shown.at_start ? fetched : fetched.slice(-shown.messages.length);
    assert.deepEqual(plain(shown.messages), expected, `messages of chat ${id}`);
  }
}

/** Waits until nothing has changed for longer than a store waits before it checks a sum again. */
async function settle(people) {
  let last = null;
  await until('nothing changes any more', async () => {
    const now = JSON.stringify(people.map(({ connection, store }) => [connection, store.chats, store.chats.map((chat) => [
      store.window(chat.id)?.messages, store.pending(chat.id).length])]));
    const isSame = now === last && people.every((client) => client.connection === 'online');
    last = now;
    if (!isSame) await new Promise((resolve) => setTimeout(resolve, 3000));
    return isSame;
  }, 300_000);
}

/** What is refused for what it is, such as a reply to what somebody deleted meanwhile. */
function discardRefused({ store }) {
  for (const { id } of store.chats) {
    for (const item of store.pending(id)) {
      if (item.state === 'failed' && !item.error.isTemporary) store.discard(id, item.key);
    }
  }
}

/** Compares until it is the same: what stood still for a while may only have been held up. */
async function expectSame(client) {
  const deadline = Date.now() + 120_000;
  for (;;) {
    try {
      discardRefused(client);
      return await compare(client);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

const seeds = (process.env.SEED ?? '1,2,3').split(',').map(Number);
for (const seed of seeds) {
  test(`stores stay what the server has, seed ${seed}`, { timeout: 900_000 }, async (t) => {
    const next = random(seed);
    const proxy = await Proxy.to(server.port);
    const people = [];
    // A test that fails must end, too.
    t.after(() => {
      for (const each of people) each.disconnect();
      proxy.close();
    });
    for (const name of ['Ann', 'Bob', 'Cem']) {
      const person = await server.person(`${name}${seed}`);
      const storage = { tokens: null, load() { return this.tokens; }, save(tokens) { this.tokens = tokens; } };
      const client = new Nodus({ url: proxy.url, WebSocket, storage });
      await client.login(person.email, 'correct horse');
      // A second device of the same person only listens.
      people.push(client, person);
    }
    for (const client of people) client.connect();
    for (const client of people) await until('the list', () => client.connection === 'online' && client.store.isLoaded);
    const actors = people.filter((_, index) => index % 2 === 0);
    for (let step = 0; step < 250; step++) {
      const client = pick(next, actors);
      for (const each of people) {
        for (const { id } of each.store.chats) {
          if (!each.store.isCurrent(id)) each.store.loadNewest(id, 5 + next(20)).catch(() => {});
        }
      }
      const action = act(next, client, actors);
      if (next(3) > 0) await action?.catch?.((error) => { if (error.status !== 0) throw error; });
      else action?.catch?.(() => {});
      if (step % 60 === 45) proxy.cut();
      if (step % 60 === 52) {
        proxy.restore();
        for (const each of actors) each.wake();
      }
    }
    proxy.restore();
    for (const each of people) each.wake();
    await settle(people);
    for (const each of people) await expectSame(each);
  });
}
