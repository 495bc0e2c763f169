// A mail server on this machine, because in production Signet has no other mailbox.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const packages = createRequire(join(resolve(import.meta.dirname, '../../../end2end'), 'package.json'));
const { SMTPServer } = packages('smtp-server');
const { simpleParser } = packages('mailparser');
const patience = 10_000;

export class Letters {
  #server;
  #texts = [];

  static async start() {
    const letters = new Letters();
    letters.#server = new SMTPServer({
      authOptional: true,
      // Plain text is allowed on loopback, and only there.
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData: (stream, _session, done) => simpleParser(stream).then((mail) => (letters.#texts.push(mail.text ?? ''), done()), done),
    });
    await new Promise((ready) => letters.#server.listen(0, '127.0.0.1', ready));
    return letters;
  }

  /** The value of `mail.transport`. */
  get url() {
    return `smtp://127.0.0.1:${this.#server.server.address().port}`;
  }

  /** Waits for a link with this path in any letter. */
  async link(path) {
    for (const until = Date.now() + patience; Date.now() < until; ) {
      const link = this.#texts.flatMap((text) => text.match(/https?:\/\/\S+/g) ?? []).find((found) => found.includes(path));
      if (link) return link;
      await new Promise((later) => setTimeout(later, 30));
    }
    throw new Error(`no letter with ${path} came`);
  }

  stop() {
    this.#server.close();
  }
}
