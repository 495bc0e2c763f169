// The rules for every page: WCAG 2.2 AA as far as axe can check, nothing wider than the screen, and nothing dead
// without JavaScript.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const standard = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Axe needs a page that runs JavaScript; the markup is the same without. */
export async function expectAccessible(page: Page): Promise<void> {
  // The pages have no frames. The other mode is for frames, and opens a browser tab for each check.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(standard).analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n  ${node.html}\n  ${node.failureSummary ?? ''}`),
  );
  expect(found, `${page.url()} is accessible`).toEqual([]);
}

export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const wider = await page.evaluate(() => {
    const screen = document.documentElement.clientWidth;
    const scrollsItself = (element: Element): boolean => {
      const { parentElement: parent } = element;
      return !!parent && parent !== document.body && (getComputedStyle(parent).overflowX !== 'visible' || scrollsItself(parent));
    };
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > screen + 1)
      .filter((element) => !element.closest('.visually-hidden, [hidden]') && !scrollsItself(element))
      .map((element) => element.outerHTML.slice(0, 120));
  });
  const scrolls = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(scrolls ? wider : [], `${page.url()} fits the screen`).toEqual([]);
  expect(scrolls, `${page.url()} fits the screen`).toBe(false);
}

/** Every visible button works without a script: it submits a form, or the browser itself opens something. */
export async function expectNothingDead(page: Page): Promise<void> {
  const dead = await page.evaluate(() =>
    [...document.querySelectorAll('button')]
      .filter((button) => button.checkVisibility())
      .filter((button) => !(button.form && button.type === 'submit') && !button.popoverTargetElement && !button.hasAttribute('commandfor'))
      .map((button) => button.outerHTML),
  );
  expect(dead, `${page.url()} has no button that needs JavaScript`).toEqual([]);
  expect(page.url(), 'no leftover of a form that failed').not.toMatch(/[?&]__(path|err)\b/);
}
