// A real SMTP server on loopback that keeps the letters it receives.
import type { AddressInfo } from 'node:net';
import { simpleParser, type AddressObject } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { Letter, Source } from './mailbox.ts';

export class SmtpServer implements Source {
  readonly #letters: Letter[] = [];
  readonly #server: SMTPServer;

  constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      // Plain text is allowed on loopback, and only there.
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData: (stream, _session, done) => {
        simpleParser(stream).then(
          (mail) => {
            const text = mail.text ?? '';
            this.#letters.push({
              to: addresses(mail.to),
              subject: mail.subject ?? '',
              text,
              html: mail.html || '',
              links: text.match(/https?:\/\/\S+/g) ?? [],
            });
            done();
          },
          (error: Error) => done(error),
        );
      },
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((ready) => this.#server.listen(0, '127.0.0.1', ready));
  }

  /** The value of `mail.transport`. */
  get url(): string {
    const { port } = this.#server.server.address() as AddressInfo;
    return `smtp://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((closed) => this.#server.close(() => closed()));
  }

  async letters(): Promise<Letter[]> {
    return [...this.#letters];
  }
}

function addresses(field: AddressObject | AddressObject[] | undefined): string {
  return [field ?? []].flat().map((group) => group.text).join(', ');
}
