// A gate in front of a server on this machine, for tests in which Signet cannot reach that server, or a browser not Signet.
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';

export class Gate {
  #server: Server | undefined;
  #port = 0;
  #silent = false;
  /** What to do with an answer instead of passing it on. */
  #lose: (() => void) | undefined;
  readonly #calls = new Set<Socket>();

  private constructor(readonly target: number) {}

  /** An open gate in front of the server at an address; `of` returns the gate's own address. */
  static async before(address: string): Promise<Gate> {
    const gate = new Gate(Number(new URL(address).port));
    await gate.open();
    return gate;
  }

  /** The same address, through the gate. */
  of(address: string): string {
    const through = new URL(address);
    through.port = String(this.#port);
    return through.href;
  }

  /** How many connections are open. */
  get calls(): number {
    return this.#calls.size;
  }

  /** Passes everything on. Drops the connections that were met with silence. */
  async open(): Promise<void> {
    this.#silent = false;
    this.#lose = undefined;
    this.#drop();
    if (!this.#server) await this.#listen();
  }

  /** Accepts connections and does not answer. */
  silence(): void {
    this.#silent = true;
    this.#drop();
  }

  /** Passes requests on, and drops each connection when an answer comes. Returns when the first answer is lost. */
  async loseAnswers(): Promise<void> {
    await new Promise<void>((lost) => (this.#lose = lost));
  }

  /** Drops the open connections, and refuses new ones. */
  async shut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server && new Promise<void>((done) => server.close(() => done()));
    this.#drop();
    await closed;
  }

  async #listen(): Promise<void> {
    const server = createServer((call) => this.#answer(call));
    await new Promise<void>((ready, failed) => {
      server.once('error', failed);
      server.listen(this.#port, '127.0.0.1', ready);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  #answer(call: Socket): void {
    this.#calls.add(call);
    call.on('error', () => call.destroy());
    call.once('close', () => this.#calls.delete(call));
    if (this.#silent) {
      call.resume();
      return;
    }
    const passedOn = connect(this.target, '127.0.0.1');
    passedOn.on('error', () => call.destroy());
    passedOn.once('close', () => call.destroy());
    call.once('close', () => passedOn.destroy());
    const answers = new Transform({
      transform: (answer, _, done) => {
        if (!this.#lose) return done(null, answer);
        this.#lose();
        call.destroy();
      },
    });
    call.pipe(passedOn).pipe(answers).pipe(call);
  }

  #drop(): void {
    for (const call of this.#calls) call.destroy();
  }
}
