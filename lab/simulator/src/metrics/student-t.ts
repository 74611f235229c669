/**
 * The quantile of Student's t at 0.975: a mean lies within that many standard errors of the true one in 95 of 100
 * cases. As tabulated to three decimals in NIST/SEMATECH, e-Handbook of Statistical Methods, section 1.3.6.7.2.
 */

/** For 1 to 30 degrees of freedom. */
const SINGLE = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045, 2.042,
];
/** Beyond: degrees of freedom and quantile. */
const SPARSE: readonly (readonly [number, number])[] = [
  [30, 2.042],
  [40, 2.021],
  [60, 2],
  [120, 1.98],
];
const NORMAL = 1.96;

/**
 * Between tabulated degrees it is drawn straight over their reciprocals, on which the quantile depends almost
 * linearly.
 * @throws RangeError unless `degrees` is a whole number of at least 1.
 */
export function studentQuantile(degrees: number): number {
  if (!Number.isInteger(degrees) || degrees < 1) {
    throw new RangeError(`studentQuantile: expected degrees >= 1, got ${degrees}`);
  }
  const tabulated = SINGLE[degrees - 1];
  if (tabulated !== undefined) return tabulated;
  const next = SPARSE.findIndex(([known]) => known >= degrees);
  const [above, atAbove] = SPARSE[next] ?? [Number.POSITIVE_INFINITY, NORMAL];
  const [below, atBelow] = SPARSE.at(next < 0 ? -1 : next - 1) ?? [1, NORMAL];
  const way = (1 / below - 1 / degrees) / (1 / below - 1 / above);
  return atBelow + way * (atAbove - atBelow);
}
