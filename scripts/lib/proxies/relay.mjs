// A wire between a proxy and Signet that takes its time, as a network does. Without it a proxy on the same machine
// learns in microseconds that Signet has closed a connection, and hardly ever sends a request into it.
import { connect, createServer } from 'node:net';

/** Starts a wire to a port; each byte and each end takes `delay` ms. */
export async function startRelay(target, delay) {
  const open = new Set();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    for (const [from, to] of [[near, far], [far, near]]) {
      open.add(from);
      from.on('data', (part) => setTimeout(() => to.destroyed || to.write(part), delay));
      from.on('end', () => setTimeout(() => to.destroyed || to.end(), delay));
      from.on('error', () => setTimeout(() => to.destroyed || to.resetAndDestroy(), delay));
      from.on('close', () => open.delete(from));
    }
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    port: server.address().port,
    stop() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
