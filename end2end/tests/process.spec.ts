// The server as a process: how it starts, refuses to start, restarts and ends.
import http2 from 'node:http2';
import { connect } from 'node:net';
import { expect, test } from '../support/fixtures.ts';
import { Server } from '../support/server.ts';
import { ada, register } from '../support/steps.ts';

for (const [key, value] of [
  ['SIGNET_SUDO__TTL', 'banana'],
  ['SIGNET_DELETION__GRACE_PERIOD', '-3d'],
  ['SIGNET_MAIL__TRANSPORT', 'pigeon'],
  ['SIGNET_SECRET_KEY', 'too short'],
] as const) {
  test(`a wrong ${key} stops the start with one line that names it`, async () => {
    const server = await Server.prepare({ [key]: value });
    try {
      const { code, output } = await server.startExpectingRefusal();
      expect(code).not.toBe(0);
      expect(output.trim().split('\n')).toHaveLength(1);
      expect(output).toContain(key.startsWith('SIGNET_SECRET') ? key : key.replace('SIGNET_', '').replace('__', '.').toLowerCase());
    } finally {
      await server.remove();
    }
  });
}

test('it is alive and ready', async ({ server }) => {
  for (const path of ['/healthz', '/readyz']) expect((await fetch(`${server.url}${path}`)).status, path).toBe(200);
});

test('it ends cleanly on SIGTERM while a page is open', async ({ server, visitor, guard }) => {
  guard.expect(/ERR_|Failed to load|EventSource/);
  await visitor.open('/users/log-in');
  const { code } = await server.stop();
  expect(code).toBe(0);
});

test('whoever never ends the headers of a request is cut off', async ({ server }) => {
  const { hostname, port } = new URL(server.url);
  const begun = Date.now();
  const cutOff = await new Promise<boolean>((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write('GET / HTTP/1.1\r\nHost: '));
    const drip = setInterval(() => socket.write('a'), 1_000);
    const end = (closed: boolean) => {
      clearInterval(drip);
      clearTimeout(limit);
      socket.destroy();
      resolve(closed);
    };
    const limit = setTimeout(() => end(false), 20_000);
    socket.on('error', () => {}).on('close', () => end(true));
  });
  expect(cutOff, `after ${Date.now() - begun} ms`).toBe(true);
});

test('a client that speaks HTTP/2 gets no streams', async ({ server }) => {
  const answer = await new Promise<string>((resolve) => {
    const session = http2.connect(server.url).on('error', () => resolve('refused'));
    const request = session.request({ ':path': '/healthz' });
    // The server closes the connection, which is no error of the request.
    request.on('response', () => resolve('answered')).on('error', () => resolve('refused'));
    request.on('close', () => resolve('refused'));
    setTimeout(() => resolve('no answer'), 10_000).unref();
    request.end();
  });
  expect(answer).toBe('refused');
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});

test('a development mailbox is not served to other machines', async () => {
  const server = await Server.prepare({ LEPTOS_SITE_ADDR: '0.0.0.0:0' });
  try {
    const { code, output } = await server.startExpectingRefusal();
    expect(code).not.toBe(0);
    expect(output.trim()).toMatch(/^.*LEPTOS_SITE_ADDR: 0\.0\.0\.0:0 can be reached from other machines.*$/);
  } finally {
    await server.remove();
  }
});

test('sessions outlive a restart', async ({ server, visitor, mailbox, guard }) => {
  guard.expect(/ERR_|Failed to load|EventSource/);
  await register(visitor, mailbox, ada());
  await server.restart();
  await visitor.open('/dashboard');
  await visitor.expectSignedIn();
});
