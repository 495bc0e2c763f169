// The server as a process: how it starts, refuses to start, restarts and ends.
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

test('sessions outlive a restart', async ({ server, visitor, mailbox, guard }) => {
  guard.expect(/ERR_|Failed to load|EventSource/);
  await register(visitor, mailbox, ada());
  await server.restart();
  await visitor.open('/dashboard');
  await visitor.expectSignedIn();
});
