/** A settlement is one, in whatever order it is computed and however often it is sent. */

import { sha256 } from '@commonwatt/consensus';
import {
  ACTION,
  accounts,
  computeRun,
  type RunInput,
  ruleBook,
  runHash,
} from '@commonwatt/contracts';
import { type AnyActionType, type Execution, type RuleBook, toHex } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { SettledStreet } from '../community/settled-street.ts';
import { OFFICER } from '../community/simulated-community.ts';
import type { SeededRandom } from '../households/seeded-random.ts';
import { type Campaign, type Figures, promise } from './campaign.ts';

const REPLAYED_EVERY = 250;

export const settlement: Campaign = {
  name: 'settlement',
  promise:
    'a period settles to one run in whatever order it is computed, and once however often it is sent',
  cases: { whole: 100, small: 3 },
  ofCase: 'a settled hour of a street, then 1,000 shuffles and replays of it (60 in a small case)',
  plants: ['the last row counts', 'pay again'],
  open: async ({ isSmall, plant }) => ({
    check: (_index, random) => retried(random, isSmall ? 60 : 1000, plant),
    conclude({ trades = 0, shortTrades = 0, replays = 0, proposals = 0, shuffles = 0 }, cases) {
      promise(trades > 3 * cases && shortTrades > cases, 'too little was traded to tell');
      promise(
        Math.min(replays, proposals, shuffles) > 10 * cases,
        'too little was tried again to tell',
      );
    },
  }),
};

async function retried(
  random: SeededRandom,
  rounds: number,
  plant: string | undefined,
): Promise<Figures> {
  const street = new SettledStreet(rulesWith(plant));
  await street.live(random);
  const { input, computed } = street.settled;
  const balances = street.balances();
  const expected = toHex(runHash(sha256, computed.run));
  let [shuffles, replays, proposals, audits] = [0, 0, 0, 0];
  for (let round = 1; round <= rounds; round++) {
    switch (random.below(3)) {
      case 0: {
        const found = plantedHash(shuffled(input, random), plant);
        promise(found === expected, `in another order the run is ${found}, not ${expected}`);
        shuffles++;
        break;
      }
      case 1: {
        const bytes = street.sent[random.below(street.sent.length)] as Uint8Array;
        const code = await street.replay(bytes);
        promise(code !== 0, 'a transaction was taken twice');
        replays++;
        break;
      }
      default: {
        const code = await street.send(street.proposal());
        promise(code !== 0, 'a run of a settled period was taken');
        proposals++;
      }
    }
    promise(street.balances() === balances, `after round ${round} balances are others`);
    if (round % REPLAYED_EVERY === 0 || round === rounds) {
      promise(await street.isReplayedClean(), 'the stored blocks do not replay');
      audits++;
    }
  }
  const lines = computed.members.flatMap((one) => one.lines);
  const isShort = lines.filter(({ delivered, traded }) => delivered < traded).length;
  const trades = input.trades.length;
  return { trades, shortTrades: isShort / 2, shuffles, replays, proposals, audits };
}

/** The same input in another order, through and through. */
function shuffled(input: RunInput, random: SeededRandom): RunInput {
  const list = <T>(all: readonly T[]): readonly T[] => mixed(all, random);
  const map = <K, V>(all: ReadonlyMap<K, V>) => new Map(list([...all]));
  return {
    ...input,
    trades: list(input.trades),
    readings: new Map(list([...input.readings]).map(([meter, own]) => [meter, list(own)])),
    meters: map(input.meters),
    secrets: map(input.secrets),
    commitments: list(input.commitments),
  };
}

/** By lot, as Fisher and Yates 1938. */
function mixed<T>(all: readonly T[], random: SeededRandom): readonly T[] {
  const list = [...all];
  for (let last = list.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [list[last], list[other]] = [list[other] as T, list[last] as T];
  }
  return list;
}

/** The run's hash, or with a planted rule under which the last row has its price for all. */
function plantedHash(input: RunInput, plant: string | undefined): string {
  if (plant !== 'the last row counts') return hashOf(input);
  const last = input.trades.at(-1)?.[1].price;
  const trades = input.trades.map(
    ([id, terms]) => [id, { ...terms, price: last ?? terms.price }] as const,
  );
  return hashOf({ ...input, trades });
}

function hashOf(input: RunInput): string {
  return toHex(runHash(sha256, computeRun(sha256, input).run));
}

/** The rules of this release, or such that pay whoever proposes a settled period again. */
function rulesWith(plant: string | undefined): RuleBook {
  const execution = ruleBook.executions.get(1);
  if (execution === undefined || plant !== 'pay again') return ruleBook;
  const propose = execution.actions.get(ACTION.proposeRun) as AnyActionType;
  const planted: Execution = {
    ...execution,
    actions: new Map(execution.actions).set(ACTION.proposeRun, {
      ...propose,
      apply(context, message) {
        const refusal = propose.apply(context, message);
        if (refusal === undefined) return undefined;
        const key = { owner: OFFICER, kind: 'available' as const };
        const balance = context.state.get(accounts, key)?.balance ?? 0n;
        context.state.set(accounts, key, { balance: money(balance + 1n) });
        return undefined;
      },
    }),
    checkInvariants: () => undefined,
  };
  return { ...ruleBook, executions: new Map([[1, planted]]) };
}
