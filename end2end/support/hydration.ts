// Knowing when a page's islands have come alive.
import { expect, type BrowserContext, type Page } from '@playwright/test';

declare global {
  interface Window {
    /** Set by the tests when the WASM has been started and has run to its end. */
    signetHydrated?: boolean;
  }
}

/** Notes in every page when its WASM is up. Islands hydrate before the next task, so one turn later they are alive. */
export async function watchHydration(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const start = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...given: Parameters<typeof start>) => {
      const started = await start(...given);
      setTimeout(() => (window.signetHydrated = true), 0);
      return started;
    };
  });
}

/** Waits until a page with islands is alive. */
export async function hydrated(page: Page): Promise<void> {
  // By evaluate, since waitForFunction is refused by the content security policy.
  const alive = () => !document.querySelector('leptos-island') || window.signetHydrated === true;
  await expect.poll(() => page.evaluate(alive).catch(() => false), { message: 'the islands are alive', intervals: [20, 50, 100] }).toBe(true);
}
