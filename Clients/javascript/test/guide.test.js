import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { blocksOf, compile, guides, read } from './support/guide.js';
import { Server, WebSocket, until } from './support/server.js';

const text = read(guides.english);
const blocks = blocksOf(text);
const folder = mkdtempSync(join(tmpdir(), 'nodus-guide-test-'));
let server;
before(async () => { server = await Server.start(); });
after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('both guides show the same code, in the same sections, and name each other', () => {
  const russian = read(guides.russian);
  assert.deepEqual(blocksOf(russian), blocks);
  const outline = (guide) => guide.replace(/^```.*?^```$/gms, '```').match(/^(#+ |```|- \[ \] |- |\d+\. |\|)/gm);
  assert.deepEqual(outline(russian), outline(text));
  assert.match(text.split('\n', 1)[0], /\(frontend-guide\.ru\.md\)/);
  assert.match(russian.split('\n', 1)[0], /\(frontend-guide\.md\)/);
});

test('links lead somewhere', () => {
  for (const guide of Object.values(guides)) {
    const written = read(guide).replace(/^```.*?^```$/gms, '');
    const slugs = [...written.matchAll(/^#+ (.+)$/gm)].map(([, title]) => (
      `#${title.toLowerCase().replace(/[^\p{L}\p{N} -]/gu, '').replaceAll(' ', '-')}`));
    for (const [, target] of written.matchAll(/\]\(([^)]+)\)/g)) {
      if (target.startsWith('#')) assert.ok(slugs.includes(target), `${guide}: ${target}`);
      else assert.ok(existsSync(new URL(`../../../docs/${target.split('#')[0]}`, import.meta.url)), `${guide}: ${target}`);
    }
  }
});

test('every block of code has a name of its own, and JSON is JSON', () => {
  const names = blocks.filter(({ language }) => !/^(json|http)$/.test(language)).map(({ name }) => name);
  assert.ok(names.length >= 18);
  assert.equal(new Set(names).size, names.length);
  for (const { language, name, code } of blocks) {
    if (language === 'json') assert.doesNotThrow(() => JSON.parse(code), code);
    else if (language !== 'http') assert.ok(name?.endsWith(`.${language}`), `${language} ${name}`);
  }
});

test('the code compiles, strictly, and the examples have the types that they are said to have', () => {
  assert.equal(compile(blocks, join(folder, 'compiled')), '');
});

test('the compiler notices what is wrong', () => {
  const broken = blocks.map((block) => ({ ...block, code: block.code
    .replace('store.unreact(', 'store.unlike(').replace('store.loadNewest(chatId).then', 'store.loadLatest(chatId).then')
    .replace('"has_more": true', '"has_more": 1').replace('emoji: string;\n  created_at', 'smiley: string;\n  created_at')
    .replace('presence={', 'presences={').replace('onShow={page.show}', '') }));
  const complaints = compile(broken);
  for (const file of ['useReactions.ts', 'index.html.js', 'examples.ts', 'MessageList.tsx']) {
    assert.match(complaints, new RegExp(`^${file}\\(`, 'm'));
  }
  assert.match(complaints, /examples\.ts.*'Page'|has_more|boolean/);
  assert.match(complaints, /smiley/);
});

test('the command that writes the code into a project writes all of it', () => {
  const command = text.match(/^ {4}(awk .*)$/m)[1].replace('<nodus>/', fileURLToPath(new URL('../../../', import.meta.url)));
  const project = join(folder, 'project');
  mkdirSync(join(project, 'src'), { recursive: true });
  execFileSync('sh', ['-c', command], { cwd: project });
  const sources = blocks.filter(({ language }) => /^(tsx?|css)$/.test(language));
  for (const { name, code } of sources) assert.equal(readFileSync(join(project, 'src', name), 'utf8'), code, name);
});

test('every request is one that the server describes', async () => {
  const { paths } = await (await fetch(`${server.url}/openapi.json`)).json();
  const known = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => ({
    method: method.toUpperCase(), pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) })));
  const requests = blocks.filter(({ language }) => language === 'http').map(({ code }) => code.split('\n', 1)[0]);
  const named = [...text.matchAll(/`((?:GET|POST|PUT|PATCH|DELETE) \/api\/v1\/[^`]*)`/g)].map((match) => match[1]);
  assert.ok(requests.length >= 12 && named.length >= 4);
  for (const request of [...requests, ...named]) {
    const [method, address] = request.split(' ');
    const path = address.split('?')[0].replace(/\{\w+\}/g, '1');
    assert.ok(known.some((each) => each.method === method && each.pattern.test(path)), request);
  }
});

/** What the server says to what the guide says is refused. */
async function refusals() {
  const [ann, bob, eve] = [await server.person('Ann'), await server.person('Bob'), await server.person('Eve')];
  const { id: chat_id } = await ann.api.createChat({ title: 'Tea', member_ids: [bob.store.me.id] });
  const [said, gone, crowded] = await Promise.all(
    ['One', 'Two', 'Three'].map((content) => ann.api.send({ chat_id, content })));
  await ann.api.deleteMessage(gone.id);
  await bob.api.react(said.id, '👍');
  for (let index = 0; index < 20; index++) await bob.api.react(crowded.id, `${index}`);
  const attempts = [
    eve.api.page(chat_id), eve.api.typing(chat_id, true), eve.api.deleteMessage(said.id), eve.api.react(said.id, '👍'),
    eve.api.presence(ann.store.me.id), ann.api.page(chat_id, { limit: 0 }), ann.api.page(chat_id, { before_id: 1, after_id: 1 }),
    ann.api.deleteMessage(gone.id), bob.api.deleteMessage(said.id), ann.api.deleteMessage(1e9), bob.api.react(said.id, '👍'),
    bob.api.react(crowded.id, '👍'), bob.api.react(gone.id, '👍'), bob.api.react(1e9, '👍'), bob.api.react(said.id, ''),
    bob.api.send({ chat_id, content: 'x', reply_to_id: 1e9 }), bob.api.send({ chat_id, content: 'x', reply_to_id: gone.id }),
    ann.api.presence(1e9),
  ];
  const answers = await Promise.allSettled(attempts);
  return answers.map(({ status, reason }, index) => {
    assert.equal(status, 'rejected', `attempt ${index}`);
    return `${reason.status} ${typeof reason.detail === 'string' ? reason.detail : ''}`.trim();
  });
}

test('refusals have the status and the words that the guide says', async () => {
  const told = [...text.matchAll(/^\| (4\d\d) \| `([A-Z][^`]*)`/gm)].map(([, status, words]) => `${status} ${words}`);
  assert.ok(told.length >= 14);
  const said = await refusals();
  for (const each of told) assert.ok(said.includes(each), each);
  assert.equal(said.filter((each) => each === '422').length, 3);
});

test('the pages and the socket without the library miss nothing', async (t) => {
  const compiled = (name) => import(pathToFileURL(join(folder, 'compiled', name)).href);
  const code = readFileSync(join(folder, 'compiled/fetchPage.js'), 'utf8');
  assert.ok(code.includes('http://127.0.0.1:8000'));
  const given = globalThis.WebSocket;
  const fetched = globalThis.fetch;
  globalThis.WebSocket = WebSocket;
  globalThis.fetch = (url, options) => fetched(String(url).replace('http://127.0.0.1:8000', server.url), options);
  t.after(() => { globalThis.WebSocket = given; globalThis.fetch = fetched; });
  const [ann, bob] = [await server.person('Ann'), await server.person('Bob')];
  const { id: chat_id } = await ann.api.createChat({ title: 'Tea', member_ids: [bob.store.me.id] });
  const { follow } = await compiled('follow.js');
  const [seen, resyncs] = [[], []];
  const url = `${server.url.replace('http', 'ws')}/ws`;
  let token = 'no good';
  const renew = async () => { token = await ann.accessToken(); };
  const end = follow(url, async () => token, renew, ({ event, data }) => {
    if (event === 'message.created') seen.push(data.content);
  }, (chat) => resyncs.push(chat));
  t.after(end);
  await until('the socket', () => resyncs.length > 0, 90_000);
  const texts = Array.from({ length: 60 }, (_, index) => `Message ${index}`);
  for (const content of texts.slice(0, 30)) await bob.api.send({ chat_id, content });
  await server.kill();
  await server.start();
  for (const content of texts.slice(30)) await bob.api.send({ chat_id, content });
  await until('all messages', () => seen.length >= texts.length, 90_000);
  assert.deepEqual(seen, texts);
  assert.deepEqual(resyncs, [null]);

  const { allMessages } = await compiled('fetchPage.js');
  const found = [];
  for await (const message of allMessages(token, chat_id)) found.unshift(message.content);
  assert.deepEqual(found, texts);
  await assert.rejects((async () => { for await (const each of allMessages(token, 1e9)) assert.fail(each); })(), /Access denied/);
});
