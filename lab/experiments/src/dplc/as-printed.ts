/** Table 5 by the high-low matching that its first eleven rows follow, and where it leaves it. */

import {
  compareFractions,
  type DirectRound,
  type Fraction,
  fraction,
  matchAsPrinted,
  multiplyFractions,
  type PricedPair,
  pricedPairs,
  printedPrices,
  subtractFractions,
} from '@commonwatt/mechanisms';
import type { Comparison, ReproductionPart, Verdict } from '../reproduction.ts';
import { decimalOf, exactText, isWithin, ROUNDINGS, roundedText } from './decimals.ts';
import { paperRound } from './paper-round.ts';
import { energyOf, PRICE_TOLERANCE, PRINTED_ROWS, type PrintedRow, rowText } from './table-5.ts';

const MILLION = fraction(1n, 1_000_000n);
/** Wh to MWh, and nano-token per Wh to token/kWh. */
const inPaperUnits = (value: Fraction): Fraction => multiplyFractions(value, MILLION);

const FOLLOWING = PRINTED_ROWS.filter(({ expected }) => expected === 'follows');
const BREAKING = PRINTED_ROWS.filter(({ expected }) => expected === 'contradicts');

export function asPrinted(): readonly ReproductionPart[] {
  const round = paperRound({ certificatePrice: 0, bundled: true });
  const pairs = pricedPairs(round, matchAsPrinted(round), 'printed');
  return [
    {
      title: 'Table 5 as printed: pairs and energies by the reading "printed", bundled 1:3',
      comparisons: PRINTED_ROWS.map((row, at) => comparedRow(row, pairs[at])),
    },
    {
      title: 'How the prices of Table 5 were rounded, where its rows follow the formula',
      comparisons: roundings(pairs),
    },
    {
      title: 'Rows 12 to 14 beside the rule of rows 1 to 11',
      comparisons: [...repeatedRows(), ...ownFormula(round), ...priority(), ...sums()],
    },
  ];
}

function comparedRow(row: PrintedRow, pair: PricedPair | undefined): Comparison {
  const common = { name: `row ${row.row}`, theirs: rowText(row), expected: row.expected };
  if (pair === undefined) return { ...common, ours: 'no pair', found: 'contradicts', note: '' };
  const energy = inPaperUnits(pair.energy);
  const prices = [pair.buyerPrice, pair.sellerPrice].map(inPaperUnits);
  const [buyerPrice, sellerPrice] = prices as [Fraction, Fraction];
  const same =
    pair.buyer === row.buyer &&
    pair.seller === row.seller &&
    compareFractions(energy, decimalOf(row.energyMwh)) === 0 &&
    isWithin(buyerPrice, decimalOf(row.buyerPrice), PRICE_TOLERANCE) &&
    isWithin(sellerPrice, decimalOf(row.sellerPrice), PRICE_TOLERANCE);
  const [paid, got] = prices.map((one) => exactText(one, 6));
  return {
    ...common,
    ours: `${pair.buyer} ${pair.seller} ${exactText(energy, 6)} MWh at ${paid}/${got}`,
    found: same ? 'follows' : 'contradicts',
    note: same ? `within ${exactText(PRICE_TOLERANCE, 6)} token/kWh` : '',
  };
}

function roundings(pairs: readonly PricedPair[]): readonly Comparison[] {
  const printed = FOLLOWING.flatMap(({ buyerPrice, sellerPrice }) => [buyerPrice, sellerPrice]);
  const exact = pairs
    .slice(0, FOLLOWING.length)
    .flatMap((pair) => [pair.buyerPrice, pair.sellerPrice].map(inPaperUnits));
  return ROUNDINGS.map((rounding) => {
    const given = exact.filter((one, at) => roundedText(rounding, one, 3) === printed[at]).length;
    return {
      name: `rounded ${rounding}`,
      ours: `${given} of ${printed.length} prices`,
      theirs: 'three decimals',
      found: given === printed.length ? 'holds' : 'fails',
      expected: 'fails',
      note: 'no one rounding gives all of them',
    };
  });
}

function repeatedRows(): readonly Comparison[] {
  const before = FOLLOWING.at(-1) as PrintedRow;
  return BREAKING.map((row) => {
    const prices = row.buyerPrice === before.buyerPrice && row.sellerPrice === before.sellerPrice;
    const energy = row.energyMwh === before.energyMwh;
    const what = energy && prices ? 'energy and prices' : prices ? 'prices' : 'nothing';
    return {
      name: `row ${row.row} repeats row ${before.row}`,
      ours: what,
      theirs: rowText(row),
      found: prices ? 'holds' : 'fails',
      expected: 'holds',
      note: '',
    };
  });
}

/** (F_B + F_S) / 2 and F_S - (F_B - F_S) / 2 of the pairs that the rows name. */
function ownFormula({ buyers, sellers }: DirectRound): readonly Comparison[] {
  return BREAKING.map((row) => {
    const limits = [buyers, sellers].map(
      (rows, side) => rows.find(({ id }) => id === [row.buyer, row.seller][side])?.price ?? 0n,
    );
    const { buyerPrice, sellerPrice } = printedPrices(limits[0] as bigint, limits[1] as bigint);
    const [paid, got] = [buyerPrice, sellerPrice].map(inPaperUnits) as [Fraction, Fraction];
    const same =
      isWithin(paid, decimalOf(row.buyerPrice), PRICE_TOLERANCE) &&
      isWithin(got, decimalOf(row.sellerPrice), PRICE_TOLERANCE);
    return {
      name: `prices of ${row.buyer} with ${row.seller}`,
      ours: `${exactText(paid, 6)}/${exactText(got, 6)}`,
      theirs: `${row.buyerPrice}/${row.sellerPrice}`,
      found: same ? 'follows' : 'contradicts',
      expected: row.expected,
      note: 'the formula of the rows before',
    };
  });
}

function priority(): readonly Comparison[] {
  const theirs = splitText(
    BREAKING.map(({ buyer, energyMwh }) => [buyer, decimalOf(energyMwh)] as const),
  );
  return [true, false].map((bundled) => {
    const { pairs } = matchAsPrinted(paperRound({ certificatePrice: 0, bundled }));
    const ours = splitText(
      BREAKING.map(({ buyer, seller }) => {
        const found = pairs.find((pair) => pair.buyer === buyer && pair.seller === seller);
        return [buyer, inPaperUnits(found?.energy ?? fraction(0n))] as const;
      }),
    );
    return {
      name: `what is left of H2 by priority, ${bundled ? 'bundled' : 'not bundled'}`,
      ours,
      theirs,
      found: ours === theirs ? 'follows' : 'contradicts',
      expected: 'contradicts',
      note: 'the best buyer is filled before the next, in rows 1 to 11',
    };
  });
}

function splitText(parts: readonly (readonly [string, Fraction])[]): string {
  return parts
    .map(([buyer, energy]) => `${buyer} ${energy.numerator === 0n ? 'none' : exactText(energy, 6)}`)
    .join(', ');
}

function sums(): readonly Comparison[] {
  const round = paperRound({ certificatePrice: 0, bundled: true });
  const { pairs } = matchAsPrinted(round);
  const ours = pairs.slice(FOLLOWING.length).reduce((sum, pair) => sum + whole(pair.energy), 0n);
  const theirs = whole(multiplyFractions(energyOf(BREAKING), fraction(1_000_000n)));
  const typed = (type: string) =>
    PRINTED_ROWS.filter(
      ({ seller }) => round.sellers.find(({ id }) => id === seller)?.type === type,
    );
  const [wind, thermal] = [energyOf(typed('wind')), energyOf(typed('thermal'))];
  const ratio = round.bundling ?? fraction(0n);
  const bundled = compareFractions(thermal, multiplyFractions(wind, ratio)) === 0;
  return [
    {
      name: 'sum of rows 12 to 14',
      ours: `${ours / 1_000_000n} MWh`,
      theirs: `${theirs / 1_000_000n} MWh`,
      found: ours === theirs ? 'follows' : 'contradicts',
      expected: 'follows',
      note: '',
    },
    {
      name: 'rows 12 to 14 are feasible',
      ours: 'nobody beyond its own energy',
      theirs: '',
      found: isFeasible(round),
      expected: 'holds',
      note: 'what the rows of each party add to is no more than it declared',
    },
    {
      name: 'thermal energy is three times the wind energy',
      ours: `3 x ${exactText(wind, 0)} = ${exactText(multiplyFractions(wind, ratio), 0)} MWh`,
      theirs: `${exactText(thermal, 0)} MWh in rows 8 to 14`,
      found: bundled ? 'holds' : 'fails',
      expected: 'holds',
      note: 'the bundling holds over the round as a whole',
    },
  ];
}

function isFeasible({ buyers, sellers }: DirectRound): Verdict {
  const parties = [
    ...buyers.map(({ id, energy }) => ({ id, energy, side: 'buyer' as const })),
    ...sellers.map(({ id, energy }) => ({ id, energy, side: 'seller' as const })),
  ];
  const over = parties.filter(({ id, energy, side }) => {
    const traded = energyOf(PRINTED_ROWS.filter((row) => row[side] === id));
    return subtractFractions(inPaperUnits(fraction(energy)), traded).numerator < 0n;
  });
  return over.length === 0 ? 'holds' : 'fails';
}

function whole({ numerator, denominator }: Fraction): bigint {
  return numerator / denominator;
}
