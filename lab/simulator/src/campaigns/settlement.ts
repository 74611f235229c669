/** A settlement is one, in whatever order it is computed and however often it is sent. */

import { sha256 } from '@commonwatt/consensus';
import { computeRun, type RunInput, runHash } from '@commonwatt/contracts';
import { toHex } from '@commonwatt/ledger';
import { CALL_MECHANISMS, type CallRule, drawCallRule } from '../community/call-rules.ts';
import { SettledStreet } from '../community/settled-street.ts';
import type { SeededRandom } from '../households/seeded-random.ts';
import { type Campaign, type Figures, promise } from './campaign.ts';
import { rulesWith } from './planted-rules.ts';

const WHOLE_ROUNDS = 1000;
const SMALL_ROUNDS = 30;
const REPLAYED_EVERY = 250;

export const settlement: Campaign = {
  name: 'settlement',
  promise:
    'a period settles to one run in whatever order it is computed, and once however often it is sent',
  cases: { whole: 100, small: 3 },
  ofCase:
    'an hour of a street, its market by one of all rules, then 1,000 shuffles and replays of its settlement (30 in a small case)',
  plants: [
    'the last row counts',
    'one price for both',
    'pay again',
    'lose the spread',
    'pay a seller the price of its buyer',
  ],
  open: async ({ seed, isSmall, plant }) => ({
    check(index, random) {
      // As many cases as there are rules have each of them once.
      const rule = drawCallRule(random, seed + index);
      return retried(random, rule, isSmall ? SMALL_ROUNDS : WHOLE_ROUNDS, plant);
    },
    conclude(figures, cases) {
      const { trades = 0, shortTrades = 0, replays = 0, proposals = 0, shuffles = 0 } = figures;
      const rounds = isSmall ? SMALL_ROUNDS : WHOLE_ROUNDS;
      promise(trades > 3 * cases && shortTrades > cases, 'too little was traded to tell');
      promise(
        Math.min(replays, proposals, shuffles) > (rounds / 6) * cases,
        'too little was tried again to tell',
      );
      if (isSmall) return;
      const silent = CALL_MECHANISMS.filter((name) => (figures[name] ?? 0) === 0);
      promise(silent.length === 0, `no trade by ${silent.join(', ')}`);
      promise((figures.spreadNano ?? 0) > 0, 'no trade with two prices was delivered');
    },
  }),
};

async function retried(
  random: SeededRandom,
  rule: CallRule,
  rounds: number,
  plant: string | undefined,
): Promise<Figures> {
  const street = new SettledStreet(rulesWith(plant), rule);
  const booked = await street.live(random);
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
  const shortTrades = isShort / 2;
  return { ...booked, shortTrades, shuffles, replays, proposals, audits };
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

/** The run's hash, or with a planted rule: the last row has its price for all, or a trade one price. */
function plantedHash(input: RunInput, plant: string | undefined): string {
  if (plant === 'one price for both') {
    const one = input.trades.map(([id, { sellerPrice: _, ...terms }]) => [id, terms] as const);
    return hashOf({ ...input, trades: one });
  }
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
