// Waits until a page's islands work.
import { expect, type BrowserContext, type Page } from '@playwright/test';

declare global {
  interface Window {
    /** Set by the tests when the WASM has started and its start function has returned. */
    signetHydrated?: boolean;
  }
}

/** Marks every page when its WASM has started. Islands hydrate before the next task: one turn later they work. */
export async function watchHydration(context: BrowserContext): Promise<void> {
  await context.addInitScript(markStart);
}

/** Runs in a page before its own scripts. */
export function markStart(): void {
  const start = WebAssembly.instantiateStreaming;
  WebAssembly.instantiateStreaming = async (...given: Parameters<typeof start>) => {
    const started = await start(...given);
    setTimeout(() => (window.signetHydrated = true), 0);
    return started;
  };
}

/** Runs in a page: whether its islands work. */
export const alive = (): boolean => !document.querySelector('leptos-island') || window.signetHydrated === true;

/** Waits until the islands of a page work. */
export async function hydrated(page: Page): Promise<void> {
  // By evaluate, because the content security policy refuses waitForFunction.
  await expect.poll(() => page.evaluate(alive).catch(() => false), { message: 'the islands are alive', intervals: [20, 50, 100] }).toBe(true);
}
