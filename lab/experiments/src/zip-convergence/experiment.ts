/** Whether prices find the equilibrium: traders that shout at random beside traders that learn. */

import type { Meeting } from '@commonwatt/mechanisms';
import type { Comparison, Experiment, Reproduction, ReproductionPart } from '../reproduction.ts';
import { numberRow, ruleRow } from '../rows.ts';
import { intervalText, isClearlyBelow } from '../sampling/mean-interval.ts';
import parameters from './parameters.json' with { type: 'json' };
import predicted from './predicted.expected.json' with { type: 'json' };
import {
  type DayFigures,
  dayFigures,
  type LimitMarket,
  MARKETS,
  type TraderName,
} from './sessions.ts';

/** How far a mean price may be from what is predicted or from the equilibrium, in cents. */
const TOLERANCE_CENTS = 6;
/** From here on nobody would say that prices have settled: an alpha in per cent. */
const ALPHA_OFF_PERCENT = 10;
/** By the learners' papers nearly all is gained; in per cent. */
const EFFICIENCY_LEAST_PERCENT = 95;

const LEARNERS = ['zip', 'adaptive-aggressive', 'gjerstad-dickhaut'] as const;

export const zipConvergence = {
  name: 'zip-convergence',
  paper:
    'Cliff and Bruten 1997: Zero is Not Enough: On the Lower Limit of Agent Intelligence for Continuous Double Auction Markets, HPL-97-141',
  claim:
    'Prices of zero-intelligence traders stay off the equilibrium where schedules are not symmetric; those of ZIP traders find it',
  run: () => reproduceZipConvergence(parameters.runs),
} satisfies Experiment;

export type RunsOfTraders = Readonly<Record<TraderName, number>>;

/** By trader, day after day. */
type Figures = Readonly<Record<TraderName, readonly DayFigures[]>>;

interface MarketFigures {
  readonly market: LimitMarket;
  readonly book: Figures;
  /** The paper's own way of meeting, for the two traders of the paper. */
  readonly acceptance: Pick<Figures, 'zi-c' | 'zip'>;
}

export function reproduceZipConvergence(
  runs: RunsOfTraders,
  markets: readonly LimitMarket[] = MARKETS,
): Reproduction {
  const figures = markets.map((market): MarketFigures => {
    const daysOf = (trader: TraderName, meeting: Meeting) =>
      dayFigures({
        market,
        trader,
        meeting,
        runs: runs[trader],
        stepsPerCent: parameters.stepsPerCent,
      });
    return {
      market,
      book: {
        'zi-c': daysOf('zi-c', 'book'),
        zip: daysOf('zip', 'book'),
        'adaptive-aggressive': daysOf('adaptive-aggressive', 'book'),
        'gjerstad-dickhaut': daysOf('gjerstad-dickhaut', 'book'),
      },
      acceptance: { 'zi-c': daysOf('zi-c', 'acceptance'), zip: daysOf('zip', 'acceptance') },
    };
  });
  return {
    experiment: 'zip-convergence',
    parts: [
      predictions(figures),
      ...figures.map(dayTable),
      { title: 'Prices', comparisons: figures.flatMap(settling) },
      {
        title: 'Gain on the last day as a percentage of the most there is',
        comparisons: [
          ...figures.flatMap(gains),
          ...figures.slice(0, 1).map((one) => coarsePrices(one, runs)),
        ],
      },
    ],
  };
}

/** Zero intelligence: the mean price that the paper derives from the limits alone. */
function predictions(markets: readonly MarketFigures[]): ReproductionPart {
  const comparisons = markets.map(({ market, book, acceptance }): Comparison => {
    const one = predicted.find((row) => row.market === market.name);
    if (one === undefined) throw new RangeError(`predictions: expected market ${market.name}`);
    const ours = meanOver(acceptance['zi-c'].map(({ meanCents }) => meanCents.mean));
    const byBook = meanOver(book['zi-c'].map(({ meanCents }) => meanCents.mean));
    return numberRow({
      name: one.market,
      ours,
      theirs: one.meanCents,
      tolerance: TOLERANCE_CENTS,
      decimals: 1,
      contradictsAsKnown: one.expected === 'contradicts',
      note: `within ${TOLERANCE_CENTS}; by the book ${byBook.toFixed(1)}; the equilibrium is ${parameters.equilibriumCents}`,
    });
  });
  return {
    title: 'Mean price of zi-c in cents, shouts met by acceptance, beside the predicted one',
    comparisons,
  };
}

function dayTable({ market, book }: MarketFigures): ReproductionPart {
  const comparisons = book.zip.map((zip, at): Comparison => {
    const simple = at < book['zi-c'].length ? book['zi-c'][at] : undefined;
    if (simple === undefined) throw new RangeError(`days: expected day ${at + 1} of zi-c`);
    const settled = at + 1 >= market.settlesByDay;
    const isBelow = isClearlyBelow(zip.alphaPercent, simple.alphaPercent);
    const ours = (['zi-c', ...LEARNERS] as const).map((name) => {
      const day = book[name][at];
      return day === undefined ? '' : intervalText(day.alphaPercent, 1);
    });
    return {
      name: `day ${at + 1}`,
      ours: ours.join(' | '),
      theirs: '',
      found: settled ? (isBelow ? 'holds' : 'fails') : 'open',
      expected: settled ? 'holds' : 'open',
      note: settled ? 'zip clearly below zi-c' : '',
    };
  });
  return {
    title: `${market.name}: Smith's alpha in per cent by the book, zi-c | ${LEARNERS.join(' | ')}`,
    comparisons,
  };
}

function settling({ market, book, acceptance }: MarketFigures): Comparison[] {
  const rows = [
    ...ziRows(market, 'by the book', book['zi-c']),
    ...ziRows(market, 'by acceptance', acceptance['zi-c']),
    fallingRow(market, 'by the book', book.zip),
    fallingRow(market, 'by acceptance', acceptance.zip),
  ];
  const last = ends(book['zi-c']).last.alphaPercent;
  for (const name of LEARNERS) {
    const ours = ends(book[name]).last.alphaPercent;
    rows.push(
      ruleRow({
        name: `${market.name}: ${name} ends nearer than zi-c`,
        ours: `alpha ${intervalText(ours, 1)} to ${intervalText(last, 1)}`,
        holds: isClearlyBelow(ours, last),
        note: 'by the book, last day',
      }),
    );
  }
  if (market.settlesByDay < parameters.days) {
    rows.push(
      settledRow(market, 'by the book', book.zip),
      settledRow(market, 'by acceptance', acceptance.zip),
    );
  } else {
    const ours = ends(acceptance.zip).last.alphaPercent;
    rows.push(
      ruleRow({
        name: `${market.name}: zip is slow`,
        ours: `alpha ${intervalText(ours, 1)} on the last day`,
        theirs: 'approaches slowly',
        holds: ours.mean > ALPHA_OFF_PERCENT,
        note: 'by acceptance',
      }),
    );
  }
  return rows;
}

/** Where schedules are flat, random shouts stay off the equilibrium for good. */
function ziRows(market: LimitMarket, how: string, days: readonly DayFigures[]): Comparison[] {
  const { first, last } = ends(days);
  const off = Math.abs(last.meanCents.mean - parameters.equilibriumCents);
  const rows = [
    ruleRow({
      name: `${market.name}: zi-c learns nothing, ${how}`,
      ours: `alpha ${alphas(first, last)}`,
      holds: !isClearlyBelow(last.alphaPercent, first.alphaPercent),
      note: 'the last day is not clearly below the first',
    }),
  ];
  if (!market.isFlat) return rows;
  return [
    ...rows,
    ruleRow({
      name: `${market.name}: zi-c stays off, ${how}`,
      ours: `${intervalText(last.meanCents, 1)} cents`,
      theirs: 'not at 200',
      holds: off > TOLERANCE_CENTS && off > last.meanCents.halfWidth,
      note: 'mean price of the last day',
    }),
  ];
}

function fallingRow(market: LimitMarket, how: string, days: readonly DayFigures[]): Comparison {
  const { first, last } = ends(days);
  return ruleRow({
    name: `${market.name}: zip comes nearer, ${how}`,
    ours: `alpha ${alphas(first, last)}`,
    theirs: 'falls',
    holds: isClearlyBelow(last.alphaPercent, first.alphaPercent),
    note: 'first day to last',
  });
}

function settledRow(market: LimitMarket, how: string, days: readonly DayFigures[]): Comparison {
  const later = days.slice(market.settlesByDay - 1);
  const means = later.map(({ meanCents }) => meanCents.mean);
  const off = Math.max(...means.map((one) => Math.abs(one - parameters.equilibriumCents)));
  return ruleRow({
    name: `${market.name}: zip has settled by day ${market.settlesByDay}, ${how}`,
    ours: `at most ${off.toFixed(1)} cents off`,
    theirs: 'typically within four days',
    holds: off <= TOLERANCE_CENTS,
    note: `mean prices from then on within ${TOLERANCE_CENTS} cents of 200`,
  });
}

function gains({ market, book }: MarketFigures): Comparison[] {
  return LEARNERS.map((name) => {
    const ours = ends(book[name]).last.efficiencyPercent;
    return ruleRow({
      name: `${market.name}: ${name}`,
      ours: intervalText(ours, 1),
      theirs: name === 'zip' ? 'often 100' : '',
      holds: ours.mean >= EFFICIENCY_LEAST_PERCENT,
      note: `${EFFICIENCY_LEAST_PERCENT} or more`,
    });
  });
}

/** A learner approaches in steps that grow ever smaller: on whole cents those below one are lost. */
function coarsePrices({ market, book }: MarketFigures, runs: RunsOfTraders): Comparison {
  const sessions = { market, trader: 'zip', meeting: 'book', runs: runs.zip } as const;
  const coarse = ends(dayFigures({ ...sessions, stepsPerCent: 1 })).last.efficiencyPercent;
  const fine = ends(book.zip).last.efficiencyPercent;
  return ruleRow({
    name: `${market.name}: zip loses by whole cents`,
    ours: `${intervalText(coarse, 1)} instead of ${intervalText(fine, 1)}`,
    holds: isClearlyBelow(coarse, fine),
    note: `the others trade in steps of 1/${parameters.stepsPerCent} cent`,
  });
}

function ends(days: readonly DayFigures[]): {
  readonly first: DayFigures;
  readonly last: DayFigures;
} {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined)
    throw new RangeError('days: expected one, got none');
  return { first, last };
}

function alphas(first: DayFigures, last: DayFigures): string {
  return `${intervalText(first.alphaPercent, 1)} to ${intervalText(last.alphaPercent, 1)}`;
}

function meanOver(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
