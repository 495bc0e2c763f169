// A person who walks a journey, and counts what it takes.
import { expect, test, type Page } from '@playwright/test';
import { hydrated } from '../support/hydration.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { Values } from './stage.ts';

/** What a journey takes. */
export interface Count {
  /** Links and buttons, those of a provider included. */
  clicks: number;
  /** Fields to fill in. */
  fields: number;
  /** Pages that the browser loads, those of a provider included. */
  pages: number;
  /** Letters to open; their link is no click. */
  letters: number;
}

export class Walker {
  readonly count: Count = { clicks: 0, fields: 0, pages: 0, letters: 0 };
  readonly steps: string[] = [];

  constructor(
    readonly page: Page,
    readonly mailbox: Mailbox,
  ) {
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.count.pages++;
    });
  }

  /** Follows a link of the page to this path. */
  async follow(path: string): Promise<void> {
    await this.#click(this.page.locator(`a[href="${path}"], a[href^="${path}?"]`), `link ${path}`);
    await this.at(path);
  }

  /** Fills in the form of an action, and presses its button. */
  async send(action: string, values: Values = {}): Promise<void> {
    await hydrated(this.page);
    const form = this.page.locator(`form[action^="/api/${action}"], form[action="${action}"]`).filter({ visible: true }).first();
    for (const [name, value] of Object.entries(values)) await this.type(form.locator(`[name="${name}"]`), name, value);
    await this.#click(form.locator('button[type=submit]'), `button of ${action}`);
  }

  async type(field: ReturnType<Page['locator']>, name: string, value: string): Promise<void> {
    this.count.fields++;
    this.steps.push(`field ${name}`);
    await field.fill(value);
  }

  /** Presses the button of a page that is not ours. */
  async pressAt(provider: string): Promise<void> {
    await this.#click(this.page.locator('form button'), `button at ${provider}`);
  }

  /** Opens the link of a letter. */
  async openLetter(address: string, link: Parameters<Mailbox['link']>[1]): Promise<void> {
    await this.#arrived();
    const found = await this.mailbox.link(address, link);
    this.count.letters++;
    this.steps.push(`letter ${link}`);
    await this.page.goto(found);
    await hydrated(this.page);
  }

  /** Waits for a page. */
  async at(path: string): Promise<void> {
    await expect(this.page).toHaveURL((url) => url.pathname === path);
    await hydrated(this.page);
  }

  /** Waits until the sudo dialog is closed and its form may be sent again. */
  async confirmed(): Promise<void> {
    await expect(this.page.getByRole('dialog')).toBeHidden();
  }

  /** Hands the count to the table. */
  async done(most: Pick<Count, 'clicks' | 'fields'>): Promise<void> {
    await this.#arrived();
    await test.info().attach('count', { body: JSON.stringify({ ...this.count, steps: this.steps }), contentType: 'application/json' });
    expect(this.count.clicks, 'clicks').toBeLessThanOrEqual(most.clicks);
    expect(this.count.fields, 'fields').toBeLessThanOrEqual(most.fields);
  }

  /** Waits until the last page has come. */
  async #arrived(): Promise<void> {
    await expect(this.page.locator('button[aria-busy=true]')).toHaveCount(0);
    for (let before = -1; before !== this.count.pages; await this.page.waitForTimeout(800)) before = this.count.pages;
  }

  async #click(target: ReturnType<Page['locator']>, what: string): Promise<void> {
    await hydrated(this.page);
    this.count.clicks++;
    this.steps.push(what);
    await target.filter({ visible: true }).first().click();
  }
}
