// Makes a test of each scene, in each of these languages.
import { test as plain } from '../support/fixtures.ts';
import { type Settings } from '../support/server.ts';
import { test as withProviders } from '../support/with-providers.ts';
import type { Language } from './languages.ts';
import { scenes, type Scene } from './scenes.ts';
import { Stage, type Look } from './stage.ts';

/** What happens to each state of a page. */
export type Looker = (language: Language, scene: Scene) => Look;

/** What happens when a scene has ended. */
export type After = (stage: Stage, language: Language) => Promise<void>;

const nothing: After = async () => {};

/** The scenes show many refusals in a short time; only one of them is about limits. */
const unlimited: Settings = { SIGNET_LIMITS__ENABLED: 'false' };

/** A test for each scene in each language that `spoken` returns for it; `after` runs when a scene has ended. */
export function play(spoken: (scene: Scene, place: number) => readonly Language[], look: Looker, after: After = nothing): void {
  scenes.forEach((scene, place) => {
    for (const language of spoken(scene, place)) testOf(scene, language, look(language, scene), after);
  });
}

function testOf(scene: Scene, language: Language, look: Look, after: After): void {
  const test = scene.withProviders ? withProviders : plain;
  const settings = { ...unlimited, ...scene.settings };
  test.describe(language.id, () => {
    test.use({ settings, locale: language.locale, javaScriptEnabled: !scene.withoutJavascript });
    test.setTimeout(600_000);
    if (scene.withProviders) {
      withProviders(scene.title, async ({ visitor, anotherVisitor, mailbox, server, guard, acme }) => {
        const stage = new Stage(visitor, anotherVisitor, mailbox, server, guard, acme, look);
        await scene.play(stage);
        await after(stage, language);
      });
    } else {
      plain(scene.title, async ({ visitor, anotherVisitor, mailbox, server, guard }) => {
        const stage = new Stage(visitor, anotherVisitor, mailbox, server, guard, undefined, look);
        await scene.play(stage);
        await after(stage, language);
      });
    }
  });
}
