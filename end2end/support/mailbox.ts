// The letters that Signet has sent, in either place, and waiting for one of them.
import { expect } from '@playwright/test';

export interface Letter {
  to: string;
  subject: string;
  text: string;
  html: string;
  links: string[];
}

/** A place to read letters from: the development mailbox, or an SMTP server. */
export interface Source {
  letters(): Promise<Letter[]>;
}

/** The development mailbox's JSON. */
export class DevMailbox implements Source {
  constructor(readonly url: string) {}

  async letters(): Promise<Letter[]> {
    const answer = await fetch(`${this.url}/dev/mailbox.json`);
    expect(answer.status, '/dev/mailbox.json').toBe(200);
    return (await answer.json()) as Letter[];
  }
}

/** Paths of the mailed links: everything before the token. */
export const linkPaths = {
  confirm: '/users/confirm/',
  resetPassword: '/users/reset-password/',
  confirmEmail: '/users/settings/confirm-email/',
  cancelEmail: '/users/email-change/cancel/',
  undoEmail: '/users/email-change/undo/',
  keepAccount: '/users/keep/',
} as const;

export class Mailbox {
  constructor(
    readonly source: Source,
    /** How long a letter may take, in milliseconds. */
    readonly patience = 15_000,
  ) {}

  /** Every letter to an address, in no particular order. */
  async to(address: string): Promise<Letter[]> {
    return (await this.source.letters()).filter((letter) => letter.to.includes(address));
  }

  /** Waits for a letter whose subject or text matches. */
  async letter(address: string, about: RegExp): Promise<Letter> {
    return this.#wait(`a letter about ${about} to ${address}`, async () =>
      (await this.to(address)).find((letter) => about.test(letter.subject) || about.test(letter.text)),
    );
  }

  /** Waits for the link of a letter; `not` names links of earlier letters. */
  async link(address: string, path: keyof typeof linkPaths, ...not: string[]): Promise<string> {
    return this.#wait(`a link ${linkPaths[path]} to ${address}`, async () =>
      (await this.to(address))
        .flatMap((letter) => letter.links)
        .find((link) => link.includes(linkPaths[path]) && !not.includes(link)),
    );
  }

  /** Waits until so many letters went to an address. */
  async count(address: string, wanted: number): Promise<void> {
    await expect.poll(async () => (await this.to(address)).length, { message: `letters to ${address}`, timeout: this.patience }).toBe(wanted);
  }

  async #wait<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    let found: T | undefined;
    await expect
      .poll(async () => (found = await look()) !== undefined, { message: `${what} arrives`, timeout: this.patience, intervals: [50, 100, 200] })
      .toBe(true);
    return found as T;
  }
}
