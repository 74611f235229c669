/** The mechanisms that a market may name, by version: a rule never changes under its number. */

import {
  clearUniformPrice,
  type Lots,
  type Order,
  type UniformPriceClearing,
} from '@commonwatt/mechanisms';
import type { MarketKind } from './messages.ts';

/** A call on a closed book: who stands in it, their lots, and k in thousandths. */
export interface BookCall {
  readonly orders: readonly Order[];
  readonly lots: Lots;
  readonly kThousandths: number;
}

type ClearBook = (call: BookCall) => UniformPriceClearing;

/** Every limit in a book is within the market's collar, so the price needs none of its own. */
const uniformVersion1: ClearBook = ({ orders, lots, kThousandths }) =>
  clearUniformPrice({
    orders,
    lots,
    k: { numerator: BigInt(kThousandths), denominator: 1000n },
  });

const CALLS: ReadonlyMap<string, ReadonlyMap<number, ClearBook>> = new Map([
  ['uniform', new Map([[1, uniformVersion1]])],
]);

/** Rule sets of the markets with the versions that this release has. */
export const MECHANISM_VERSIONS: ReadonlyMap<string, readonly number[]> = new Map([
  ['uniform', [1]],
  ['negotiation', [1]],
]);

/** The kind of market that a mechanism serves; nothing for a name that is not known. */
export function kindOfMechanism(name: string): MarketKind | undefined {
  if (!MECHANISM_VERSIONS.has(name)) return undefined;
  return CALLS.has(name) ? 'call auction' : 'negotiated';
}

/** @throws Error when this release lacks the rule: the ledger has asked for known rules before. */
export function callMechanism(name: string, version: number): ClearBook {
  const clear = CALLS.get(name)?.get(version);
  if (clear === undefined) throw new Error(`mechanism '${name}' version ${version} is not a call`);
  return clear;
}
