// Listens to every complaint of a browser; a complaint fails the test.
import { expect, type BrowserContext } from '@playwright/test';

/** The browser's own note of a refused request: 401, 404, 422, 429. */
const refusal = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** Without scripts the browser does not use what it preloaded for them. */
const unused = /was preloaded using link preload but not used/;

export class Guard {
  readonly #complaints: string[] = [];
  readonly #expected: RegExp[] = [refusal, unused];

  watch(context: BrowserContext): void {
    // The console reports errors, broken hydration and violations of the content security policy.
    context.on('console', (message) => {
      const loud = ['error', 'warning', 'assert'].includes(message.type());
      if (loud || /hydrat/i.test(message.text())) this.complain(`console ${message.type()}: ${message.text()}`, message.text());
    });
    context.on('weberror', (error) => this.complain(`uncaught: ${error.error()}`, String(error.error())));
    context.on('response', (response) => {
      if (response.status() >= 500) this.complain(`${response.status()} for ${response.request().method()} ${response.url()}`);
    });
    context.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? '';
      // Leaving a page ends its open requests. 'csp': a browser with scripts switched off reports the script that
      // it did not preload. A real violation is also a console error.
      if (reason !== 'net::ERR_ABORTED' && reason !== 'csp') this.complain(`${reason} for ${request.method()} ${request.url()}`);
    });
  }

  /** Names a complaint that a test provokes on purpose. */
  expect(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  verify(): void {
    expect(this.#complaints, 'the browser has nothing to complain about').toEqual([]);
  }

  /** Notes a complaint, unless a test provokes it on purpose. */
  complain(complaint: string, text = complaint): void {
    if (!this.#expected.some((pattern) => pattern.test(text))) this.#complaints.push(complaint);
  }
}
