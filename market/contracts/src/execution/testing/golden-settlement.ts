/** The golden ledger's settled period, and the rules to come. */

import { toHex } from '@commonwatt/ledger';
import { type Money, money } from '@commonwatt/units';
import { ACTION } from '../../action-types.ts';
import { beginEpochCodec } from '../../governance/messages.ts';
import { activateRulesOf } from '../../identity/actions.test-support.ts';
import { members } from '../../identity/state.ts';
import { commitReadingsCodec } from '../../metering/messages.ts';
import { PROVIDER_MEASURED } from '../../metering/ruling.ts';
import { commitmentsOfPeriod, meters } from '../../metering/state.ts';
import type { TradeEntry } from '../../settlement/delivery.ts';
import { lineLeafHash } from '../../settlement/lines.ts';
import {
  decideDisputeCodec,
  disputeRunCodec,
  payOutCodec,
  proposeRunCodec,
  type Run,
  setSettlementPolicyCodec,
  setTariffCodec,
  signRunCodec,
} from '../../settlement/messages.ts';
import { openTradesOf } from '../../settlement/open-trades.ts';
import { payableOf } from '../../settlement/pay-out.ts';
import { DEFAULT_POLICY, policyAt, type SettlementPolicy } from '../../settlement/policy.ts';
import { type Reading, readingSalt, readingsRootOf } from '../../settlement/readings.ts';
import { type ComputedRun, computeRun, type RunInput, runHash } from '../../settlement/run.ts';
import { type Tariff, tariffsOf } from '../../settlement/tariff.ts';
import { action, testingCrypto } from '../testing-ledger.test-support.ts';
import {
  bytes32,
  DAY_MS,
  EQUAL_MS,
  HOUR_MS,
  PERIOD,
  perMwh,
  QUARTER_MS,
  type Recipe,
  wh,
} from './golden-recipe.ts';

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

/** What this community decided: deviations cost, the rest is posted, and what is left over is shared. */
export const POLICY: SettlementPolicy = {
  ...DEFAULT_POLICY,
  sellerDeviationPrice: perMwh(30),
  buyerDeviationPrice: perMwh(20),
  residualCharges: 'posted',
  sharing: 'pro rata',
  sharedPrice: perMwh(90),
  disputeMs: HOUR_MS,
  correctionMs: DAY_MS,
};

const TARIFF: Tariff = {
  fromMs: EQUAL_MS,
  untilMs: EQUAL_MS + DAY_MS,
  supplyPrice: perMwh(250),
  feedInPrice: perMwh(60),
  gridFee: perMwh(80),
  communityGridFee: perMwh(40),
  levy: perMwh(5),
  tax: perMwh(15),
};

/** Prices for the slots to come, and a policy for the days to come; the past has its own. */
export async function decideTariff(recipe: Recipe): Promise<void> {
  const set = (series: readonly Tariff[]) => action(ACTION.setTariff, setTariffCodec, { series });
  const policy = { ...POLICY, validFromMs: EQUAL_MS + DAY_MS, reviewMs: HOUR_MS };
  const decide = (one: SettlementPolicy) =>
    action(ACTION.setSettlementPolicy, setSettlementPolicyCodec, { policy: one });
  await recipe.block([
    [
      'officer',
      [set([TARIFF]), set([]), set([{ ...TARIFF, fromMs: 1, untilMs: 2 }]), decide(policy)],
      ['done', 'tariff_invalid', 'instant_past', 'done'],
    ],
    ['officer', decide({ ...policy, buyerDeviationPrice: perMwh(-1) }), 'policy_invalid'],
    ['ana', set([TARIFF]), 'role_missing'],
  ]);
}

interface Settling {
  readonly recipe: Recipe;
  readonly trades: readonly TradeEntry[];
}

function compute({ recipe, trades }: Settling, given: Partial<RunInput> = {}): ComputedRun {
  const { state } = recipe.ledger;
  return computeRun(testingCrypto.sha256, {
    version: 3,
    ...PERIOD,
    slotLengthMs: QUARTER_MS,
    trades,
    readings: readingsOf(recipe),
    meters: new Map(state.entries(meters)),
    secrets: new Map(state.entries(members).map(([one]) => [one, bytes32(`secret of ${one}`)])),
    commitments: state.group(commitmentsOfPeriod, `${PERIOD.periodFromMs}`),
    policy: policyAt(state, PERIOD.periodFromMs),
    tariffs: tariffsOf(state, PERIOD),
    ...given,
  });
}

const committing = (readings: ReadonlyMap<number, readonly Reading[]>) =>
  action(ACTION.commitReadings, commitReadingsCodec, {
    ...PERIOD,
    roots: [...readings].map(([meter, list]) => ({
      meter,
      root: readingsRootOf(testingCrypto.sha256, list),
    })),
  });
const proposing = (run: Run) => action(ACTION.proposeRun, proposeRunCodec, { run });
const keyOf = (run: Run) => ({
  periodFromMs: PERIOD.periodFromMs,
  runHash: runHash(testingCrypto.sha256, run),
});
const signing = (run: Run) => action(ACTION.signRun, signRunCodec, keyOf(run));

/**
 * Commitments to the readings, a run that two of three checkers sign, lines of it that are held back
 * and decided, and a late reading that adjusts it.
 */
export async function settle(
  recipe: Recipe,
  beforeCorrection: (run: ComputedRun) => Promise<void>,
): Promise<void> {
  const readings = readingsOf(recipe);
  const strange = { ...PERIOD, roots: [{ meter: 99, root: bytes32('strange') }] };
  await recipe.block([['officer', committing(readings), 'period_not_over']]);
  await recipe.block([], PERIOD.periodUntilMs);
  await recipe.block([
    ['ben', committing(readings), 'not_the_meter'],
    [
      'officer',
      [committing(readings), action(ACTION.commitReadings, commitReadingsCodec, strange)],
      ['done', 'meter_unknown'],
    ],
  ]);
  const settling = { recipe, trades: openTradesOf(recipe.ledger.state, PERIOD) };
  const computed = compute(settling);
  const { run } = computed;
  await sign(settling, computed);
  await beforeCorrection(computed);
  await adjust(settling, run);
}

async function sign({ recipe }: Settling, { run, members: ofMembers }: ComputedRun): Promise<void> {
  const generous = run.postings.map((one, at) =>
    at === 0 ? { ...one, amount: money(one.amount + 1n) } : one,
  );
  const lines = ofMembers.find(({ member }) => member === recipe.number('ben'))?.lines ?? [];
  const paid = lines.filter((line) => line.money < 0n).slice(0, 2);
  const disputed = paid
    .map((line) => ({
      trade: line.trade,
      amount: money(-line.money),
      lineLeaf: lineLeafHash(testingCrypto.sha256, line),
    }))
    .sort((a, b) => (toHex(a.trade) < toHex(b.trade) ? -1 : 1));
  const dispute = action(ACTION.disputeRun, disputeRunCodec, {
    ...keyOf(run),
    reason: 'I count 47 Wh',
    lines: disputed,
  });
  const decide = (trade: Uint8Array, part: Money) =>
    action(ACTION.decideDispute, decideDisputeCodec, {
      periodFromMs: PERIOD.periodFromMs,
      trade,
      paid: part,
    });
  const [first] = disputed;
  if (first === undefined) throw new Error('golden ledger: expected that ben pays for a trade');
  await recipe.block([
    ['ana', proposing(run), 'role_missing'],
    ['scribe', signing(run), 'run_unknown'],
    ['officer', proposing({ ...run, postings: generous }), 'not_conserved'],
    ['officer', proposing({ ...run, stage: 'adjusting' }), 'stage_wrong'],
    ['warden', [proposing(run), signing(run)], ['done', 'run_signed_already']],
    ['ben', [dispute, dispute], ['done', 'dispute_known']],
  ]);
  await recipe.block([
    ['scribe', signing(run)],
    [
      'officer',
      [signing(run), decide(first.trade, money(1n))],
      ['period_settled', 'needs_decision'],
    ],
  ]);
  await recipe.decide(decide(first.trade, money(first.amount / 3n)));
  // What is left undecided is paid when its time is over.
  await recipe.block([], recipe.ledger.timeMs + HOUR_MS);
}

/** A late reading: the seller gave more than was known, and the period is settled by difference. */
async function adjust(settling: Settling, run: Run): Promise<void> {
  const { recipe } = settling;
  const readings = new Map(readingsOf(recipe));
  const late = (readings.get(3) ?? []).map((one, at) => ({
    ...one,
    exported: at === 0 ? wh(100) : one.exported,
    version: 2,
  }));
  readings.set(3, late);
  await recipe.block([['officer', committing(readings)]]);
  const after = { stage: 'adjusting', sequence: 1, adjusts: keyOf(run).runHash } as const;
  const adjusted = compute(settling, { ...after, readings }).run;
  const idle = compute(settling, {
    ...after,
    readings,
    sequence: 2,
    adjusts: keyOf(adjusted).runHash,
  }).run;
  await recipe.block([
    ['officer', proposing({ ...adjusted, sequence: 2 }), 'stage_wrong'],
    ['officer', proposing(adjusted)],
  ]);
  await recipe.block([['scribe', signing(adjusted)]]);
  await recipe.block([['officer', proposing(idle), 'nothing_to_adjust']]);
}

/** What the period's deviations and fees came to is paid out: once nothing can take it back. */
export async function payOut(recipe: Recipe): Promise<void> {
  const { state } = recipe.ledger;
  const pay = (member: number | undefined, amount: Money) =>
    action(ACTION.payOut, payOutCodec, {
      account: 'grid',
      amount,
      member,
      reference: bytes32('bank 7'),
    });
  const { balance } = payableOf(state, 'grid');
  await recipe.block([
    ['ana', pay(undefined, balance), 'role_missing'],
    ['officer', pay(undefined, balance), 'needs_decision'],
  ]);
  await recipe.block([], recipe.ledger.timeMs + DAY_MS);
  await recipe.decide(pay(recipe.number('ana'), money(balance / 2n)));
}

/** A later version of a rule set, active from a height that this ledger does not reach. */
export async function activate(recipe: Recipe): Promise<void> {
  const later = { ruleSet: 'settlement', version: 4, fromHeight: 1_000_000 };
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
