import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as exported from '../nodus.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const declared = readFileSync(new URL('../nodus.d.ts', import.meta.url), 'utf8');

test('an example compiles against the types, strictly', () => {
  const options = [
    '--noEmit', '--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--target', 'es2022',
    '--module', 'node16', '--moduleResolution', 'node16', '--lib', 'es2022,dom',
  ];
  try {
    execFileSync('tsc', [...options, 'example.ts'], { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    assert.fail(error.stdout ?? String(error));
  }
});

test('everything exported is declared, and nothing else', () => {
  const names = [...declared.matchAll(/^export (?:class|function) (\w+)/gm)].map((match) => match[1]);
  assert.deepEqual(names.sort(), Object.keys(exported).sort());
});

test('the calls and the store have the methods that are declared', async () => {
  const { Nodus } = exported;
  const client = new Nodus({ url: 'http://127.0.0.1:9' });
  for (const [name, object] of [['Api', client.api], ['Store', client.store], ['Nodus', client]]) {
    const start = declared.search(new RegExp(`^export (interface|class) ${name} \\{`, 'm'));
    const body = declared.slice(start, declared.indexOf('\n}', start));
    const methods = [...body.matchAll(/^ {2}(?:readonly )?(\w+)[<(:]/gm)].map((match) => match[1]);
    assert.ok(methods.length > 3, name);
    for (const method of methods.filter((each) => each !== 'constructor')) {
      assert.ok(method in object, `${name}.${method}`);
    }
    const own = Object.getOwnPropertyNames(Object.getPrototypeOf(object)).filter((each) => each !== 'constructor');
    const internal = { Store: ['greeted', 'lost', 'frame', 'resync', 'clear'] }[name] ?? [];
    assert.deepEqual(own.filter((each) => !methods.includes(each) && !internal.includes(each)), [], name);
  }
});
