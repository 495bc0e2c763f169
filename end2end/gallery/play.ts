// Makes a test of each scene, in each of these languages.
import { test as plain } from '../support/fixtures.ts';
import { type Settings } from '../support/server.ts';
import { test as withProviders } from '../support/with-providers.ts';
import type { Language } from './languages.ts';
import { scenes, type Scene } from './scenes.ts';
import { Stage, type Look } from './stage.ts';

/** What happens to each state of a page. */
export type Looker = (language: Language, scene: Scene) => Look;

/** The scenes show many refusals in a short time; only one of them is about limits. */
const unlimited: Settings = { SIGNET_LIMITS__ENABLED: 'false' };

/** A test for each scene in each language that `spoken` returns for it; `after` runs when a scene has ended. */
export function play(spoken: (place: number) => readonly Language[], look: Looker, after?: (stage: Stage) => Promise<void>): void {
  scenes.forEach((scene, place) => {
    for (const language of spoken(place)) testOf(scene, language, look(language, scene), after);
  });
}

function testOf(scene: Scene, { id, locale }: Language, look: Look, after = async (_: Stage): Promise<void> => {}): void {
  const test = scene.withProviders ? withProviders : plain;
  const settings = { ...unlimited, ...scene.settings };
  test.describe(id, () => {
    test.use({ settings, locale, javaScriptEnabled: !scene.withoutJavascript });
    test.setTimeout(600_000);
    if (scene.withProviders) {
      withProviders(scene.title, async ({ visitor, anotherVisitor, mailbox, server, guard, acme }) => {
        const stage = new Stage(visitor, anotherVisitor, mailbox, server, guard, acme, look);
        await scene.play(stage);
        await after(stage);
      });
    } else {
      plain(scene.title, async ({ visitor, anotherVisitor, mailbox, server, guard }) => {
        const stage = new Stage(visitor, anotherVisitor, mailbox, server, guard, undefined, look);
        await scene.play(stage);
        await after(stage);
      });
    }
  });
}
