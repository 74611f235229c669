/**
 * A ledger on which runs are settled: sellers and buyers with credit, meters, checkers, and trades
 * planted with their escrow as the market module would have left them.
 */

import { type ActionType, activeVersion, hash32, struct, toHex } from '@commonwatt/ledger';
import { money, power } from '@commonwatt/units';
import { ACTION } from '../../action-types.ts';
import { marketModule } from '../../execution/market-by-meters.ts';
import type { ContractModule } from '../../execution/module.ts';
import {
  action,
  type FounderOptions,
  OFFICER_ROLES,
  ruleBookOf,
  TestingLedger,
  type TestingOptions,
  testingKey,
} from '../../execution/testing-ledger.test-support.ts';
import { governanceModule } from '../../governance/module.ts';
import { ROLE } from '../../identity/messages.ts';
import { identityModule } from '../../identity/module.ts';
import { members } from '../../identity/state.ts';
import { duesOf, recordTrade } from '../../market/payment.ts';
import { type Trade, tradeCodec, trades } from '../../market/state.ts';
import {
  commitReadingsCodec,
  PLAIN_CONNECTION,
  registerMeterCodec,
} from '../../metering/messages.ts';
import { meteringModule } from '../../metering/module.ts';
import { commitmentsOfPeriod, meters } from '../../metering/state.ts';
import { account, balanceOf, toEscrow } from '../../wallet/accounts.ts';
import { walletModule } from '../../wallet/module.ts';
import { SETTLEMENT } from '../judge.ts';
import {
  type DisputeRun,
  disputeRunCodec,
  proposeRunCodec,
  type Run,
  signRunCodec,
} from '../messages.ts';
import { SETTLEMENT_VERSIONS, settlementModule } from '../module.ts';
import { openTradesOf } from '../open-trades.ts';
import { policyAt } from '../policy.ts';
import { type Reading, readingsRootOf } from '../readings.ts';
import { type ComputedRun, computeRun, type RunInput, runHash } from '../run.ts';
import { tariffsOf } from '../tariff.ts';
import {
  FROM_MS,
  QUARTER_MS,
  readingsOf,
  secretOf,
  sha256,
  type TerseMeter,
  type TerseTrade,
  tradeEntry,
} from './street.ts';

interface Plant {
  readonly id: Uint8Array;
  readonly trade: Trade;
}
const PLANT = 65_000;
const plantCodec = struct<Plant>({ id: hash32, trade: tradeCodec });
const plant: ActionType<Plant> = {
  type: PLANT,
  name: 'plant',
  codec: plantCodec,
  apply(context, { id, trade }) {
    const dues = duesOf(trade);
    for (const side of ['buyer', 'seller'] as const) {
      if (dues[side] > 0n) toEscrow(context.state, trade[side], dues[side]);
    }
    recordTrade(context, id, trade);
    return undefined;
  },
};

export const plantingModule: ContractModule = {
  name: 'planting',
  tables: [],
  groupings: [],
  actions: [plant],
};

const rules = ruleBookOf(
  [
    identityModule,
    walletModule,
    marketModule,
    meteringModule,
    settlementModule,
    governanceModule,
    plantingModule,
  ],
  new Map([['settlement', SETTLEMENT_VERSIONS]]),
);

const CREDIT = money(1_000_000_000n);
const home: FounderOptions = { kind: 'home solar system', creditLimit: CREDIT };
const checker: FounderOptions = { kind: 'organisation', roles: ROLE.checker };

/** Members by number: 1 the officer, 2 ana, 3 ben, 4 cleo, 5 dora, then the checkers 6 to 8. */
export const ANA = 2;
export const BEN = 3;
export const CLEO = 4;
export const DORA = 5;

export class SettlingLedger {
  readonly testing: TestingLedger;
  readonly readings = new Map<number, readonly Reading[]>();
  readonly slots: number;

  private constructor(testing: TestingLedger, slots: number) {
    this.testing = testing;
    this.slots = slots;
  }

  static async create(
    options: TestingOptions & { readonly slots?: number; readonly checkers?: number } = {},
  ): Promise<SettlingLedger> {
    const { slots = 4, checkers = 1, ...rest } = options;
    const testing = await TestingLedger.create({
      timeMs: FROM_MS,
      rules,
      // With several checkers the officer is none of them.
      officer: { roles: checkers === 1 ? OFFICER_ROLES : OFFICER_ROLES & ~ROLE.checker },
      founders: {
        ana: home,
        ben: home,
        cleo: home,
        dora: home,
        'checker one': checker,
        'checker two': checker,
        'checker three': checker,
      },
      ...rest,
      genesis: { checkerThreshold: checkers, ...rest.genesis },
    });
    return new SettlingLedger(testing, slots);
  }

  get state() {
    return this.testing.state;
  }
  get period() {
    return { periodFromMs: FROM_MS, periodUntilMs: FROM_MS + this.slots * QUARTER_MS };
  }

  /** Lets the period pass. */
  async pass(): Promise<void> {
    if (this.testing.timeMs < this.period.periodUntilMs) {
      await this.testing.block(this.period.periodUntilMs);
    }
  }

  async plant(...terse: readonly TerseTrade[]): Promise<void> {
    const actions = terse
      .map(tradeEntry)
      .map(([id, trade]) => action(PLANT, plantCodec, { id, trade }));
    await this.done('officer', ...actions);
  }

  /** Registers meters in the order given, from number 1 on, and keeps what they will count. */
  async meter(...all: readonly TerseMeter[]): Promise<void> {
    for (const one of all) {
      const meter = this.state.size(meters) + 1;
      await this.done(
        'officer',
        action(ACTION.registerMeter, registerMeterCodec, {
          ...PLAIN_CONNECTION,
          member: one.member,
          source: 'provider',
          key: testingKey('officer').publicKey,
          importLimitW: power(30_000n),
          exportLimitW: power(30_000n),
          renewable: one.renewable === true ? 'yes' : 'no',
        }),
      );
      this.readings.set(meter, readingsOf(meter, one));
    }
  }

  /** Commits to the readings of every meter. */
  commitment() {
    const roots = [...this.readings].map(([meter, list]) => ({
      meter,
      root: readingsRootOf(sha256, list),
    }));
    return action(ACTION.commitReadings, commitReadingsCodec, { ...this.period, roots });
  }

  async commit(): Promise<void> {
    await this.pass();
    await this.done('officer', this.commitment());
  }

  /** The run that follows from the ledger and the kept readings. */
  compute(given: Partial<RunInput> = {}): ComputedRun {
    const { state, period } = this;
    const policy = policyAt(state, period.periodFromMs);
    return computeRun(sha256, {
      version: activeVersion(state, SETTLEMENT, (this.testing.ledger.head?.height ?? -1) + 1),
      ...period,
      slotLengthMs: QUARTER_MS,
      trades: openTradesOf(state, period),
      readings: this.readings,
      meters: new Map(state.entries(meters)),
      secrets: new Map(state.entries(members).map(([member]) => [member, secretOf(member)])),
      commitments: state.group(commitmentsOfPeriod, `${period.periodFromMs}`),
      policy,
      tariffs: tariffsOf(state, period),
      ...given,
    });
  }

  /** What a run needs to follow one that took effect: its own trades, and its place behind it. */
  after(run: Run, stage: Run['stage'], planted: readonly TerseTrade[]): Partial<RunInput> {
    const adjusts = runHash(sha256, run);
    const sequence = run.sequence + 1;
    return { stage, sequence, adjusts, trades: planted.map(tradeEntry) };
  }

  async propose(name: string, run: Run): Promise<string> {
    return this.one(name, action(ACTION.proposeRun, proposeRunCodec, { run }));
  }

  async sign(name: string, run: Run): Promise<string> {
    const { periodFromMs } = run;
    const hash = runHash(sha256, run);
    return this.one(name, action(ACTION.signRun, signRunCodec, { periodFromMs, runHash: hash }));
  }

  async dispute(
    name: string,
    run: Run,
    reason = 'my meter says otherwise',
    lines: DisputeRun['lines'] = [],
  ): Promise<string> {
    const { periodFromMs } = run;
    const hash = runHash(sha256, run);
    return this.one(
      name,
      action(ACTION.disputeRun, disputeRunCodec, { periodFromMs, runHash: hash, reason, lines }),
    );
  }

  async one(name: string, ...actions: Parameters<TestingLedger['sign']>[1]): Promise<string> {
    return (await this.testing.run(name, ...actions)).join(' ');
  }

  /** @throws Error when an action is refused. */
  async done(name: string, ...actions: Parameters<TestingLedger['sign']>[1]): Promise<void> {
    const codes = await this.testing.run(name, ...actions);
    if (codes.some((code) => code !== 'done')) throw new Error(`${name}: ${codes.join(' ')}`);
  }

  /** The signed bytes of a proposal, not sent. */
  proposal(name: string, run: Run): Uint8Array {
    return this.testing.sign(name, [action(ACTION.proposeRun, proposeRunCodec, { run })]);
  }

  /** A member's free balance. */
  free(member: number): bigint {
    return balanceOf(this.state, account(member, 'available'));
  }

  /** What planted trades are called, by their id. */
  namesOf(terse: readonly TerseTrade[]): (id: Uint8Array) => string {
    const names = new Map(terse.map((one) => [toHex(tradeEntry(one)[0]), one.name]));
    return (id) => names.get(toHex(id)) ?? 'a trade that was not planted';
  }

  /** Escrow as the open trades say it should be, by member. */
  escrowDue(): ReadonlyMap<number, bigint> {
    const due = new Map<number, bigint>();
    for (const [, trade] of this.state.entries(trades)) {
      const dues = duesOf(trade);
      for (const side of ['buyer', 'seller'] as const) {
        if (dues[side] > 0n) due.set(trade[side], (due.get(trade[side]) ?? 0n) + dues[side]);
      }
    }
    return due;
  }
}

export const SMALL_TRADES: readonly TerseTrade[] = [
  { name: 'a', slot: 0, seller: ANA, buyer: BEN, energy: 300, price: 100 },
  { name: 'b', slot: 0, seller: ANA, buyer: CLEO, energy: 100, price: 200 },
  { name: 'c', slot: 1, seller: DORA, buyer: BEN, energy: 50, price: 100 },
];

/** Ana sells to ben and cleo, dora sells to ben; dora's reading of the second slot is missing. */
export async function smallStreet(
  options: Parameters<typeof SettlingLedger.create>[0] = {},
): Promise<SettlingLedger> {
  const ledger = await SettlingLedger.create(options);
  await ledger.plant(...SMALL_TRADES);
  await ledger.meter(
    {
      member: ANA,
      renewable: true,
      counted: [
        [5, 200],
        [6, 0],
      ],
    },
    {
      member: BEN,
      counted: [
        [400, 0],
        [100, 0],
      ],
    },
    {
      member: CLEO,
      counted: [
        [40, 0],
        [0, 80],
      ],
    },
    { member: DORA, counted: [[0, 0], undefined] },
  );
  await ledger.commit();
  return ledger;
}
