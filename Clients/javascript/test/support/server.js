// Starts the real server for a test: the binary in NODUS_BINARY, or what this checkout has built.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Nodus } from '../../nodus.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** Node has none of its own before version 22; Debian's node-ws lies where only its own Node looks. */
export const WebSocket = globalThis.WebSocket ?? (() => {
  for (const name of ['ws', '/usr/share/nodejs/ws']) {
    try {
      return createRequire(import.meta.url)(name).WebSocket;
    } catch {
      // It is not there.
    }
  }
  throw new Error('no WebSocket class: install node-ws');
})();

function binary() {
  const found = [process.env.NODUS_BINARY, join(root, '.build/release/nodus'), join(root, '.build/debug/nodus')]
    .find((path) => path && existsSync(path));
  if (!found) throw new Error('no server to test against: build it, or name it in NODUS_BINARY');
  return found;
}

/** One below those that outgoing connections take, so that it stays free between two starts. */
async function freePort() {
  for (let tries = 0; tries < 100; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const isFree = await new Promise((resolve) => {
      const server = net.createServer().once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
  throw new Error('no port is free');
}

/** A server with a data folder of its own; it can be killed and started again where it was. */
export class Server {
  #folder = mkdtempSync(join(tmpdir(), 'nodus-client-'));
  #child = null;

  static async start() {
    const server = new Server();
    server.port = await freePort();
    await server.start();
    return server;
  }

  get url() { return `http://127.0.0.1:${this.port}`; }

  async start() {
    const folder = this.#folder;
    this.#child = spawn(binary(), [
      'serve', '--port', String(this.port), '--no-limits', '--log-level', 'error',
      '--data-dir', join(folder, 'data'), '--snapshot-dir', join(folder, 'snapshots'),
    ], { stdio: ['ignore', 'ignore', 'inherit'] });
    const deadline = Date.now() + 120_000;
    while (Date.now() < deadline) {
      try {
        if ((await fetch(`${this.url}/health/ready`)).ok) return;
      } catch {
        // It does not listen yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    throw new Error('the server did not start');
  }

  async kill(signal = 'SIGKILL') {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill(signal);
    await ended;
  }

  async stop() {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #people = 0;

  /** A registered person; `options` go to the client. */
  async person(display_name, options = {}) {
    const client = new Nodus({ url: this.url, WebSocket, ...options });
    const email = `${display_name.toLowerCase()}.${++this.#people}@example.org`;
    await client.register({ email, password: 'correct horse', display_name });
    client.email = email;
    return client;
  }
}

/** Passes bytes on to a server, and can be cut. */
export class Proxy {
  #sockets = new Set();
  isCut = false;

  static async to(port) {
    const proxy = new Proxy();
    proxy.server = net.createServer((inner) => {
      if (proxy.isCut) return inner.destroy();
      const outer = net.connect(port, '127.0.0.1');
      for (const [from, to] of [[inner, outer], [outer, inner]]) {
        proxy.#sockets.add(from);
        from.on('error', () => {}).on('close', () => {
          proxy.#sockets.delete(from);
          to.destroy();
        });
        from.pipe(to);
      }
    });
    await new Promise((resolve) => { proxy.server.listen(0, '127.0.0.1', resolve); });
    return proxy;
  }

  get url() { return `http://127.0.0.1:${this.server.address().port}`; }

  /** What is open says nothing any more, and does not close. */
  freeze() {
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  cut() {
    this.isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  restore() { this.isCut = false; }

  close() {
    this.cut();
    this.server.close();
  }
}

/** Waits until `check` gives something, and says `what` was missing where it does not. */
export async function until(what, check, timeoutMs = 60_000) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
