// The fixtures of a test: a server of its own, its mailbox, and browsers with a guard.
import { test as base, type BrowserContext } from '@playwright/test';
import { Guard } from './guard.ts';
import { watchHydration } from './hydration.ts';
import { DevMailbox, Mailbox } from './mailbox.ts';
import { Server, type Settings } from './server.ts';
import { Visitor } from './visitor.ts';

interface Fixtures {
  /** Settings of this test's server: `test.use({ settings: { … } })`. */
  settings: Settings;
  /** A server that has its folder and its port, and is not running yet. */
  prepared: Server;
  /** A server of its own, with an empty database. */
  server: Server;
  mailbox: Mailbox;
  guard: Guard;
  /** The browser of the journey. */
  visitor: Visitor;
  /** Opens another browser, which shares nothing with the first. */
  anotherVisitor: () => Promise<Visitor>;
}

async function listen(context: BrowserContext, guard: Guard, javascript: boolean): Promise<void> {
  guard.watch(context);
  if (javascript) await watchHydration(context);
}

export const test = base.extend<Fixtures>({
  settings: [{}, { option: true }],

  prepared: async ({ settings }, use, testInfo) => {
    const server = await Server.prepare(settings);
    try {
      await use(server);
    } finally {
      if (testInfo.status !== testInfo.expectedStatus) await testInfo.attach('server.log', { body: server.output, contentType: 'text/plain' });
      await server.remove();
    }
  },

  server: async ({ prepared }, use) => {
    await prepared.start();
    await use(prepared);
  },

  baseURL: async ({ server }, use) => use(server.url),

  mailbox: async ({ server }, use) => use(new Mailbox(new DevMailbox(server.url))),

  guard: [
    async ({}, use) => {
      const guard = new Guard();
      await use(guard);
      guard.verify();
    },
    { auto: true },
  ],

  context: async ({ context, guard, javaScriptEnabled }, use) => {
    await listen(context, guard, javaScriptEnabled !== false);
    await use(context);
  },

  visitor: async ({ page, javaScriptEnabled }, use) => use(new Visitor(page, javaScriptEnabled !== false)),

  anotherVisitor: async ({ browser, guard, javaScriptEnabled }, use) => {
    const opened: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext();
      opened.push(context);
      await listen(context, guard, javaScriptEnabled !== false);
      return new Visitor(await context.newPage(), javaScriptEnabled !== false);
    });
    await Promise.all(opened.map((context) => context.close()));
  },
});

export { expect } from '@playwright/test';
