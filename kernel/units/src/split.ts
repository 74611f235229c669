/** The most parts that one split may have. */
export const SPLIT_PARTS_MAX = 1 << 20;

/**
 * Splits `whole` in proportion to `weights`; the parts sum to `whole` to the last unit.
 *
 * The rule, for whole >= 0:
 * 1. Part i first gets floor(whole * weight_i / total), and leaves the remainder
 *    whole * weight_i mod total.
 * 2. The units still missing, fewer than there are parts with a remainder, go one each to the
 *    largest remainders.
 * 3. Equal remainders: the lowest lot first. Lots are lower-case hexadecimal text, compared by code
 *    unit, a prefix before what it begins; they must differ, so the order of the input never tells.
 * A negative whole is split as its opposite with every sign turned, so that a posting and its
 * reversal cancel part by part. A weight of zero gets zero.
 *
 * This is Hamilton's method of largest remainders (Balinski and Young 1982) with the tie
 * rule, which the method leaves open, in writing.
 *
 * @param lots one per weight, chosen by nobody: a hash fixed after the weights were
 * @throws RangeError for a negative weight, a lot that is missing, doubled or not hexadecimal, more
 *   than SPLIT_PARTS_MAX parts, and a total weight of zero while there is something to split
 */
export function splitByLargestRemainder(
  whole: bigint,
  weights: readonly bigint[],
  lots: readonly string[],
): bigint[] {
  const total = checkedTotal(weights);
  checkLots(lots, weights.length);
  if (whole === 0n) return weights.map(() => 0n);
  if (total === 0n) {
    throw new RangeError(
      `split weights: expected a total > 0 to split ${whole}, got ${total} in ${weights.length} parts`,
    );
  }
  const sign = whole < 0n ? -1n : 1n;
  const magnitude = sign * whole;
  const parts: bigint[] = [];
  const waiting: Waiting[] = [];
  let missing = magnitude;
  for (const [at, weight] of weights.entries()) {
    const product = magnitude * weight;
    const part = product / total;
    const remainder = product - part * total;
    parts.push(part);
    missing -= part;
    if (remainder > 0n) waiting.push({ at, remainder, lot: lots[at] as string });
  }
  waiting.sort(byRemainderThenLot);
  for (const { at } of waiting.slice(0, Number(missing))) parts[at] = (parts[at] as bigint) + 1n;
  return sign < 0n ? parts.map((part) => -part) : parts;
}

interface Waiting {
  readonly at: number;
  readonly remainder: bigint;
  readonly lot: string;
}

function byRemainderThenLot(a: Waiting, b: Waiting): number {
  if (a.remainder !== b.remainder) return a.remainder > b.remainder ? -1 : 1;
  return a.lot < b.lot ? -1 : 1; // lots differ; `<` on strings compares code units
}

function checkedTotal(weights: readonly bigint[]): bigint {
  if (weights.length > SPLIT_PARTS_MAX) {
    throw new RangeError(
      `split weights: expected at most ${SPLIT_PARTS_MAX} parts, got ${weights.length}`,
    );
  }
  let total = 0n;
  for (const [at, weight] of weights.entries()) {
    if (weight < 0n) throw new RangeError(`split weights[${at}]: expected >= 0, got ${weight}`);
    total += weight;
  }
  return total;
}

function checkLots(lots: readonly string[], parts: number): void {
  if (lots.length !== parts) {
    throw new RangeError(`split lots: expected one for each of ${parts} parts, got ${lots.length}`);
  }
  const seen = new Set<string>();
  for (const [at, lot] of lots.entries()) {
    if (!/^[0-9a-f]+$/.test(lot)) {
      throw new RangeError(`split lots[${at}]: expected lower-case hexadecimal, got '${lot}'`);
    }
    if (seen.has(lot)) {
      throw new RangeError(`split lots[${at}]: expected distinct lots, got '${lot}' twice`);
    }
    seen.add(lot);
  }
}
