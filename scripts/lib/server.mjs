// Starts a Signet process on a free port, with a data folder of its own, for checks that need a running server.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The server reads Leptos.toml from its working directory. */
const repository = resolve(import.meta.dirname, '../..');

/** Starts a server, calls `check` with its address and its data folder, and removes both afterwards. */
export async function withServer(signet, settings, check) {
  const folder = await mkdtemp(join(tmpdir(), 'signet-check-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  let server;
  try {
    server = await startServer(signet, url, folder, settings);
    return await check(url, folder);
  } finally {
    server?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

/** The ports that were given out: a program may not listen there yet. */
const given = new Set();

/** A port of this machine that nothing listens at. It is below the ports that outgoing connections get. */
export async function freePort() {
  for (;;) {
    const port = randomInt(10_000, 30_000);
    if (!given.has(port) && (await isFree(port))) {
      given.add(port);
      return port;
    }
  }
}

function isFree(port) {
  const server = createServer();
  return new Promise((found) => {
    server.once('error', () => found(false));
    server.listen(port, '127.0.0.1', () => server.close(() => found(true)));
  });
}

/** Starts the server with these settings and no settings of the machine; returns when the server is ready. */
export async function startServer(signet, url, folder, settings) {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = {
    PATH,
    HOME,
    TMPDIR,
    LEPTOS_SITE_ADDR: new URL(url).host,
    SIGNET_SERVER__BASE_URL: url,
    SIGNET_SERVER__DATA_DIR: folder,
    ...settings,
  };
  const server = spawn(signet, [], { cwd: repository, env, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((ready, failed) => {
    server.once('error', failed);
    server.once('exit', (code) => failed(new Error(`the server ended with ${code}`)));
    let output = '';
    server.stdout.on('data', (text) => {
      output += text;
      if (output.includes('Signet is ready')) ready();
    });
  });
  server.removeAllListeners('exit');
  return server;
}
