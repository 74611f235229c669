/** Of two whole numbers the lesser and the greater: `Math.min` and `Math.max` take no bigint. */

export function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function greater(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
