// A browser as a person uses it: it opens pages, fills in forms by their labels, and presses buttons by their
// names.
import { expect, type Locator, type Page } from '@playwright/test';
import { expectAccessible, expectNothingDead } from './accessible.ts';
import { hydrated } from './hydration.ts';

/** The typed text, by label. */
export type Fields = Record<string, string>;

export class Visitor {
  constructor(
    readonly page: Page,
    readonly javascript: boolean,
  ) {}

  /** Opens a path or a mailed link, and waits until the page can be used. */
  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.settled();
  }

  /** Waits until the islands work; without JavaScript a page is ready at once. */
  async settled(): Promise<void> {
    if (this.javascript) await hydrated(this.page);
  }

  /** Waits for a page with this path, whatever its query. */
  async at(path: string): Promise<void> {
    await expect(this.page).toHaveURL((url) => url.pathname === path);
    await this.settled();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { name }).first();
  }

  text(words: string | RegExp): Locator {
    return this.page.getByText(words).filter({ visible: true }).first();
  }

  /** The form that a button belongs to. */
  form(button: string): Locator {
    return this.page.locator('form').filter({ has: this.button(button) });
  }

  field(label: string, button: string): Locator {
    return this.form(button).getByLabel(label, { exact: true });
  }

  async fill(fields: Fields, button: string): Promise<void> {
    await this.settled();
    for (const [label, value] of Object.entries(fields)) await this.field(label, button).fill(value);
  }

  async press(button: string): Promise<void> {
    await this.settled();
    await this.button(button).click();
    // While a button waits for the answer it has another name, so that the test would think it gone.
    await expect(this.page.locator('button[aria-busy=true]')).toHaveCount(0);
  }

  /** Fills in a form and sends it. */
  async submit(fields: Fields, button: string): Promise<void> {
    await this.fill(fields, button);
    await this.press(button);
  }

  async expectText(words: string | RegExp): Promise<void> {
    await expect(this.text(words)).toBeVisible();
  }

  /** Checks that the field is marked as wrong, and that its description says why. */
  async expectFieldError(label: string, button: string, reason: RegExp): Promise<void> {
    const field = this.field(label, button);
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(reason);
  }

  async expectSignedIn(): Promise<void> {
    await expect(this.button('Sign out')).toBeVisible();
  }

  /** The next page that needs a session asks to sign in. */
  async expectSignedOut(): Promise<void> {
    await this.page.goto('/dashboard');
    await this.at('/users/log-in');
  }

  /** Checks the rules that every page of a journey must keep, in its present state. */
  async expectSound(): Promise<void> {
    await this.settled();
    if (this.javascript) await expectAccessible(this.page);
    else await expectNothingDead(this.page);
  }
}
