/**
 * The nucleolus of a game with few players, in exact fractions.
 *
 * Stage by stage the least excess x(S) - v(S) over the coalitions not yet settled is made as large as it can
 * be. Each stage is a linear program, solved by its dual: a basis of n + 1 coalitions, settled ones among
 * them, whose equations give payoffs and excess; a coalition that these payoffs leave worse off enters, one
 * leaves by the ratio test. Coalitions with weight in the last basis have this excess in every optimum
 * (complementary slackness), so they are settled, and the next stage begins. Each stage settles at least one
 * coalition that the settled ones do not determine, so there are at most n stages.
 */

export type Nucleolus = {
  /** What each player gets, times `divisor`. */
  readonly gains: readonly bigint[];
  readonly divisor: bigint;
};

/** Coalitions are bits of players; a settled one has a fixed payoff, times the scale of the moment. */
type Settled = { readonly coalition: number; payoff: bigint };

/** Far above what any game of twelve players was seen to take. */
const STEPS_MAX = 100_000;

/**
 * @param worths by the bits of a coalition's players; superadditive, 0 for nobody
 * @throws RangeError for a number of worths that is not 2 to the power of the players
 */
export function nucleolusOf(players: number, worths: readonly bigint[]): Nucleolus {
  if (worths.length !== 1 << players) {
    throw new RangeError(`nucleolus: expected ${1 << players} worths, got ${worths.length}`);
  }
  if (players === 0) return { gains: [], divisor: 1n };
  const everyone = worths.length - 1;
  let divisor = 1n;
  let scaled = worths;
  const settled: Settled[] = [{ coalition: everyone, payoff: worths[everyone] ?? 0n }];
  while (settled.length < players) {
    const stage = solveStage(players, scaled, settled);
    const factor = stage.denominator;
    if (factor !== 1n) {
      divisor *= factor;
      scaled = scaled.map((worth) => worth * factor);
      for (const one of settled) one.payoff *= factor;
    }
    for (const coalition of stage.tight) {
      if (isDetermined(players, settled, coalition)) continue;
      settled.push({ coalition, payoff: (scaled[coalition] ?? 0n) + stage.excess });
    }
  }
  const rows = settled.map(({ coalition }) => incidence(players, coalition));
  const { values, determinant } = solve(
    rows,
    settled.map(({ payoff }) => payoff),
  );
  return { gains: values, divisor: divisor * determinant };
}

type Stage = {
  /** The coalitions that have the least excess in every optimum. */
  readonly tight: readonly number[];
  /** The least excess times `denominator`. */
  readonly excess: bigint;
  readonly denominator: bigint;
};

function solveStage(
  players: number,
  worths: readonly bigint[],
  settled: readonly Settled[],
): Stage {
  const open = worths.map(
    (_, coalition) => coalition !== 0 && !isDetermined(players, settled, coalition),
  );
  let basis = firstBasis(players, settled, open);
  let stalled = false;
  for (let step = 0; step < STEPS_MAX; step++) {
    const { gains, excess, denominator } = payoffsOf(players, worths, settled, basis);
    const entering = mostWronged({ worths, open, gains, excess, denominator }, stalled);
    const weights = weightsOf(players, settled, basis, [0, 1]);
    if (entering === undefined) {
      const tight = basis.filter((_, at) => (weights[at] ?? 0n) > 0n);
      const common = gcd(excess, denominator);
      return { tight, excess: excess / common, denominator: denominator / common };
    }
    const change = weightsOf(players, settled, basis, [entering, 1]);
    const leaving = leavingPlace(basis, weights, change);
    stalled = weights[leaving] === 0n;
    basis = basis.map((coalition, at) => (at === leaving ? entering : coalition));
  }
  throw new Error(`nucleolus: expected an optimum within ${STEPS_MAX} steps`);
}

/**
 * A coalition and all others beside it weigh one half each; further open coalitions at weight zero complete
 * the basis.
 */
function firstBasis(
  players: number,
  settled: readonly Settled[],
  open: readonly boolean[],
): readonly number[] {
  const everyone = open.length - 1;
  const first = open.indexOf(true);
  const basis: number[] = [];
  const rows = settled.map(({ coalition }) => [...incidence(players, coalition), 0n]);
  const size = players + 1 - settled.length;
  const candidates = [first, everyone ^ first, ...open.keys()];
  for (const coalition of candidates) {
    if (basis.length === size) break;
    if (open[coalition] !== true || basis.includes(coalition)) continue;
    const row = [...incidence(players, coalition), 1n];
    if (rankOf([...rows, row]) <= rows.length) continue;
    rows.push(row);
    basis.push(coalition);
  }
  return basis;
}

/** The payoffs and the excess at which every coalition of the basis stands; all times `denominator`. */
function payoffsOf(
  players: number,
  worths: readonly bigint[],
  settled: readonly Settled[],
  basis: readonly number[],
): { readonly gains: readonly bigint[]; readonly excess: bigint; readonly denominator: bigint } {
  const rows = [
    ...settled.map(({ coalition }) => [...incidence(players, coalition), 0n]),
    ...basis.map((coalition) => [...incidence(players, coalition), -1n]),
  ];
  const { values, determinant } = solve(rows, [
    ...settled.map(({ payoff }) => payoff),
    ...basis.map((coalition) => worths[coalition] ?? 0n),
  ]);
  return {
    gains: values.slice(0, players),
    excess: values[players] ?? 0n,
    denominator: determinant,
  };
}

/**
 * The weights on the basis that make up a coalition's column, times the determinant; those of settled
 * coalitions are free and left out.
 */
function weightsOf(
  players: number,
  settled: readonly Settled[],
  basis: readonly number[],
  [coalition, sum]: readonly [number, number],
): readonly bigint[] {
  const columns = [
    ...settled.map((one) => [...incidence(players, one.coalition).map((bit) => -bit), 0n]),
    ...basis.map((one) => [...incidence(players, one), 1n]),
  ];
  const rows = Array.from({ length: players + 1 }, (_, row) =>
    columns.map((column) => column[row] ?? 0n),
  );
  const right = [...incidence(players, coalition), BigInt(sum)];
  return solve(rows, right).values.slice(settled.length);
}

type Standing = {
  readonly worths: readonly bigint[];
  readonly open: readonly boolean[];
  readonly gains: readonly bigint[];
  readonly excess: bigint;
  readonly denominator: bigint;
};

/** The open coalition furthest below the excess; the first one after a step that moved nothing (Bland 1977). */
function mostWronged(standing: Standing, firstOnly: boolean): number | undefined {
  const { worths, open, gains, excess, denominator } = standing;
  const totals = [0n];
  for (const [player, gain] of gains.entries()) {
    for (let at = 0; at < 1 << player; at++) totals.push((totals[at] ?? 0n) + gain);
  }
  let found: number | undefined;
  let least = 0n;
  for (let coalition = 1; coalition < worths.length; coalition++) {
    if (open[coalition] !== true) continue;
    const slack = (totals[coalition] ?? 0n) - excess - (worths[coalition] ?? 0n) * denominator;
    if (slack >= least) continue;
    if (firstOnly) return coalition;
    least = slack;
    found = coalition;
  }
  return found;
}

/** The first place at which weight / change is least, of equal ones the lowest coalition. */
function leavingPlace(
  basis: readonly number[],
  weights: readonly bigint[],
  change: readonly bigint[],
): number {
  let leaving: number | undefined;
  for (const [at, coalition] of basis.entries()) {
    const own = change[at] ?? 0n;
    if (own <= 0n) continue;
    if (leaving === undefined) {
      leaving = at;
      continue;
    }
    const ours = (weights[at] ?? 0n) * (change[leaving] ?? 0n);
    const best = (weights[leaving] ?? 0n) * own;
    if (ours < best || (ours === best && coalition < (basis[leaving] ?? 0))) leaving = at;
  }
  if (leaving === undefined) throw new Error('nucleolus: expected a bounded program');
  return leaving;
}

function incidence(players: number, coalition: number): bigint[] {
  return Array.from({ length: players }, (_, player) => BigInt((coalition >> player) & 1));
}

function isDetermined(players: number, settled: readonly Settled[], coalition: number): boolean {
  const rows = settled.map((one) => incidence(players, one.coalition));
  return rankOf([...rows, incidence(players, coalition)]) === rows.length;
}

function rankOf(rows: readonly (readonly bigint[])[]): number {
  const left = rows.map((row) => [...row]);
  const width = left[0]?.length ?? 0;
  let rank = 0;
  for (let column = 0; column < width && rank < left.length; column++) {
    if (eliminate(left, rank, column)) rank += 1;
  }
  return rank;
}

/**
 * Clears a column below a row with whole numbers only, dividing out what the row has in common; false where
 * the column has nothing left to clear with.
 */
function eliminate(rows: bigint[][], at: number, column: number): boolean {
  const found = rows.findIndex((row, index) => index >= at && row[column] !== 0n);
  if (found < 0) return false;
  const pivot = rows[found] as bigint[];
  rows[found] = rows[at] as bigint[];
  rows[at] = pivot;
  const head = pivot[column] as bigint;
  for (let index = at + 1; index < rows.length; index++) {
    const row = rows[index] as bigint[];
    const own = row[column] as bigint;
    if (own === 0n) continue;
    for (let place = 0; place < row.length; place++) {
      row[place] = (row[place] as bigint) * head - (pivot[place] as bigint) * own;
    }
    let common = 0n;
    for (const value of row) common = gcd(common, value);
    if (common > 1n) for (const [place, value] of row.entries()) row[place] = value / common;
  }
  return true;
}

/** The solution of a square system times a common positive denominator. @throws Error where it has none */
function solve(
  rows: readonly (readonly bigint[])[],
  right: readonly bigint[],
): { readonly values: readonly bigint[]; readonly determinant: bigint } {
  const size = rows.length;
  const left = rows.map((row, at) => [...row, right[at] ?? 0n]);
  for (let column = 0; column < size; column++) {
    if (!eliminate(left, column, column)) throw new Error('nucleolus: expected a regular system');
  }
  const values = Array.from({ length: size }, () => 0n);
  let denominator = 1n;
  for (let at = size - 1; at >= 0; at--) {
    const row = left[at] as bigint[];
    let sum = (row[size] as bigint) * denominator;
    for (let place = at + 1; place < size; place++) {
      sum -= (row[place] as bigint) * (values[place] as bigint);
    }
    const head = row[at] as bigint;
    const common = gcd(sum, head) * (head < 0n ? -1n : 1n);
    const factor = head / common;
    for (let place = at + 1; place < size; place++)
      values[place] = (values[place] as bigint) * factor;
    denominator *= factor;
    values[at] = sum / common;
  }
  return { values, determinant: denominator };
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
