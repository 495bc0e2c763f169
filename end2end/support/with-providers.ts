// Tests whose server has two providers: Acme, an OpenID provider, and a GitHub.
import { expect } from '@playwright/test';
import { test as base } from './fixtures.ts';
import { Github } from './github.ts';
import { OpenidProvider } from './openid.ts';
import { freePort } from './server.ts';
import type { Visitor } from './visitor.ts';

interface Providers {
  acme: OpenidProvider;
  github: Github;
}

export const test = base.extend<Providers>({
  acme: async ({ prepared }, use) => {
    const acme = await OpenidProvider.start(await freePort(), prepared.url, 'acme', 'Acme');
    prepared.configure(acme.settings);
    await use(acme);
    await acme.stop();
  },

  github: async ({ prepared }, use) => {
    const github = await Github.start(await freePort());
    prepared.configure(github.settings);
    await use(github);
    await github.stop();
  },

  // The providers start before the server that has them in its settings.
  server: async ({ acme, github, prepared }, use) => {
    expect([acme.name, github.url]).not.toContain('');
    await prepared.start();
    await use(prepared);
  },
});

export { expect };

/** Logs in at Acme, and comes back. */
export async function logInAtAcme(visitor: Visitor, login: string): Promise<void> {
  const { page } = visitor;
  await expect(page.getByRole('heading', { name: 'Acme', exact: true })).toBeVisible();
  await page.getByLabel('Login name').fill(login);
  await page.getByRole('button', { name: 'Go on' }).click();
}

/** Gives consent at GitHub, and comes back. */
export async function authorizeAtGithub(visitor: Visitor): Promise<void> {
  await visitor.page.getByRole('link', { name: 'Authorize' }).click();
}
