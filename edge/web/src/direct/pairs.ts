/** Every buyer with every seller, as the matrix and its table show them. */

import type { RouteAnswer } from '@commonwatt/client';

export type Matrix = RouteAnswer<'directMatrix'>;
export type Matching = RouteAnswer<'directMatching'>;
export type Party = Matrix['buyers'][number];
type Cell = Matrix['rows'][number]['cells'][number];
type Parts = NonNullable<Cell['parts']>;
type Value = Parts['ordinary'];

/** In the green phase a wind seller's certificate goes with the energy, so its value differs. */
export type Phase = 'green' | 'general';

/** What may become of a pair; where it may not trade, why. */
type PairState = 'matched' | 'open' | 'price' | 'certificate' | 'no corridor' | 'no phase';

export interface Pair {
  readonly buyer: Party;
  readonly seller: Party;
  readonly parts?: Parts;
  /** Nothing without a corridor, or where the phase is not for this pair. */
  readonly value?: Value;
  readonly state: PairState;
  /** Wh at the buyer's meter. */
  readonly matched: bigint;
}

export interface PairRow {
  readonly buyer: Party;
  readonly pairs: readonly Pair[];
}

export function pairRows(
  matrix: Matrix,
  matching: Matching | undefined,
  phase: Phase,
): readonly PairRow[] {
  const buyers = new Map(matrix.buyers.map((one) => [one.member, one]));
  const sellers = new Map(matrix.sellers.map((one) => [one.member, one]));
  const matched = matchedEnergies(matching, phase);
  return matrix.rows.flatMap(({ buyer: member, cells }) => {
    const buyer = buyers.get(member);
    if (buyer === undefined) return [];
    const pairs = cells.flatMap((cell): Pair[] => {
      const seller = sellers.get(cell.seller);
      if (seller === undefined) return [];
      return [
        pairOf({ buyer, seller, cell, phase }, matched.get(`${member}/${cell.seller}`) ?? 0n),
      ];
    });
    return [{ buyer, pairs }];
  });
}

function pairOf(
  of: {
    readonly buyer: Party;
    readonly seller: Party;
    readonly cell: Cell;
    readonly phase: Phase;
  },
  matched: bigint,
): Pair {
  const { buyer, seller, cell, phase } = of;
  const parties = { buyer, seller, matched };
  const { parts } = cell;
  if (parts === null) return { ...parties, state: 'no corridor' };
  const value = phase === 'green' ? parts.green : parts.ordinary;
  if (value === null) return { ...parties, parts, state: 'no phase' };
  return { ...parties, parts, value, state: stateOf(parts, value, matched) };
}

function stateOf(parts: Parts, value: Value, matched: bigint): PairState {
  if (matched > 0n) return 'matched';
  if (value.mayTrade) return 'open';
  return BigInt(parts.difference) < 0n ? 'price' : 'certificate';
}

function matchedEnergies(
  matching: Matching | undefined,
  phase: Phase,
): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { terms, amounts } of matching?.pairs ?? []) {
    if (terms.green !== (phase === 'green')) continue;
    const name = `${terms.buyer}/${terms.seller}`;
    sums.set(name, (sums.get(name) ?? 0n) + BigInt(amounts.energy));
  }
  return sums;
}
