// Firefox as a person uses it, by WebDriver BiDi. Playwright drives a Firefox of its own making; this one is Debian's.
// puppeteer-core is the driver that speaks BiDi to an installed browser and brings none itself.
import { expect } from '@playwright/test';
import { launch, type Browser, type BrowserContext, type ElementHandle, type Page } from 'puppeteer-core';
import { firefoxPath } from './browser.mjs';
import { test as base } from './with-providers.ts';
import type { Guard } from './guard.ts';
import { alive, markStart } from './hydration.ts';
import type { Mailbox } from './mailbox.ts';
import type { Person } from './steps.ts';
import type { Fields } from './visitor.ts';

/** What Firefox says of a page that is left while it loads. */
const left = /error loading dynamically imported module|NetworkError when attempting to fetch resource/;

/** How long a state of a page may take, in ms. */
const patience = 10_000;

interface Fixtures {
  /** The browser of the journey, with one tab. */
  fox: Fox;
}

export const test = base.extend<Fixtures>({
  fox: async ({ server, guard, javaScriptEnabled }, use) => {
    const javascript = javaScriptEnabled !== false;
    const browser = await launch({
      browser: 'firefox',
      executablePath: firefoxPath,
      headless: true,
      extraPrefsFirefox: { 'javascript.enabled': javascript, 'intl.accept_languages': 'en-GB' },
    });
    try {
      await use(await Fox.open(browser, server.url, guard, javascript));
    } finally {
      await browser.close();
    }
  },
});

/** One tab. The tabs of a browser share its cookies. */
export class Fox {
  private constructor(
    readonly browser: Browser,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly url: string,
    readonly guard: Guard,
    readonly javascript: boolean,
  ) {}

  static async open(browser: Browser, url: string, guard: Guard, javascript: boolean): Promise<Fox> {
    return Fox.#tab(browser, await browser.createBrowserContext(), url, guard, javascript);
  }

  /** Opens another tab of the same browser. */
  async tab(): Promise<Fox> {
    return Fox.#tab(this.browser, this.context, this.url, this.guard, this.javascript);
  }

  static async #tab(browser: Browser, context: BrowserContext, url: string, guard: Guard, javascript: boolean): Promise<Fox> {
    const page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warn', 'assert'].includes(message.type())) guard.complain(`console ${message.type()}: ${message.text()}`, message.text());
    });
    page.on('pageerror', (error) => guard.complain(`uncaught: ${error}`, String(error)));
    page.on('response', (response) => {
      if (response.status() >= 500) guard.complain(`${response.status()} for ${response.request().method()} ${response.url()}`);
    });
    if (javascript) await page.evaluateOnNewDocument(markStart);
    return new Fox(browser, context, page, url, guard, javascript);
  }

  /** For a journey through a provider: the page before the provider is left at once, which ends what it loads. Whether
   * the islands of a page work is checked by itself. */
  leavesPages(): void {
    this.guard.expect(left);
  }

  /** Opens a path, or an address, once the page before has loaded. */
  async goTo(address: string): Promise<void> {
    await this.settled();
    await this.page.goto(new URL(address, this.url).href);
    await this.settled();
  }

  /** Waits until the islands work; without JavaScript a page is ready at once. */
  async settled(): Promise<void> {
    if (this.javascript) await this.#sees('the islands are alive', () => this.page.evaluate(alive));
  }

  /** Waits for a page with this path, whatever its query. */
  async at(path: string): Promise<void> {
    await this.#sees(`a page at ${path}`, () => this.page.evaluate((wanted) => location.pathname === wanted && document.readyState === 'complete', path));
    await this.settled();
  }

  /** Waits until the page shows words. */
  async expectText(words: string): Promise<void> {
    await this.#sees(`"${words}" is shown`, () => this.page.evaluate((wanted) => document.body?.innerText.replaceAll('\n', ' ').includes(wanted), words));
  }

  async expectSignedIn(): Promise<void> {
    await this.#sees('the button "Sign out"', async () => (await this.#button('Sign out')) !== undefined);
  }

  async signOut(): Promise<void> {
    await this.press('Sign out');
    await this.at('/users/log-in');
  }

  /** The field with a label, in the form with a button. */
  async field(label: string, button: string): Promise<ElementHandle<HTMLInputElement>> {
    let found: ElementHandle<HTMLInputElement> | undefined;
    await this.#sees(`the field "${label}" beside "${button}"`, async () => (found = await this.#field(label, button)) !== undefined);
    return found as unknown as ElementHandle<HTMLInputElement>;
  }

  async valueOf(label: string, button: string): Promise<string> {
    return (await this.field(label, button)).evaluate((field) => field.value);
  }

  /** Types into fields, as a keyboard does. */
  async fill(fields: Fields, button: string): Promise<void> {
    await this.settled();
    for (const [label, value] of Object.entries(fields)) {
      const field = await this.field(label, button);
      await field.evaluate((input) => (input.focus(), input.select()));
      await this.page.keyboard.press('Backspace');
      await this.page.keyboard.type(value);
      expect(await field.evaluate((input) => input.value), label).toBe(value);
    }
  }

  /** Presses a button; returns when its answer is there. Without JavaScript a button opens a page. */
  async press(name: string): Promise<void> {
    await this.settled();
    const opened = this.javascript ? undefined : this.page.waitForNavigation({ timeout: patience });
    await this.#click(name);
    await opened;
    await this.#sees('no button waits', () => this.page.evaluate(() => !document.querySelector('button[aria-busy=true]')));
  }

  /** Presses a button whose answer gets lost. */
  async pressInVain(name: string): Promise<void> {
    await this.settled();
    await this.#click(name);
  }

  async submit(fields: Fields, button: string): Promise<void> {
    await this.fill(fields, button);
    await this.press(button);
  }

  /** What the form with a button says of its fields, as browsers and password managers read it, in their order. */
  async autocomplete(button: string): Promise<string[]> {
    return this.page.evaluate((name) => {
      const named = (form: HTMLFormElement) => [...form.querySelectorAll('button')].some((one) => one.innerText.trim() === name);
      const form = [...document.forms].find(named);
      const inputs = [...(form?.querySelectorAll<HTMLInputElement>('input:not([type=hidden], [type=checkbox])') ?? [])];
      return inputs.map((input) => [input.type, input.autocomplete, input.readOnly ? input.value : ''].join(' ').trim());
    }, button);
  }

  /** By coordinates: the driver's own click waits for an observer that needs JavaScript. */
  async #click(name: string): Promise<void> {
    let button: ElementHandle<HTMLButtonElement> | undefined;
    await this.#sees(`the button "${name}"`, async () => (button = await this.#button(name)) !== undefined);
    await button?.evaluate((one) => one.scrollIntoView({ block: 'center', behavior: 'instant' }));
    const box = await button?.boundingBox();
    if (!box) throw new Error(`the button "${name}" has no place`);
    await this.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  }

  async #button(name: string): Promise<ElementHandle<HTMLButtonElement> | undefined> {
    const found = await this.page.evaluateHandle((wanted) => {
      const buttons = [...document.querySelectorAll('button')].filter((one) => one.innerText.trim() === wanted && one.checkVisibility());
      // A dialog lies over the page.
      return buttons.find((one) => one.closest('dialog[open]')) ?? buttons[0];
    }, name);
    return (found.asElement() as ElementHandle<HTMLButtonElement> | null) ?? undefined;
  }

  async #field(label: string, button: string): Promise<ElementHandle<HTMLInputElement> | undefined> {
    const found = await this.page.evaluateHandle(
      (wanted, name) => {
        const named = (form: HTMLFormElement) => [...form.querySelectorAll('button')].some((one) => one.innerText.trim() === name);
        const forms = [...document.forms].filter(named);
        const labels = forms.flatMap((form) => [...form.querySelectorAll('label')]);
        return labels.find((one) => one.innerText.trim() === wanted && one.checkVisibility())?.control;
      },
      label,
      button,
    );
    return (found.asElement() as ElementHandle<HTMLInputElement> | null) ?? undefined;
  }

  /** Waits until something is true. A page that is about to go answers nothing. */
  async #sees(what: string, look: () => Promise<boolean | undefined>): Promise<void> {
    await expect.poll(() => look().catch(() => false), { message: what, timeout: patience, intervals: [20, 50, 100] }).toBe(true);
  }
}

/** The address to which a letter goes: other than ASCII letters of a domain have a form in ASCII. */
export const inAscii = (address: string) => address.replace(/@(.*)/, (_, domain: string) => `@${new URL(`http://${domain}`).hostname}`);

/** Signs a new person up, and in by the link. */
export async function register(fox: Fox, mailbox: Mailbox, { email, password }: Person): Promise<void> {
  await fox.goTo('/users/register');
  await fox.submit({ Email: email, Password: password }, 'Create account');
  await fox.expectText('Check your inbox');
  await fox.goTo(await mailbox.link(inAscii(email), 'confirm'));
  await fox.press('Confirm address');
  await fox.expectSignedIn();
}

export { expect };
