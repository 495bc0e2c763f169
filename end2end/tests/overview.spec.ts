// The overview of the settings on one screen, and the navigation beside it.
import { expect, test } from '../support/fixtures.ts';
import { ada, register } from '../support/steps.ts';

test('the overview is one screen, and the navigation one row', async ({ visitor, mailbox }) => {
  await register(visitor, mailbox, ada());
  await visitor.open('/users/settings');
  const { page } = visitor;
  await page.setViewportSize({ width: 1280, height: 800 });
  const root = page.locator('html');
  expect(await root.evaluate((at) => at.scrollHeight)).toBeLessThanOrEqual(800);
  await expect(page.locator('[aria-current]')).toHaveCount(1);
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    await expect(page.locator('.header-who')).toBeVisible();
    const tops = await page.locator('.settings-link').evaluateAll((links) => links.map((link) => link.getBoundingClientRect().top));
    expect(new Set(tops).size, `one row at ${width} px`).toBe(1);
    expect((await visitor.heading('Settings').boundingBox())?.y, `the heading is near the top at ${width} px`).toBeLessThan(200);
  }
  // In forced colours too, the current section is told apart, and the edge of the skip link shows at no size of text.
  await page.emulateMedia({ forcedColors: 'active' });
  const edges = await page.locator('.settings-link').evaluateAll((links) => links.map((link) => getComputedStyle(link).borderBottomColor));
  expect(edges.filter((edge) => edge === edges[0])).toHaveLength(1);
  await root.evaluate((at: HTMLElement) => (at.style.fontSize = '200%'));
  const skip = page.getByText('Skip to main content');
  expect(await skip.evaluate((at) => at.getBoundingClientRect().bottom)).toBeLessThanOrEqual(0);
});

test('a page opens at its beginning, and Sign out is one line beside a long name', async ({ visitor, mailbox }) => {
  await register(visitor, mailbox, ada());
  await visitor.open('/users/settings/profile');
  await visitor.submit({ Name: 'Augusta Ada King, Countess of Lovelace, née Byron' }, 'Save name');
  const { page } = visitor;
  await page.setViewportSize({ width: 1280, height: 600 });
  for (const section of ['api-tokens', 'security-log', 'delete']) {
    await visitor.open(`/users/settings/${section}`);
    // The browser scrolls when it draws the page for the first time.
    await page.waitForTimeout(200);
    expect(await page.evaluate(() => window.scrollY), section).toBe(0);
  }
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    expect((await visitor.button('Sign out').boundingBox())?.height, `at ${width} px`).toBeLessThan(50);
  }
});
