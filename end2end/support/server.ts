// One Signet process on a free port with a folder of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');
const target = resolve(repository, process.env.CARGO_TARGET_DIR ?? 'target');
const binary = process.env.SIGNET_BINARY ?? join(target, lastBuilt(), 'signet');
const site = process.env.LEPTOS_SITE_ROOT ?? join(repository, 'target/site');

const startTimeout = 20_000;
const stopTimeout = 10_000;

/** Settings as environment variables, e.g. `{ SIGNET_DELETION__GRACE_PERIOD: '4s' }`. */
export type Settings = Record<string, string>;

/** The end of a process, and its output. */
export interface End {
  code: number | null;
  output: string;
}

export class Server {
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(
    readonly url: string,
    readonly folder: string,
    readonly settings: Settings,
  ) {}

  /** Makes the folder and finds the port; nothing runs yet. */
  static async prepare(settings: Settings = {}): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), 'signet-e2e-'));
    return new Server(`http://127.0.0.1:${await freePort()}`, folder, { ...settings });
  }

  /** Adds settings that depend on the port; they count from the next start. */
  configure(settings: Settings): void {
    Object.assign(this.settings, settings);
  }

  /** Starts the server and waits until it is ready. */
  async start(): Promise<void> {
    const process = this.#spawn();
    this.#process = process;
    await new Promise<void>((ready, failed) => {
      const late = setTimeout(() => failed(new Error(`not ready in ${startTimeout} ms:\n${this.#output}`)), startTimeout);
      const settle = (act: () => void) => {
        clearTimeout(late);
        act();
      };
      process.on('error', (error) => settle(() => failed(error)));
      process.on('exit', (code) => settle(() => failed(new Error(`ended with ${code} at its start:\n${this.#output}`))));
      process.stdout?.on('data', () => {
        if (this.#output.includes(`Signet is ready at ${this.url}`)) settle(ready);
      });
    });
  }

  /** Starts a server that must refuse to start; returns how it ended. */
  async startExpectingRefusal(): Promise<End> {
    return this.#end(this.#spawn(), startTimeout);
  }

  /** Runs one of the operator's commands; returns how it ended. */
  async command(...words: string[]): Promise<End> {
    this.#output = '';
    return this.#end(this.#spawn(words), startTimeout);
  }

  /** Asks the server to end, as a service manager would. */
  async stop(): Promise<End> {
    return this.#signal('SIGTERM');
  }

  /** Ends the server without a chance to clean up. */
  async kill(): Promise<End> {
    return this.#signal('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Everything that the server has written to stdout and stderr. */
  get output(): string {
    return this.#output;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  #spawn(words: string[] = []): ChildProcess {
    const child = spawn(binary, words, { cwd: repository, env: this.#environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    const orphaned = () => child.kill('SIGKILL');
    process.once('exit', orphaned);
    child.once('exit', () => process.off('exit', orphaned));
    child.stdout?.on('data', (chunk) => (this.#output += chunk));
    child.stderr?.on('data', (chunk) => (this.#output += chunk));
    return child;
  }

  /** The server gets none of the machine's own settings. */
  #environment(): NodeJS.ProcessEnv {
    const { PATH, HOME, TMPDIR } = process.env;
    return {
      PATH,
      HOME,
      TMPDIR,
      LEPTOS_SITE_ADDR: new URL(this.url).host,
      LEPTOS_SITE_ROOT: site,
      SIGNET_SERVER__BASE_URL: this.url,
      SIGNET_SERVER__DATA_DIR: this.folder,
      ...this.settings,
    };
  }

  async #signal(signal: NodeJS.Signals): Promise<End> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return { code: child?.exitCode ?? null, output: this.#output };
    child.kill(signal);
    return this.#end(child, stopTimeout);
  }

  async #end(child: ChildProcess, timeout: number): Promise<End> {
    return new Promise((ended, failed) => {
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        failed(new Error(`still running after ${timeout} ms:\n${this.#output}`));
      }, timeout);
      // 'close' rather than 'exit': by then all its output has been read.
      child.once('close', (code) => {
        clearTimeout(late);
        ended({ code, output: this.#output });
      });
    });
  }
}

export async function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = address && typeof address === 'object' ? address.port : 0;
      probe.close(() => found(port));
    });
  });
}

/** The profile of the latest build, which the files of the site belong to: each build with cargo-leptos writes hash.txt. */
function lastBuilt(): string {
  const built = (profile: string) => statSync(join(target, profile, 'hash.txt'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return built('debug') > built('release') ? 'debug' : 'release';
}
