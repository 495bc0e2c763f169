// Every page in every state of the gallery's scenes: nothing is wider than the screen, and axe finds nothing. Each day a
// sample: each scene in one language, each state at every width, axe once. `./scripts/test long` checks all combinations.
import { languages } from '../gallery/languages.ts';
import { showLetters } from '../gallery/letters.ts';
import { everyColours, setColours, setUsual, setWidth, widths } from '../gallery/looks.ts';
import type { PageName } from '../gallery/pages.ts';
import { play } from '../gallery/play.ts';
import type { Look } from '../gallery/stage.ts';
import { expectAccessible, expectNoSidewaysScrolling } from '../support/accessible.ts';
import type { Visitor } from '../support/visitor.ts';

const long = !!process.env.SIGNET_TEST_LONG;
const combinations = widths.flatMap((width) => everyColours.map((colours) => ({ width, colours })));

const inTurn = <T>(list: readonly T[], turn: number): T => list[turn % list.length]!;

play(
  ({ isSlow }, place) => (long ? languages : isSlow ? [] : [inTurn(languages, place)]),
  () => (long ? everyLook : sample()),
  async (stage, language) => (long ? showLetters(stage, language, everyLook) : undefined),
);

/** The check of one scene: its states take turns in the combinations, so that a day's run has all of them. */
function sample(): Look {
  let turn = 0;
  return async (visitor, page, state) => {
    const { width, colours } = inTurn(combinations, turn++ + page.length + state.length);
    await setColours(visitor.page, colours);
    for (const other of widths) await fits(visitor, other);
    await setWidth(visitor.page, width);
    if (visitor.javascript) await expectAccessible(visitor.page);
    await setUsual(visitor.page);
  };
}

async function everyLook(visitor: Visitor, page: PageName): Promise<void> {
  // A letter has no background of its own, and axe takes that for white.
  const checked = everyColours.filter((colours) => page !== 'letter' || colours !== 'dark');
  for (const width of widths) {
    await fits(visitor, width);
    for (const colours of checked) {
      await setColours(visitor.page, colours);
      if (visitor.javascript) await expectAccessible(visitor.page);
    }
  }
  await setUsual(visitor.page);
}

async function fits(visitor: Visitor, width: (typeof widths)[number]): Promise<void> {
  await setWidth(visitor.page, width);
  await expectNoSidewaysScrolling(visitor.page);
}
