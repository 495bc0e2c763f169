// What a scene plays on: a server of its own with browsers, and steps that work in every language. They know forms by the
// addresses and fields that BEHAVIOUR and the inventory of routes fix, never by their words.
import { expect, type Locator } from '@playwright/test';
import type { Guard } from '../support/guard.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { OpenidProvider } from '../support/openid.ts';
import type { Server } from '../support/server.ts';
import type { Person } from '../support/steps.ts';
import type { Visitor } from '../support/visitor.ts';
import type { PageName } from './pages.ts';

/** The values of a form, by the fields' names. */
export type Values = Record<string, string>;

/** Looks at the present page of a visitor, which is in this state. */
export type Look = (visitor: Visitor, page: PageName, state: string) => Promise<void>;

/** Where a password account begins, and a browser that the account does not know. */
export const firefoxOnAndroid = 'Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0';

export class Stage {
  constructor(
    readonly visitor: Visitor,
    readonly anotherVisitor: () => Promise<Visitor>,
    readonly mailbox: Mailbox,
    readonly server: Server,
    readonly guard: Guard,
    /** The provider; undefined where the scene has none. */
    readonly acme: OpenidProvider | undefined,
    readonly look: Look,
  ) {}

  async show(page: PageName, state: string, visitor = this.visitor): Promise<void> {
    await visitor.settled();
    await this.look(visitor, page, state);
  }

  async showAt(page: PageName, state: string, address: string, visitor = this.visitor): Promise<void> {
    await visitor.open(address);
    await this.show(page, state, visitor);
  }

  /** Closes the page, so that it asks the server for nothing more. */
  async leave(): Promise<void> {
    await this.visitor.page.goto('about:blank');
  }

  /** Sends a form as a browser without JavaScript does, and reads the next page unseen, with its notice. */
  async post(action: string, values: Values = {}, visitor = this.visitor): Promise<void> {
    await visitor.page.request.get(await this.#send(action, values, visitor));
  }

  /** As `post`, and opens the next page, which shows a notice or the refused form. */
  async submit(action: string, values: Values = {}, visitor = this.visitor): Promise<void> {
    await visitor.open(await this.#send(action, values, visitor));
  }

  /** Fills in the form on the present page. */
  async fill(action: string, values: Values, visitor = this.visitor): Promise<Locator> {
    await visitor.settled();
    const form = visitor.page.locator(`form[action="/api/${action}"]`).filter({ visible: true }).first();
    for (const [name, value] of Object.entries(values)) await form.locator(`[name="${name}"]`).fill(value);
    return form;
  }

  /** Fills in the form on the present page and presses its button; the caller waits for what happens then. */
  async press(action: string, values: Values = {}, visitor = this.visitor): Promise<void> {
    const form = await this.fill(action, values, visitor);
    await form.locator('button[type=submit]').first().click();
  }

  /** Shows the form while the server has not answered. */
  async showPending(page: PageName, action: string, values: Values): Promise<void> {
    const { visitor } = this;
    const address = `**/api/${action}`;
    let answer = (): void => {};
    const held = new Promise<void>((done) => (answer = done));
    await visitor.page.route(address, async (route) => held.then(() => route.abort('aborted')).catch(() => {}));
    await this.press(action, values);
    await expect(visitor.page.locator('button[aria-busy=true]')).toBeVisible();
    await this.look(visitor, page, 'pending');
    await this.leave();
    answer();
    await visitor.page.unroute(address);
  }

  /** Presses a button that needs sudo mode, and waits for the dialog. */
  async openDialog(action: string, values: Values = {}): Promise<void> {
    await this.press(action, values);
    await expect(this.visitor.page.getByRole('dialog')).toBeVisible();
  }

  /** Shows the dialog that asks before an action ends access. Without JavaScript its opener leads to the question's page. */
  async showQuestion(page: PageName, state: string, path: string): Promise<void> {
    await this.visitor.settled();
    await this.visitor.page.locator(`form[action="${path}"] button`).filter({ visible: true }).first().click();
    await expect(this.visitor.page.getByRole('dialog')).toBeVisible();
    await this.show(page, state);
  }

  /** Makes an account with a confirmed address, and signs its owner in. */
  async register(person: Person, visitor = this.visitor): Promise<void> {
    const { email, password } = person;
    await this.post('sign_up', { email, password }, visitor);
    const link = await this.mailbox.link(email, 'confirm');
    await this.post('verify_email', { token: tokenOf(link) }, visitor);
  }

  async signIn({ email, password }: Person, visitor = this.visitor): Promise<void> {
    await this.post('sign_in', { email, password, return_to: '' }, visitor);
  }

  /** Signs in by a program that calls itself a browser of this kind. */
  async signInFrom(userAgent: string, { email, password }: Person): Promise<void> {
    const answer = await fetch(`${this.server.url}/api/sign_in`, {
      method: 'POST',
      body: new URLSearchParams({ email, password, return_to: '' }),
      headers: { origin: this.server.url, accept: 'text/html', 'user-agent': userAgent },
      redirect: 'manual',
    });
    expect(answer.status).toBe(303);
  }

  /** Begins sudo mode. */
  async confirm({ password }: Person, visitor = this.visitor): Promise<void> {
    await this.post('confirm_sudo', { password, return_to: '' }, visitor);
  }

  /** Signs in at the provider, in a browser that is on the way there. */
  async logInAtAcme(login: string): Promise<void> {
    const { page } = this.visitor;
    await page.locator('[name=login]').fill(login);
    await page.locator('button').first().click();
  }

  /** Makes an account whose only way in is the provider. */
  async arriveByAcme(login: string): Promise<void> {
    await this.visitor.open('/users/log-in');
    await this.press('continue_with_provider');
    await this.logInAtAcme(login);
    await expect(this.visitor.page).toHaveURL((url) => url.origin === this.server.url && !url.pathname.startsWith('/users/auth'));
    await this.visitor.settled();
  }

  /** Returns the address of the next page. */
  async #send(action: string, values: Values, visitor: Visitor): Promise<string> {
    // Playwright gives the locale's language to pages only.
    const language = await visitor.page.evaluate(() => navigator.language);
    const answer = await visitor.page.request.post(`${this.server.url}/api/${action}`, {
      form: values,
      headers: { origin: this.server.url, accept: 'text/html', 'accept-language': language },
      maxRedirects: 0,
    });
    expect(answer.status(), `the answer to ${action}`).toBe(303);
    return new URL(answer.headers().location ?? '/', this.server.url).href;
  }
}

/** The token at the end of a mailed link. */
export const tokenOf = (link: string): string => new URL(link).pathname.split('/').at(-1) ?? '';
