/** The whole square root, rounded down, by Newton's steps from above. @throws RangeError below zero */
export function squareRoot(value: bigint): bigint {
  if (value < 0n) throw new RangeError(`squareRoot: expected 0 or more, got ${value}`);
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
