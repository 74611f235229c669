/** The same round by the equations as corrected: losses in the energy, money that balances. */

import {
  compareFractions,
  type DirectAmounts,
  type DirectRound,
  directAmounts,
  directTerms,
  type Fraction,
  fraction,
  matchExactly,
  matchInWholeWattHours,
  matchTotals,
  multiplyFractions,
  type PricedPair,
  pricedPairs,
  sumOfFractions,
} from '@commonwatt/mechanisms';
import type { Comparison, ReproductionPart, Verdict } from '../reproduction.ts';
import { textOf } from './decimals.ts';
import { paperRound } from './paper-round.ts';
import parameters from './parameters.json' with { type: 'json' };
import { PRINTED_ROWS, rowText } from './table-5.ts';
import { printedRevenue } from './table-6.ts';

/** Wh to MWh, and nano-token per Wh to token/kWh. */
const MILLIONTH = fraction(1n, 1_000_000n);
const NANO = fraction(1n, 1_000_000_000n);

export function asStated(): readonly ReproductionPart[] {
  const round = paperRound({ certificatePrice: parameters.certificatePrice, bundled: true });
  const pairs = pricedPairs(round, matchExactly(round), 'stated');
  return [
    {
      title: `Table 5 as stated: equations 2 to 6 as corrected, P = ${parameters.certificatePrice}`,
      comparisons: [...pairs.map(statedRow), isInOrder(pairs), ledgerBalance(round)],
    },
    {
      title: 'Scenarios as stated, bundled 1:3, beside the revenue of Table 6',
      comparisons: scenarios(),
    },
  ];
}

function statedRow(pair: PricedPair): Comparison {
  const printed = PRINTED_ROWS.find(
    ({ buyer, seller }) => buyer === pair.buyer && seller === pair.seller,
  );
  const [energy, injected, paid, got] = [
    pair.energy,
    pair.injected,
    pair.buyerPrice,
    pair.sellerPrice,
  ].map((one) => multiplyFractions(one, MILLIONTH)) as [Fraction, Fraction, Fraction, Fraction];
  return {
    name: `${pair.buyer} ${pair.seller}${pair.green ? ', green' : ''}`,
    ours:
      `${textOf(energy, 3)} MWh for ${textOf(injected, 3)} fed in, ` +
      `${textOf(paid, 4)}/${textOf(got, 4)}`,
    theirs: printed === undefined ? '' : rowText(printed),
    found: isBalanced(pair) ? 'holds' : 'fails',
    expected: 'holds',
    note: 'E L = E / (1 - e) x seller price + E (S + W), and q >= 0',
  };
}

function isBalanced(pair: PricedPair): boolean {
  const { terms, energy, injected } = pair;
  const fee = terms.transmissionPrice + terms.environmentalPrice + terms.crossSubsidy;
  const parts = sumOfFractions([
    multiplyFractions(injected, pair.sellerPrice),
    multiplyFractions(energy, fraction(fee)),
  ]);
  const paid = multiplyFractions(energy, pair.buyerPrice);
  return (pair.convertedValue?.numerator ?? -1n) >= 0n && compareFractions(paid, parts) === 0;
}

function isInOrder(pairs: readonly PricedPair[]): Comparison {
  const falls = pairs.every((pair, at) => {
    const before = pairs[at - 1];
    if (before === undefined || before.green !== pair.green) return before?.green !== false;
    const [higher, lower] = [before.convertedValue, pair.convertedValue];
    return higher !== null && lower !== null && compareFractions(higher, lower) >= 0;
  });
  return {
    name: 'order of matching',
    ours: 'green first, then by falling converted value',
    theirs: '',
    found: falls ? 'holds' : 'fails',
    expected: 'holds',
    note: '',
  };
}

/** The round as the ledger settles it: whole Wh, whole nano-token. */
function ledgerBalance(round: DirectRound): Comparison {
  const termsOf = directTerms(round);
  const amounts = matchInWholeWattHours(round).pairs.map((pair) =>
    directAmounts(termsOf(pair), pair.energy),
  );
  const total = (part: keyof DirectAmounts) => amounts.reduce((sum, one) => sum + one[part], 0n);
  const parts = total('sellerGets') + total('transmission') + total('fees');
  const token = (nano: bigint) => textOf(multiplyFractions(fraction(nano), NANO), 9);
  return {
    name: 'money of the round on the ledger, token',
    ours:
      `buyers pay ${token(total('buyerPays'))}; sellers ${token(total('sellerGets'))}, ` +
      `transmission ${token(total('transmission'))}, fees ${token(total('fees'))}`,
    theirs: '',
    found: total('buyerPays') === parts && parts > 0n ? 'holds' : 'fails',
    expected: 'holds',
    note: 'equal to the last billionth of a token',
  };
}

function scenarios(): readonly Comparison[] {
  const [first, ...others] = parameters.scenarios.map((scenario) => {
    const { certificatePrice } = scenario;
    const round = paperRound({ certificatePrice, bundled: true });
    const pairs = pricedPairs(round, matchExactly(round), 'stated');
    const energies = pairs
      .map(({ buyer, seller, green, energy }) => `${buyer} ${seller} ${green} ${textOf(energy, 0)}`)
      .join('; ');
    return { ...scenario, energies, totals: matchTotals(pairs) };
  });
  if (first === undefined) throw new Error('parameters.json: expected a scenario');
  const token = (nano: Fraction) => textOf(multiplyFractions(nano, NANO), 0);
  const rows = [first, ...others].map(({ name, fundsHeldBy, totals }): Comparison => {
    const theirs = printedRevenue(name);
    const ours = token(totals.sellersGet);
    return {
      name: `scenario ${name}`,
      ours:
        `sellers get ${ours} of ${token(totals.buyersPay)} token, certificates cost them ` +
        `${token(totals.certificates)}, funds held by the ${fundsHeldBy}`,
      theirs: `${theirs} token in all`,
      found: ours === theirs ? 'follows' : 'contradicts',
      expected: 'contradicts',
      note: 'Table 6 is of another order of magnitude',
    };
  });
  const same = others.map(({ name, energies }): Comparison => {
    const found: Verdict = energies === first.energies ? 'holds' : 'fails';
    return {
      name: `scenario ${name} matches what A does`,
      ours: 'the certificate price changes postings alone',
      theirs: '',
      found,
      expected: 'holds',
      note: '',
    };
  });
  return [...rows, ...same];
}
