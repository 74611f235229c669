/** The golden ledger's settled period, and the rules to come. */

import { money } from '@commonwatt/units';
import { ACTION } from '../../action-types.ts';
import { beginEpochCodec } from '../../governance/messages.ts';
import { activateRulesOf } from '../../identity/actions.test-support.ts';
import { commitReadingsCodec } from '../../metering/messages.ts';
import { PROVIDER_MEASURED } from '../../metering/ruling.ts';
import { commitmentsOfPeriod, meters } from '../../metering/state.ts';
import { disputeRunCodec, proposeRunCodec, signRunCodec } from '../../settlement/messages.ts';
import { openTradesOf } from '../../settlement/open-trades.ts';
import { type Reading, readingSalt, readingsRootOf } from '../../settlement/readings.ts';
import { computeRun, runHash } from '../../settlement/run.ts';
import { action, testingCrypto } from '../testing-ledger.test-support.ts';
import { bytes32, EQUAL_MS, PERIOD, QUARTER_MS, type Recipe, wh } from './golden-recipe.ts';

/** What the meters counted, in Wh per traded slot: import, export. */
export const COUNTED: readonly (readonly (readonly [imported: number, exported: number])[])[] = [
  [
    [0, 40],
    [0, 0],
    [5, 0],
    [7, 0],
  ],
  [
    [45, 0],
    [150, 0],
    [90, 0],
    [40, 0],
  ],
  [
    [0, 90],
    [0, 160],
    [0, 140],
    [0, 70],
  ],
  [
    [60, 0],
    [60, 0],
    [95, 0],
    [60, 0],
  ],
  [
    [0, 30],
    [10, 0],
    [10, 0],
    [10, 0],
  ],
];

export function readingsOf(recipe: Recipe): ReadonlyMap<number, readonly Reading[]> {
  const { state } = recipe.ledger;
  return new Map(
    COUNTED.map((slots, at) => {
      const meter = at + 1;
      const secret = bytes32(`secret of ${state.get(meters, meter)?.member}`);
      const readings = slots.map(([imported, exported], slot): Reading => {
        const slotMs = EQUAL_MS + slot * QUARTER_MS;
        const salt = readingSalt(testingCrypto.sha256, secret, { meter, slotMs });
        const amounts = { imported: wh(imported), exported: wh(exported) };
        return { meter, slotMs, ...amounts, ...PROVIDER_MEASURED, salt };
      });
      return [meter, readings] as const;
    }),
  );
}

/** Commitments to the readings, a run that two of three checkers sign, and a dispute. */
export async function settle(recipe: Recipe): Promise<void> {
  const { ledger } = recipe;
  const { sha256 } = testingCrypto;
  const readings = readingsOf(recipe);
  const roots = [...readings].map(([meter, list]) => ({
    meter,
    root: readingsRootOf(sha256, list),
  }));
  const committing = action(ACTION.commitReadings, commitReadingsCodec, { ...PERIOD, roots });
  const strange = { ...PERIOD, roots: [{ meter: 99, root: bytes32('strange') }] };
  await recipe.block([['officer', committing, 'period_not_over']]);
  await recipe.block([], PERIOD.periodUntilMs);
  await recipe.block([
    ['ben', committing, 'not_the_meter'],
    [
      'officer',
      [committing, action(ACTION.commitReadings, commitReadingsCodec, strange)],
      ['done', 'meter_unknown'],
    ],
  ]);
  const trades = openTradesOf(ledger.state, PERIOD);
  const parties = new Set(trades.flatMap(([, { seller, buyer }]) => [seller, buyer]));
  const { run } = computeRun(sha256, {
    version: 1,
    ...PERIOD,
    slotLengthMs: QUARTER_MS,
    trades,
    readings,
    meters: new Map(ledger.state.entries(meters)),
    secrets: new Map([...parties].map((one) => [one, bytes32(`secret of ${one}`)])),
    commitments: ledger.state.group(commitmentsOfPeriod, `${PERIOD.periodFromMs}`),
  });
  const propose = (postings: typeof run.postings) =>
    action(ACTION.proposeRun, proposeRunCodec, { run: { ...run, postings } });
  const generous = run.postings.map((one, at) =>
    at === 0 ? { ...one, amount: money(one.amount + 1n) } : one,
  );
  const key = { periodFromMs: PERIOD.periodFromMs, runHash: runHash(sha256, run) };
  const sign = action(ACTION.signRun, signRunCodec, key);
  const dispute = action(ACTION.disputeRun, disputeRunCodec, { ...key, reason: 'I count 47 Wh' });
  await recipe.block([
    ['ana', propose(run.postings), 'role_missing'],
    ['scribe', sign, 'run_unknown'],
    ['officer', propose(generous), 'not_conserved'],
    ['warden', [propose(run.postings), sign], ['done', 'run_signed_already']],
  ]);
  await recipe.block([
    ['scribe', sign],
    ['officer', sign, 'period_settled'],
  ]);
  await recipe.block([
    ['ben', [dispute, dispute], ['done', 'dispute_known']],
    ['officer', committing, 'period_settled'],
  ]);
}

/** A later version of a rule set, active from a height that this ledger does not reach. */
export async function activate(recipe: Recipe): Promise<void> {
  const later = { ruleSet: 'settlement', version: 2, fromHeight: 1_000_000 };
  await recipe.block([
    [
      'officer',
      [
        activateRulesOf({ ...later, version: 1 }),
        activateRulesOf({ ...later, fromHeight: 1 }),
        activateRulesOf(later),
      ],
      ['rules_version_invalid', 'height_past', 'done'],
    ],
    ['ana', activateRulesOf(later), 'role_missing'],
  ]);
}

/** The ledger was restored: its next block says which one was kept, and how many are known lost. */
export async function beginAgain(recipe: Recipe): Promise<void> {
  const { ledger } = recipe;
  const begin = (epoch: number) =>
    action(ACTION.beginEpoch, beginEpochCodec, {
      epoch,
      keptHeight: ledger.height,
      keptHash: ledger.ledger.headHash,
      lostSize: ledger.height + 10,
    });
  await recipe.block([
    ['ana', begin(2), 'role_missing'],
    ['officer', [begin(1), begin(2), begin(3)], ['epoch_invalid', 'done', 'epoch_invalid']],
  ]);
}
