/** Money and energy are conserved, whatever a community does. */

import { MemoryStorage } from '@commonwatt/consensus';
import {
  ACTION,
  DEFAULT_POLICY,
  type Period,
  setSettlementPolicyCodec,
} from '@commonwatt/contracts';
import { Ledger, type RuleBook } from '@commonwatt/ledger';
import { Bookkeeper } from '../checkers/bookkeeper.ts';
import { statementOf } from '../checkers/deliveries.ts';
import { CALL_MECHANISMS, type CallRule, drawCallRules } from '../community/call-rules.ts';
import {
  act,
  COMMUNITY_FROM_MS,
  CONNECTION_W,
  type CommunityPlan,
  callMarketsOf,
  commitBlock,
  communityGenesis,
  Device,
  homeName,
  marketsOf,
  OFFICER,
  oneThreadCrypto,
  SLOT_MS,
} from '../community/simulated-community.ts';
import { type Proposed, SimulatedSettlement } from '../community/simulated-settlement.ts';
import { type Batch, Traffic } from '../community/traffic.ts';
import type { SeededRandom } from '../households/seeded-random.ts';
import { type Campaign, type Figures, promise } from './campaign.ts';
import { rulesWith } from './planted-rules.ts';

const HOMES = 24;
const BATCHES_PER_BLOCK = 8;
const BLOCK_MS = 60_000;
const PERIOD_MS = 4 * SLOT_MS;
const WHOLE_OPERATIONS = 100_000;
const SMALL_OPERATIONS = 2500;

export const conserve: Campaign = {
  name: 'conserve',
  promise: 'money and energy are conserved over any operations, as a second bookkeeper counts them',
  cases: { whole: 5, small: 1 },
  ofCase: '100,000 random operations on markets of every rule (2,500 in a small case)',
  plants: [
    'mint',
    'lose',
    'keep back what was withdrawn',
    'hold back the price of the seller',
    'lose the spread',
    'pay a seller the price of its buyer',
    'pay out twice',
  ],
  open: async ({ seed, isSmall, plant }) => ({
    check(index, random) {
      const operations = isSmall ? SMALL_OPERATIONS : WHOLE_OPERATIONS;
      const world = new BookedLedger(rulesWith(plant), drawCallRules(random, seed - 1 + index));
      return runOperations(world, random, operations);
    },
    conclude(figures) {
      const { trades = 0, settledPeriods = 0, refused = 0, spreadNano = 0 } = figures;
      promise(trades > 20 && settledPeriods > 0 && refused > 20, 'too little happened to tell');
      if (isSmall) return;
      promise(spreadNano > 0, 'no trade with two prices was delivered');
      const silent = CALL_MECHANISMS.filter((name) => (figures[name] ?? 0) === 0);
      promise(silent.length === 0, `no trade by ${silent.join(', ')}`);
    },
  }),
};

async function runOperations(
  world: BookedLedger,
  random: SeededRandom,
  operations: number,
): Promise<Figures> {
  await world.begin();
  while (world.operations < operations) {
    await world.step(random);
    if (world.isPeriodOver()) await world.settle(random);
  }
  return { ...world.bookkeeper.figures, ...world.counts };
}

/** So that a spread can be paid out soon after. */
const CORRECTABLE_SHORTLY: Batch = {
  from: 0,
  actions: [
    act(ACTION.setSettlementPolicy, setSettlementPolicyCodec, {
      policy: { ...DEFAULT_POLICY, validFromMs: COMMUNITY_FROM_MS, correctionMs: 2 * SLOT_MS },
    }),
  ],
};

/** A bare ledger under traffic, with the second bookkeeper beside it. */
class BookedLedger {
  readonly bookkeeper: Bookkeeper;
  readonly #ledger: Ledger;
  readonly #traffic: Traffic;
  readonly #settlement = new SimulatedSettlement();
  readonly #plan: CommunityPlan;
  #devices: readonly Device[] = [];
  #timeMs = COMMUNITY_FROM_MS;
  #periodFromMs = COMMUNITY_FROM_MS;
  operations = 0;
  #refused = 0;
  #blocks = 0;

  constructor(rules: RuleBook, callRules: readonly CallRule[]) {
    this.#plan = { homes: HOMES, checkpointBlocks: 100, callRules };
    this.#traffic = new Traffic(HOMES, callMarketsOf(callRules.length));
    this.bookkeeper = new Bookkeeper({
      connectionWh: (CONNECTION_W * BigInt(SLOT_MS)) / 3_600_000n,
      markets: marketsOf(this.#plan),
      timeMs: COMMUNITY_FROM_MS,
    });
    this.#ledger = new Ledger({ crypto: oneThreadCrypto, storage: new MemoryStorage(), rules });
  }

  get counts() {
    return { operations: this.operations, refused: this.#refused, blocks: this.#blocks };
  }

  async begin(): Promise<void> {
    const ledger = this.#ledger;
    await ledger.initChain(communityGenesis(this.#plan));
    this.#devices = Array.from(
      { length: HOMES + 1 },
      (_, at) => new Device(at === 0 ? 'officer' : homeName(at - 1), ledger.chain),
    );
    await this.#block([CORRECTABLE_SHORTLY, ...this.#traffic.opening()]);
  }

  async step(random: SeededRandom): Promise<void> {
    this.#timeMs += BLOCK_MS;
    const count = 1 + random.below(2 * BATCHES_PER_BLOCK);
    const batches = Array.from({ length: count }, () => this.#traffic.batch(random, this.#timeMs));
    await this.#block(batches);
  }

  /** A period is settled one slot after its end, when all of it was cleared. */
  isPeriodOver(): boolean {
    return this.#timeMs >= this.#periodFromMs + PERIOD_MS + SLOT_MS;
  }

  async settle(random: SeededRandom): Promise<void> {
    const period = {
      periodFromMs: this.#periodFromMs,
      periodUntilMs: this.#periodFromMs + PERIOD_MS,
    };
    await this.#block([this.#settlement.meter(this.#ledger, random, period)]);
    let proposed = await this.#propose(period);
    // Late readings: a later run posts what it differs by.
    for (let later = random.below(3); later > 0; later--) {
      await this.#block([this.#settlement.correct(random, proposed)]);
      proposed = await this.#propose(period, proposed);
    }
    this.#periodFromMs += PERIOD_MS;
  }

  async #propose(period: Period, after?: Proposed): Promise<Proposed> {
    const proposed = this.#settlement.propose(this.#ledger, period, after);
    this.bookkeeper.hear(statementOf(proposed.input, proposed.computed));
    const [settled] = await this.#block([proposed.batch]);
    promise(settled === 0, `the run of ${period.periodFromMs} was refused: number ${settled}`);
    return proposed;
  }

  /** Puts batches into a block and compares the books. Answers with the first action's code. */
  async #block(batches: readonly Batch[]): Promise<readonly number[]> {
    const bytes = batches.map(({ from, actions }) =>
      (this.#devices[from] as Device).sign(actions, this.#timeMs),
    );
    const outcome = await commitBlock(this.#ledger, this.#timeMs, bytes);
    for (const { code } of outcome.receipts) promise(code === 0, `a batch was refused: ${code}`);
    const codes = outcome.receipts.flatMap((one) => one.actions);
    this.operations += codes.length;
    this.#refused += codes.filter((code) => code !== 0).length;
    this.#blocks++;
    this.bookkeeper.follow(batches, outcome, (from) => from + OFFICER);
    this.bookkeeper.compare(this.#ledger.state);
    this.#traffic.learn(batches, outcome);
    return outcome.receipts[0]?.actions ?? [];
  }
}
