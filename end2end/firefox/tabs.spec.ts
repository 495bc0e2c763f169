// Two tabs of one Firefox at a provider at the same time.
import { expect, test, type Fox } from '../support/firefox.ts';

/** Begins at the provider in a tab; stays at its log-in page. */
async function begin(tab: Fox): Promise<void> {
  await tab.goTo('/users/log-in');
  await tab.press('Continue with Acme');
  await tab.expectText('Login name');
}

async function finish(tab: Fox): Promise<void> {
  await tab.submit({ 'Login name': 'ada' }, 'Go on');
  await tab.at('/dashboard');
  await tab.expectSignedIn();
}

for (const order of ['the first tab', 'the second tab']) {
  test(`both finish, ${order} first`, async ({ fox, acme }) => {
    fox.leavesPages();
    acme.people.set('ada', { email: 'ada@example.com', verified: true });
    const tabs = [fox, await fox.tab()];
    for (const tab of tabs) await begin(tab);
    for (const tab of order === 'the first tab' ? tabs : tabs.reverse()) await finish(tab);
    for (const tab of tabs) {
      await tab.goTo('/users/settings');
      await tab.expectText('You have no password.');
      expect(new URL(tab.page.url()).pathname).toBe('/users/settings');
    }
  });
}
