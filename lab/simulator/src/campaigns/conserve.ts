/** Money and energy are conserved, whatever a community does. */

import { MemoryStorage } from '@commonwatt/consensus';
import { ACTION, accounts, ruleBook } from '@commonwatt/contracts';
import { type AnyActionType, type Execution, Ledger, type RuleBook } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { Bookkeeper } from '../checkers/bookkeeper.ts';
import {
  COMMUNITY_FROM_MS,
  CONNECTION_W,
  commitBlock,
  communityGenesis,
  Device,
  homeName,
  OFFICER,
  oneThreadCrypto,
  SLOT_MS,
} from '../community/simulated-community.ts';
import { type Batch, Traffic } from '../community/traffic.ts';
import type { SeededRandom } from '../households/seeded-random.ts';
import { type Campaign, type Figures, promise } from './campaign.ts';

const HOMES = 24;
const BATCHES_PER_BLOCK = 8;
const BLOCK_MS = 60_000;
const PERIOD_MS = 4 * SLOT_MS;

export const conserve: Campaign = {
  name: 'conserve',
  promise: 'money and energy are conserved over any operations, as a second bookkeeper counts them',
  cases: { whole: 5, small: 1 },
  ofCase: '100,000 random operations (2,000 in a small case)',
  plants: ['mint', 'lose'],
  open: async ({ isSmall, plant }) => ({
    check: (_index, random) => runOperations(random, isSmall ? 2000 : 100_000, rulesWith(plant)),
    conclude({ trades = 0, settledPeriods = 0, refused = 0 }) {
      promise(trades > 20 && settledPeriods > 0 && refused > 20, 'too little happened to tell');
    },
  }),
};

async function runOperations(
  random: SeededRandom,
  operations: number,
  rules: RuleBook,
): Promise<Figures> {
  const world = new BookedLedger(rules);
  await world.begin();
  while (world.operations < operations) {
    await world.step(random);
    if (world.isPeriodOver()) await world.settle(random);
  }
  return { ...world.bookkeeper.figures, ...world.counts };
}

/** A bare ledger under traffic, with the second bookkeeper beside it. */
class BookedLedger {
  readonly bookkeeper = new Bookkeeper((CONNECTION_W * BigInt(SLOT_MS)) / 3_600_000n);
  readonly #ledger: Ledger;
  readonly #traffic = new Traffic(HOMES);
  #devices: readonly Device[] = [];
  #timeMs = COMMUNITY_FROM_MS;
  #periodFromMs = COMMUNITY_FROM_MS;
  operations = 0;
  #refused = 0;
  #blocks = 0;

  constructor(rules: RuleBook) {
    this.#ledger = new Ledger({ crypto: oneThreadCrypto, storage: new MemoryStorage(), rules });
  }

  get counts() {
    return { operations: this.operations, refused: this.#refused, blocks: this.#blocks };
  }

  async begin(): Promise<void> {
    const ledger = this.#ledger;
    await ledger.initChain(communityGenesis({ homes: HOMES, checkpointBlocks: 100 }));
    this.#devices = Array.from(
      { length: HOMES + 1 },
      (_, at) => new Device(at === 0 ? 'officer' : homeName(at - 1), ledger.chain),
    );
    await this.#block(this.#traffic.opening());
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
    await this.#block(this.#traffic.settle(this.#ledger, random, period));
    const { batch } = this.#traffic.propose(this.#ledger, period);
    const [settled] = await this.#block([batch]);
    promise(settled === 0, `the run of ${period.periodFromMs} was refused: number ${settled}`);
    this.#periodFromMs += PERIOD_MS;
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

/** The rules of this release, or with a planted fault and its alarms cut. */
function rulesWith(plant: string | undefined): RuleBook {
  const execution = ruleBook.executions.get(1);
  if (execution === undefined || plant === undefined) return ruleBook;
  const type = plant === 'mint' ? ACTION.transfer : ACTION.share;
  const planted: Execution = {
    ...execution,
    actions: new Map(execution.actions).set(
      type,
      withFault(plant, execution.actions.get(type) as AnyActionType),
    ),
    checkInvariants: () => undefined,
  };
  return { ...ruleBook, executions: new Map([[1, planted]]) };
}

/** `mint`: a transfer gives one nano too many. `lose`: a share empties its sender's escrow. */
function withFault(plant: string, action: AnyActionType): AnyActionType {
  return {
    ...action,
    apply(context, message) {
      const refusal = action.apply(context, message);
      if (refusal !== undefined) return refusal;
      const { state, actor } = context;
      if (plant === 'mint') {
        const key = { owner: message.to, kind: 'available' as const };
        const balance = state.get(accounts, key)?.balance ?? 0n;
        state.set(accounts, key, { balance: money(balance + 1n) });
      } else if (actor.member !== undefined) {
        state.delete(accounts, { owner: actor.member, kind: 'escrow' });
      }
      return undefined;
    },
  };
}
