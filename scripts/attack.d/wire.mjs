// Requests that no HTTP library sends: bytes written to a socket.
import { connect } from 'node:net';
import { sleep } from './target.mjs';

/** Writes `bytes`, then reads until the server closes or `wait` ms have passed. */
export function exchange(target, bytes, wait = 3_000) {
  return new Promise((answered) => {
    const began = Date.now();
    const socket = connect(target.port, target.host);
    const parts = [];
    const end = (closed) => {
      clearTimeout(late);
      socket.destroy();
      answered({ text: Buffer.concat(parts).toString('utf8'), closed, ms: Date.now() - began });
    };
    const late = setTimeout(() => end(false), wait);
    socket.on('data', (part) => parts.push(part));
    socket.on('close', () => end(true));
    socket.on('error', () => end(true));
    socket.write(bytes);
  });
}

/** Writes a piece every `every` ms, until the server closes the connection; answers after how many ms, or `undefined`. */
export async function dripped(target, head, piece, { every = 1_000, wait = 25_000 } = {}) {
  const began = Date.now();
  const socket = connect(target.port, target.host);
  let isOpen = true;
  let text = '';
  socket.on('data', (part) => (text += part.toString('latin1')));
  for (const event of ['close', 'error', 'end']) socket.on(event, () => (isOpen = false));
  socket.write(head);
  while (isOpen && Date.now() - began < wait) {
    await sleep(every);
    if (isOpen && piece) socket.write(piece);
  }
  socket.destroy();
  return { ms: isOpen ? undefined : Date.now() - began, text };
}

/** The status codes of the answers in `text`. */
export const statuses = (text) => [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) => Number(status));

/** A request's bytes, from its lines. */
export const lines = (...all) => Buffer.from(`${all.join('\r\n')}\r\n\r\n`, 'latin1');
