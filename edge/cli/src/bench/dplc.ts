/**
 * A round of direct purchase with a thousand buyers and a thousand sellers, in whole Wh as the ledger
 * matches it: ours against the matrix of all pairs, sorted and walked once, with equal pairs.
 */

import { sha256 } from '@commonwatt/consensus';
import {
  type Corridor,
  convertedValue,
  corridorName,
  type DirectBuyer,
  type DirectRound,
  type DirectSeller,
  directTerms,
  fraction,
  GENERATION_TYPES,
  matchInWholeWattHours,
  pairLots,
  priceDifference,
} from '@commonwatt/mechanisms';
import { SeededRandom } from '@commonwatt/simulator';
import { divideDown, divideUp, energy, lesser, price } from '@commonwatt/units';
import { type Bench, compare, cpuSeconds } from './figure.ts';

const PARTIES = 1000;
const REGIONS = 10;
const MILLION = 1_000_000n;
/** Values of two pairs differ by more than a part in so many, for their denominators are below 10^8. */
const DIGITS = 10n ** 20n;

export const dplc: Bench = async (report) => {
  const round = dplcRound(PARTIES, 1);
  const seconds = await cpuSeconds(() => matchInWholeWattHours(round));
  report(`${PARTIES} x ${PARTIES} matched once, unprepared, in ${seconds.toFixed(2)} s of CPU`);
  expectEqual(ours(round), everyPairSorted(round));
  // The table shows whole numbers, so a thousand seconds.
  const rate = async (match: (round: DirectRound) => readonly string[]) =>
    1000 / (await cpuSeconds(() => match(round)));
  const figure = await compare({
    name: 'dplc',
    unit: 'rounds per 1000 CPU seconds',
    ours: () => rate(ours),
    yardstick: () => rate(everyPairSorted),
  });
  return [figure];
};

/** Prices of six decimals, so that no two pairs are equal: the yardstick knows no rule for those. */
export function dplcRound(parties: number, seed: number): DirectRound {
  const random = new SeededRandom(seed);
  // To the last decimal, which the stream's own bounded draw is too short for.
  const between = (least: number, most: number) =>
    BigInt(least + Math.floor((random.next() / 0x1_0000_0000) * (most - least)));
  const region = () => `R${random.below(REGIONS)}`;
  const buyers = Array.from({ length: parties }, (_, at): DirectBuyer => {
    const wanted = between(1_000_000, 2_000_000_000);
    return {
      id: `b${at}`,
      region: region(),
      price: price(between(4_000_000, 6_000_000)),
      energy: energy(wanted),
      greenEnergy: energy((wanted * between(0, 30)) / 100n),
    };
  });
  const sellers = Array.from({ length: parties }, (_, at): DirectSeller => {
    const type = GENERATION_TYPES[random.below(GENERATION_TYPES.length)] ?? 'other';
    return {
      id: `s${at}`,
      region: region(),
      type,
      price: price(between(2_500_000, 4_500_000)),
      energy: energy(between(1_000_000, 2_000_000_000)),
      environmentalPrice: price(type === 'thermal' ? 100_000n : 0n),
      crossSubsidy: price(between(0, 100_000)),
    };
  });
  const corridors: Corridor[] = [];
  for (let from = 0; from < REGIONS; from++) {
    for (let to = from; to < REGIONS; to++) {
      const [loss, transmissionPrice] = [between(10_000, 80_000), between(100_000, 1_000_000)];
      corridors.push({
        from: `R${from}`,
        to: `R${to}`,
        loss,
        transmissionPrice: price(transmissionPrice),
      });
    }
  }
  return {
    buyers,
    sellers,
    corridors,
    limits: [],
    certificatePrice: fraction(19_000n),
    bundling: undefined,
    lots: pairLots(sha256, ''),
  };
}

export function ours(round: DirectRound): readonly string[] {
  return matchInWholeWattHours(round).pairs.map(
    ({ buyer, seller, green, energy: wattHours }) => `${buyer} ${seller} ${green} ${wattHours}`,
  );
}

/** The rule as it stands in the text: all pairs that may trade, by falling value, one after another. */
export function everyPairSorted(round: DirectRound): readonly string[] {
  const { buyers, sellers } = round;
  const termsOf = directTerms(round);
  const corridors = new Set(round.corridors.map(corridorName));
  const buyerLeft = buyers.map(({ energy: wattHours }): bigint => wattHours);
  const greenLeft = buyers.map(({ greenEnergy }): bigint => greenEnergy);
  const sellerLeft = sellers.map(({ energy: wattHours }): bigint => wattHours);
  const traded: string[] = [];
  for (const green of [true, false]) {
    const pairs: { b: number; s: number; value: bigint; kept: bigint }[] = [];
    for (const [b, buyer] of buyers.entries()) {
      for (const [s, seller] of sellers.entries()) {
        if (green && seller.type !== 'wind') continue;
        if (!corridors.has(corridorName({ from: seller.region, to: buyer.region }))) continue;
        const terms = termsOf({ buyer: buyer.id, seller: seller.id, green });
        if (priceDifference(terms).numerator < 0n) continue;
        const { numerator: above, denominator: below } = convertedValue(terms);
        if (above < 0n) continue;
        pairs.push({ b, s, value: (above * DIGITS) / below, kept: MILLION - terms.loss });
      }
    }
    pairs.sort((a, b) => (a.value > b.value ? -1 : a.value < b.value ? 1 : 0));
    for (const { b, s, kept } of pairs) {
      const wanted = (green ? greenLeft : buyerLeft)[b] as bigint;
      const offered = divideDown((sellerLeft[s] as bigint) * kept, MILLION);
      const taken = lesser(wanted, offered);
      if (taken === 0n) continue;
      buyerLeft[b] = (buyerLeft[b] as bigint) - taken;
      if (green) greenLeft[b] = (greenLeft[b] as bigint) - taken;
      sellerLeft[s] = (sellerLeft[s] as bigint) - divideUp(taken * MILLION, kept);
      traded.push(`${buyers[b]?.id} ${sellers[s]?.id} ${green} ${taken}`);
    }
  }
  return traded;
}

function expectEqual(one: readonly string[], other: readonly string[]): void {
  const at = one.findIndex((line, index) => line !== other[index]);
  if (at < 0 && one.length === other.length) return;
  throw new Error(`bench: pair ${at} differs: ${one[at]} and ${other[at]}`);
}
