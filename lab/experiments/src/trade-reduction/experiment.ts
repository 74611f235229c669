/** Trade reduction and its heirs: what they promise, what they lose, and what many tied prices do to them. */

import type { Comparison, Experiment, Reproduction, ReproductionPart } from '../reproduction.ts';
import { percent, ruleRow } from '../rows.ts';
import {
  intervalText,
  isClearlyBelow,
  type MeanInterval,
  meanInterval,
} from '../sampling/mean-interval.ts';
import type { BookKind } from './books.ts';
import { type LieSample, type Misreports, misreportsOf } from './lies.ts';
import { type Outcome, outcomesOf, type RuleName } from './outcomes.ts';
import parameters from './parameters.json' with { type: 'json' };
import peers from './peers.expected.json' with { type: 'json' };

const RULES = ['mcafee', 'sbba', 'muda'] as const;
const KINDS = ['unit', 'fine', 'coarse'] as const;

/** What a large book of tied prices is to trade of the most it can, at least. */
const LEAST_VOLUME = 0.8;
/** In a share, fractions of a Wh go by largest remainder: that much of the value may be missing. */
const ROUNDING = 1e-6;

export const tradeReduction = {
  name: 'trade-reduction',
  paper:
    'McAfee 1992: A Dominant Strategy Double Auction, Journal of Economic Theory 56; Segal-Halevi, Hassidim and Aumann 2016: SBBA, SAGT; 2018: MUDA, AAAI',
  claim:
    'Giving up one deal at most buys truthfulness: McAfee leaves money over, SBBA none, MUDA loses ever less as markets grow',
  run: () => reproduceTradeReduction(parameters),
} satisfies Experiment;

export interface TradeReductionAmount {
  readonly sizes: readonly { readonly orders: number; readonly books: number }[];
  readonly lies: readonly LieSample[];
}

type Outcomes = Readonly<Record<BookKind, ReadonlyMap<RuleName, readonly Outcome[]>>>;

export function reproduceTradeReduction({ sizes, lies }: TradeReductionAmount): Reproduction {
  const outcomes = {
    unit: outcomesOf(RULES, 'unit', sizes),
    fine: outcomesOf(RULES, 'fine', sizes),
    coarse: outcomesOf(RULES, 'coarse', sizes),
  };
  return {
    experiment: 'trade-reduction',
    parts: [
      theorems(outcomes),
      balances(outcomes),
      ...RULES.map((name) => growth(name, outcomes, sizes)),
      tiedPrices(outcomes),
      truthfulness(lies),
    ],
  };
}

function of(outcomes: Outcomes, kind: BookKind, name: RuleName): readonly Outcome[] {
  const found = outcomes[kind].get(name);
  if (found === undefined || found.length === 0) {
    throw new RangeError(`experiment: expected ${kind} books of ${name}, got none that trade`);
  }
  return found;
}

/** On books of the theorems: one unit each, no two limits equal. */
function theorems(outcomes: Outcomes): ReproductionPart {
  const unitWh = BigInt(parameters.unitWh);
  const lost = (one: Outcome) => Number(one.efficientVolumeWh - one.volumeWh) / Number(unitWh);
  const bound = (one: Outcome) => 1 - Number(unitWh) / Number(one.efficientVolumeWh);
  const comparisons = (['mcafee', 'sbba'] as const).flatMap((name): Comparison[] => {
    const books = of(outcomes, 'unit', name);
    const mostLost = Math.max(...books.map(lost));
    const several = books.filter(({ efficientVolumeWh }) => efficientVolumeWh > unitWh);
    const room = Math.min(...several.map((one) => one.efficiency - bound(one)));
    return [
      ruleRow({
        name: `${name}: deals given up`,
        ours: `${mostLost} at most`,
        theirs: 'one at most',
        holds: mostLost <= 1,
        note: `of k deals, ${books.length} books`,
      }),
      ruleRow({
        name: `${name}: gains 1 - 1/k or more`,
        ours: `${percent(room, 3)} above it or more, where k > 1`,
        theirs: name === 'mcafee' ? 'always' : 'in expectation',
        holds: room >= -ROUNDING,
        note: name === 'mcafee' ? '' : 'shares in the place of the lottery: in every book',
      }),
    ];
  });
  const shares = of(outcomes, 'unit', 'mcafee').filter(({ volumeWh }) => volumeWh > 0n);
  const most = Math.max(...shares.map(({ left }) => left));
  comparisons.push(
    ruleRow({
      name: 'mcafee: what the market maker keeps of the gain',
      ours: `up to ${percent(most, 1)}`,
      theirs: 'almost all, in some cases',
      holds: most > 0.5,
      note: 'the reason for SBBA',
    }),
  );
  return { title: 'The theorems, on books of equal energies and different limits', comparisons };
}

function balances(outcomes: Outcomes): ReproductionPart {
  const comparisons = RULES.map((name): Comparison => {
    const books = KINDS.flatMap((kind) => of(outcomes, kind, name));
    const isShort = books.some(({ surplus }) => surplus < 0n);
    const over = books.filter(({ surplus }) => surplus > 0n).length;
    return ruleRow({
      name,
      ours: `money left over in ${over} of ${books.length} books, missing in ${isShort ? 'some' : 'none'}`,
      theirs: name === 'mcafee' ? 'weakly balanced' : 'strongly balanced',
      holds: !isShort && (name === 'mcafee') === over > 0,
      note: 'to the nano-euro',
    });
  });
  const onePrice = KINDS.flatMap((kind) => of(outcomes, kind, 'sbba'));
  const most = Math.max(...onePrice.map(({ prices }) => prices));
  comparisons.push(
    ruleRow({
      name: 'sbba: prices in a book',
      ours: `${most} at most`,
      theirs: 'one',
      holds: most === 1,
      note: '',
    }),
  );
  return { title: 'Budget balance, over all books', comparisons };
}

/** A tenfold market loses half as much or less, as far as so few books can tell. */
function growth(
  name: RuleName,
  outcomes: Outcomes,
  sizes: TradeReductionAmount['sizes'],
): ReproductionPart {
  const lossAt = (orders: number, kind: BookKind): MeanInterval =>
    meanInterval(
      of(outcomes, kind, name)
        .filter((one) => one.orders === orders)
        .map(({ efficiency }) => 100 * (1 - efficiency)),
    );
  const comparisons = KINDS.flatMap((kind) =>
    sizes.map(({ orders, books }, at): Comparison => {
      const loss = lossAt(orders, kind);
      const smaller = sizes[at - 1];
      const before = smaller === undefined ? undefined : lossAt(smaller.orders, kind);
      const stays = parameters.lossesThatStay.some(
        (one) => one.rule === name && one.kind === kind && one.orders === orders,
      );
      return ruleRow({
        name: `${kind} books of ${orders} orders`,
        ours: intervalText({ ...loss, mean: 100 - loss.mean }, 2),
        theirs: at === sizes.length - 1 ? 'towards 100' : '',
        holds: before === undefined || !isClearlyBelow(halved(before), loss),
        failsAsKnown: stays,
        note: `${books} books${before === undefined ? '' : '; half the loss of the smaller ones, or less'}`,
      });
    }),
  );
  return { title: `${name}: gain in per cent of the most there is`, comparisons };
}

function halved({ mean, halfWidth }: MeanInterval): MeanInterval {
  return { mean: mean / 2, halfWidth: halfWidth / 2 };
}

/** Another engine's trade reductions find nothing to trade on few prices. */
function tiedPrices(outcomes: Outcomes): ReproductionPart {
  const comparisons = peers.flatMap(({ rules, theirs }) =>
    rules.map((rule): Comparison => {
      const name = RULES.find((one) => one === rule);
      if (name === undefined) throw new RangeError(`peers: expected a rule, got ${rule}`);
      const books = of(outcomes, 'coarse', name);
      const large = books.filter(({ orders }) => orders >= 1000);
      const least = Math.min(
        ...large.map((one) => Number(one.volumeWh) / Number(one.efficientVolumeWh)),
      );
      const trading = books.filter(({ volumeWh }) => volumeWh > 0n).length;
      return ruleRow({
        name,
        ours: `${trading} of ${books.length} books trade; from 1,000 orders on ${percent(least, 1)} of the volume or more`,
        theirs,
        holds: large.length > 0 && least > LEAST_VOLUME,
        note: `${parameters.levels.coarse} price levels`,
      });
    }),
  );
  return { title: 'Many tied prices', comparisons };
}

function truthfulness(samples: readonly LieSample[]): ReproductionPart {
  const row = (
    name: 'uniform' | RuleName,
    kind: BookKind,
    { isTruthful, theirs }: { readonly isTruthful: boolean; readonly theirs: string },
  ): Comparison => {
    const ours: Misreports = misreportsOf(name, kind, samples);
    return ruleRow({
      name: `${name}, ${kind} books: no lie pays`,
      ours: `${ours.gaining} of ${ours.tried} members gain, up to ${percent(ours.most, 2)}`,
      theirs,
      holds: ours.gaining === 0,
      failsAsKnown: !isTruthful,
      note: isTruthful ? 'of what the book can gain' : 'the theorem asks for equal energies',
    });
  };
  const always = { isTruthful: true, theirs: 'truthful' };
  const never = { isTruthful: false, theirs: '' };
  const comparisons = [
    ...(['mcafee', 'sbba'] as const).flatMap((name) => [
      row(name, 'unit', always),
      row(name, 'fine', never),
      row(name, 'coarse', never),
    ]),
    ...KINDS.map((kind) => row('muda', kind, always)),
    {
      ...row('uniform', 'unit', never),
      note: 'for comparison: it sets the price by the marginal limits',
    },
  ];
  return { title: 'The best lie of one member, all others honest', comparisons };
}
