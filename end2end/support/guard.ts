// Listens to everything that a browser complains about; a complaint fails the test.
import { expect, type BrowserContext } from '@playwright/test';

/** The browser's own note of a refusal, which is an answer like any other: 401, 404, 422, 429. */
const refusal = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** Without scripts nothing uses what was preloaded for them. */
const unused = /was preloaded using link preload but not used/;

export class Guard {
  readonly #complaints: string[] = [];
  readonly #expected: RegExp[] = [refusal, unused];

  watch(context: BrowserContext): void {
    // Errors, broken hydration and violations of the content security policy all end here.
    context.on('console', (message) => {
      const loud = ['error', 'warning', 'assert'].includes(message.type());
      if (loud || /hydrat/i.test(message.text())) this.#complain(`console ${message.type()}: ${message.text()}`, message.text());
    });
    context.on('weberror', (error) => this.#complain(`uncaught: ${error.error()}`, String(error.error())));
    context.on('response', (response) => {
      if (response.status() >= 500) this.#complain(`${response.status()} for ${response.request().method()} ${response.url()}`);
    });
    context.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? '';
      // Leaving a page ends what it was still asking for.
      // 'csp': a browser with scripts switched off reports the script it did not preload. A real
      // violation is also a console error.
      if (reason !== 'net::ERR_ABORTED' && reason !== 'csp') this.#complain(`${reason} for ${request.method()} ${request.url()}`);
    });
  }

  /** Names what a test provokes on purpose. */
  expect(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  verify(): void {
    expect(this.#complaints, 'the browser has nothing to complain about').toEqual([]);
  }

  #complain(complaint: string, text = complaint): void {
    if (!this.#expected.some((pattern) => pattern.test(text))) this.#complaints.push(complaint);
  }
}
