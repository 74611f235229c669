/** Rounds for tests: listings in token/kWh and MWh, random rounds, and a plain matching to compare. */

import { createHash } from 'node:crypto';
import { energy, price } from '@commonwatt/units';
import fc from 'fast-check';
import { pairLots } from '../lot.ts';
import type { Fraction } from '../price-rule.ts';
import { compareFractions, fraction } from './fraction.ts';
import type { Corridor, DirectBuyer, DirectRound, DirectSeller, GenerationType } from './round.ts';
import { convertedValue, type DirectTerms, MILLION, priceDifference } from './terms.ts';

export const sha256 = (bytes: Uint8Array): Uint8Array =>
  createHash('sha256').update(bytes).digest();

const nano = (tokenPerKwh: number) => price(BigInt(Math.round(tokenPerKwh * 1e6)));
const wh = (megawattHours: number) => energy(BigInt(Math.round(megawattHours * 1e6)));

export function buyer(
  id: string,
  region: string,
  limit: number,
  mwh: number,
  greenMwh = 0,
): DirectBuyer {
  return { id, region, price: nano(limit), energy: wh(mwh), greenEnergy: wh(greenMwh) };
}

export function seller(
  id: string,
  region: string,
  type: GenerationType,
  limit: number,
  mwh: number,
  [environmentalPrice, crossSubsidy] = [0, 0],
): DirectSeller {
  return {
    id,
    region,
    type,
    price: nano(limit),
    energy: wh(mwh),
    environmentalPrice: nano(environmentalPrice as number),
    crossSubsidy: nano(crossSubsidy as number),
  };
}

/** Loss in per cent, transmission in token/kWh. */
export function corridor(from: string, to: string, loss = 0, transmission = 0): Corridor {
  const ppm = BigInt(Math.round(loss * 1e4));
  return { from, to, loss: ppm, transmissionPrice: nano(transmission) };
}

export function round(parts: Partial<DirectRound>): DirectRound {
  return {
    buyers: [],
    sellers: [],
    corridors: [corridor('A', 'A')],
    limits: [],
    certificatePrice: fraction(0n),
    bundling: undefined,
    lots: pairLots(sha256, ''),
    ...parts,
  };
}

/** P in token per certificate. */
export const certificates = (token: number): Fraction => fraction(BigInt(token * 1000));

export function termsOf(
  one: DirectRound,
  buyerAt: DirectBuyer,
  sellerAt: DirectSeller,
  green: boolean,
): DirectTerms | undefined {
  const { from, to } = { from: sellerAt.region, to: buyerAt.region };
  const over = one.corridors.find(
    (row) => (row.from === from && row.to === to) || (row.from === to && row.to === from),
  );
  if (over === undefined) return undefined;
  return {
    buyerLimit: buyerAt.price,
    sellerLimit: sellerAt.price,
    type: sellerAt.type,
    green,
    environmentalPrice: sellerAt.environmentalPrice,
    crossSubsidy: sellerAt.crossSubsidy,
    loss: over.loss,
    transmissionPrice: over.transmissionPrice,
    certificatePrice: one.certificatePrice,
  };
}

/** Few levels of price and loss, so that equal values and full rows are common. */
export function rounds(options: { readonly distinct?: boolean } = {}): fc.Arbitrary<DirectRound> {
  const regions = ['A', 'B', 'C'];
  const region = fc.constantFrom(...regions);
  const step = options.distinct ? 1 : 250_000;
  const level = (least: number, most: number) =>
    fc.integer({ min: least / step, max: most / step }).map((at) => price(BigInt(at * step)));
  const amount = fc.oneof(
    { weight: 4, arbitrary: fc.bigInt(0n, 40n) },
    { weight: 1, arbitrary: fc.bigInt(0n, 10n ** 9n) },
  );
  const buyers = fc.array(
    fc.record({ region, price: level(1_000_000, 6_000_000), energy: amount, share: fc.nat(100) }),
    { maxLength: 6 },
  );
  const sellers = fc.array(
    fc.record({
      region,
      type: fc.constantFrom('wind' as const, 'thermal' as const, 'other' as const),
      price: level(0, 5_000_000),
      energy: amount,
      environmentalPrice: level(0, 500_000),
      crossSubsidy: level(0, 500_000),
    }),
    { maxLength: 6 },
  );
  const links = fc.uniqueArray(
    fc.record({
      from: region,
      to: region,
      loss: fc.constantFrom(0n, 20_000n, 60_000n, 500_000n),
      transmissionPrice: level(0, 500_000),
    }),
    { selector: ({ from, to }) => [from, to].sort().join(), maxLength: 6 },
  );
  return fc
    .record({
      buyers,
      sellers,
      links,
      certificate: fc.constantFrom(0n, 19_000n, 500_000n),
      seed: fc.string({ maxLength: 3 }),
      limited: fc.array(fc.record({ at: fc.nat(5), limit: fc.bigInt(0n, 60n) }), { maxLength: 3 }),
      bundling: fc.option(fc.bigInt(0n, 30n), { nil: undefined }),
    })
    .map(({ buyers, sellers, links, certificate, seed, limited, bundling }) => {
      const limits = new Map(limited.map(({ at, limit }) => [at, limit]));
      return round({
        buyers: buyers.map(({ share, ...one }, at) => ({
          ...one,
          id: `b${at}`,
          energy: energy(one.energy),
          greenEnergy: energy((one.energy * BigInt(share)) / 100n),
        })),
        sellers: sellers.map((one, at) => ({ ...one, id: `s${at}`, energy: energy(one.energy) })),
        corridors: links,
        limits: links.flatMap(({ from, to }, at) => {
          const limit = limits.get(at);
          return limit === undefined ? [] : [{ from: to, to: from, energy: energy(limit) }];
        }),
        certificatePrice: fraction(certificate),
        bundling: bundling === undefined ? undefined : fraction(bundling, 10n),
        lots: pairLots(sha256, seed),
      });
    });
}

/** Energy of each pair by name, in Wh as numbers: `b s` or `b s green`. */
export type PlainPairs = Map<string, number>;

/**
 * The rule of the issue as one would write it down: every pair of the matrix, the highest converted
 * value first, equal ones raised together; no limits and no bundling. In floats, for comparison alone.
 */
export function plainMatching(one: DirectRound): PlainPairs {
  const { buyers, sellers } = one;
  const buyerLeft = buyers.map(({ energy: wattHours }) => Number(wattHours));
  const greenLeft = buyers.map(({ greenEnergy }) => Number(greenEnergy));
  const sellerLeft = sellers.map(({ energy: wattHours }) => Number(wattHours));
  const pairs: PlainPairs = new Map();
  for (const green of [true, false]) {
    const wanted = (at: number) =>
      green ? Math.min(buyerLeft[at] ?? 0, greenLeft[at] ?? 0) : (buyerLeft[at] ?? 0);
    const matrix = buyers.flatMap((aBuyer, b) =>
      sellers.flatMap((aSeller, s) => {
        const terms = termsOf(one, aBuyer, aSeller, green);
        if (terms === undefined || (green && aSeller.type !== 'wind')) return [];
        const value = convertedValue(terms);
        if (value.numerator < 0n || priceDifference(terms).numerator < 0n) return [];
        const kept = Number(MILLION - terms.loss) / 1e6;
        return [{ b, s, value, kept, name: `${aBuyer.id} ${aSeller.id}${green ? ' green' : ''}` }];
      }),
    );
    matrix.sort((a, b) => compareFractions(b.value, a.value));
    for (let at = 0; at < matrix.length; ) {
      const first = matrix[at] as (typeof matrix)[number];
      let end = at;
      while (end < matrix.length && same(matrix[end] as typeof first, first)) end++;
      const capacity = ({ b, s, kept }: typeof first) =>
        Math.min(wanted(b), (sellerLeft[s] ?? 0) * kept);
      for (;;) {
        const rising = matrix
          .slice(at, end)
          .map((pair) => ({ ...pair, most: capacity(pair) }))
          .filter(({ most }) => most > 1e-6);
        if (rising.length === 0) break;
        const asked = (of: (pair: (typeof rising)[number]) => number, index: 'b' | 's') => {
          const sums = new Map<number, number>();
          for (const pair of rising) sums.set(pair[index], (sums.get(pair[index]) ?? 0) + of(pair));
          return sums;
        };
        const shares = [
          ...[...asked(({ most }) => most, 'b')].map(([b, sum]) => wanted(b) / sum),
          ...[...asked(({ most, kept }) => most / kept, 's')].map(
            ([s, sum]) => (sellerLeft[s] ?? 0) / sum,
          ),
        ];
        const share = Math.min(...shares);
        for (const { b, s, most, kept, name } of rising) {
          const traded = most * share;
          pairs.set(name, (pairs.get(name) ?? 0) + traded);
          buyerLeft[b] = (buyerLeft[b] ?? 0) - traded;
          if (green) greenLeft[b] = (greenLeft[b] ?? 0) - traded;
          sellerLeft[s] = (sellerLeft[s] ?? 0) - traded / kept;
        }
      }
      at = end;
    }
  }
  return pairs;
}

function same(a: { readonly value: Fraction }, b: { readonly value: Fraction }): boolean {
  return compareFractions(a.value, b.value) === 0;
}
