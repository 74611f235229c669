/** Table 6: what of it can be derived from the paper's own numbers, and what cannot. */

import {
  compareFractions,
  type Fraction,
  fraction,
  matchAsPrinted,
  multiplyFractions,
  subtractFractions,
  sumOfFractions,
} from '@commonwatt/mechanisms';
import type { Comparison, ReproductionPart, Verdict } from '../reproduction.ts';
import { decimalOf, exactText, isWithin, textOf } from './decimals.ts';
import { paperRound } from './paper-round.ts';
import parameters from './parameters.json' with { type: 'json' };
import { PRINTED_ROWS } from './table-5.ts';
import printed from './table-6.expected.json' with { type: 'json' };

const THOUSAND = fraction(1000n);

export function printedRevenue(scenario: string): string {
  return printed.rows.find((row) => row.scenario === scenario)?.generatorsRevenue ?? '';
}

export function tableSix(): readonly ReproductionPart[] {
  return [
    { title: 'Green demand: per cent beside MWh', comparisons: [...greenDemand(), shortage()] },
    {
      title: 'Table 6: what follows from the rest of the paper',
      comparisons: [
        ...certificateCounts(),
        oneCount(),
        ...income(),
        revenue(),
        ...columns(),
        ...profits(),
      ],
    },
  ];
}

function greenDemand(): readonly Comparison[] {
  const tolerance = multiplyFractions(
    decimalOf(parameters.greenTolerancePercent),
    fraction(1n, 100n),
  );
  return parameters.buyers.map(({ id, energyMwh, greenPercent, greenMwh }) => {
    const share = multiplyFractions(decimalOf(greenPercent), fraction(1n, 100n));
    const ours = multiplyFractions(decimalOf(energyMwh), share);
    const near = multiplyFractions(ours, tolerance);
    return {
      name: `wind demand of ${id}`,
      ours: `${greenPercent} % of ${energyMwh} = ${exactText(ours, 2)} MWh`,
      theirs: `${greenMwh} MWh`,
      found: isWithin(ours, decimalOf(greenMwh), near) ? 'follows' : 'contradicts',
      expected: id === 'B1' ? 'follows' : 'contradicts',
      note: 'the column in MWh governs',
    };
  });
}

function windEnergy(): Fraction {
  return sumOfFractions(
    parameters.sellers
      .filter(({ type }) => type === 'wind')
      .map(({ energyMwh }) => decimalOf(energyMwh)),
  );
}

function demand(): Fraction {
  return sumOfFractions(parameters.buyers.map(({ greenMwh }) => decimalOf(greenMwh)));
}

function shortage(): Comparison {
  const round = paperRound({ certificatePrice: 0, bundled: true });
  const { pairs } = matchAsPrinted(round);
  const short = round.buyers.flatMap(({ id, greenEnergy }) => {
    const got = sumOfFractions(
      pairs.filter(({ buyer, green }) => green && buyer === id).map(({ energy }) => energy),
    );
    const missing = subtractFractions(fraction(greenEnergy), got);
    if (missing.numerator === 0n) return [];
    return [
      `${id} ${exactText(multiplyFractions(missing, fraction(1n, 1_000_000n)), 6)} MWh short`,
    ];
  });
  const covered = compareFractions(windEnergy(), demand()) >= 0;
  return {
    name: 'the wind covers the demand',
    ours: `${exactText(demand(), 0)} MWh wanted, ${exactText(windEnergy(), 0)} MWh of wind; ${short.join(', ')}`,
    theirs: '',
    found: covered ? 'holds' : 'fails',
    expected: 'fails',
    note: 'no certificate is left over for a market',
  };
}

const SELLING = printed.rows.filter(({ certificatePrice }) => certificatePrice !== '0');

/** Income by price: how many certificates a row must have sold. */
function countOf({ certificateIncome, certificatePrice }: (typeof SELLING)[number]): Fraction {
  const price = decimalOf(certificatePrice);
  return multiplyFractions(
    decimalOf(certificateIncome),
    fraction(price.denominator, price.numerator),
  );
}

function certificateCounts(): readonly Comparison[] {
  return SELLING.map((row) => ({
    name: `certificates of ${row.scenario}`,
    ours: 'as many as in every row: one matching',
    theirs: `${row.certificateIncome} / ${row.certificatePrice} = ${textOf(countOf(row), 0)}`,
    found: isWhole(countOf(row)) ? 'holds' : 'fails',
    expected: row.scenario === 'B 300' ? 'fails' : 'holds',
    note: 'whole certificates',
  }));
}

function isWhole({ numerator, denominator }: Fraction): boolean {
  return numerator % denominator === 0n;
}

function oneCount(): Comparison {
  const counts = new Set(SELLING.map((row) => textOf(countOf(row), 0)));
  return {
    name: 'one matching has one number of certificates',
    ours: 'the certificate price changes no pair',
    theirs: [...counts].join(', '),
    found: counts.size === 1 ? 'holds' : 'fails',
    expected: 'fails',
    note: '',
  };
}

/** Certificates that the matching leaves to sell, at the price that the text states. */
function income(): readonly Comparison[] {
  const { pairs } = matchAsPrinted(paperRound({ certificatePrice: 0, bundled: true }));
  const wind = new Set(
    parameters.sellers.filter(({ type }) => type === 'wind').map(({ id }) => id),
  );
  const excess = sumOfFractions(
    pairs.filter(({ green, seller }) => !green && wind.has(seller)).map(({ injected }) => injected),
  );
  const certificates = multiplyFractions(excess, fraction(1n, 1_000_000n));
  return SELLING.map((row) => {
    const scenario = parameters.scenarios.find(({ name }) => name === row.scenario);
    const ours = multiplyFractions(certificates, fraction(BigInt(scenario?.certificatePrice ?? 0)));
    return {
      name: `certificate income of ${row.scenario}`,
      ours: `${exactText(certificates, 6)} certificates left: ${exactText(ours, 6)} token`,
      theirs: `${row.certificateIncome} token`,
      found: verdict(compareFractions(ours, decimalOf(row.certificateIncome)) === 0),
      expected: 'contradicts',
      note: 'all wind went to green demand with its certificates',
    };
  });
}

function revenue(): Comparison {
  const paid = sumOfFractions(
    PRINTED_ROWS.map(({ energyMwh, sellerPrice }) =>
      multiplyFractions(decimalOf(energyMwh), decimalOf(sellerPrice)),
    ),
  );
  const ours = multiplyFractions(paid, THOUSAND);
  const theirs = printedRevenue('A');
  return {
    name: 'revenue of generators by Table 5',
    ours: `${exactText(ours, 3)} token by its own seller prices`,
    theirs: `${theirs} token in case A`,
    found: verdict(compareFractions(ours, decimalOf(theirs)) === 0),
    expected: 'contradicts',
    note: '',
  };
}

/** What a scenario adds to case A, by its parts and in all. */
function columns(): readonly Comparison[] {
  const [base] = printed.rows;
  if (base === undefined) throw new Error('table-6.expected.json: expected case A');
  const added = (text: string, before: string) => BigInt(text) - BigInt(before);
  return SELLING.map((row) => {
    const parts = BigInt(row.certificateIncome) + added(row.windProfit, base.windProfit);
    const all = added(row.generatorsRevenue, base.generatorsRevenue);
    return {
      name: `what ${row.scenario} adds to A`,
      ours: `income and wind profit add ${parts}`,
      theirs: `revenue adds ${all}`,
      found: verdict(parts === all),
      expected: 'contradicts',
      note: 'no other income of generators is named',
    };
  });
}

function profits(): readonly Comparison[] {
  return printed.rows.map(({ scenario, windProfit }) => ({
    name: `wind profit of ${scenario}`,
    ours: 'the paper gives no cost of generation',
    theirs: `${windProfit} token`,
    found: 'open',
    expected: 'open',
    note: '',
  }));
}

function verdict(same: boolean): Verdict {
  return same ? 'follows' : 'contradicts';
}
