/** The greatest value of a function on an interval. */

export interface Interval {
  readonly from: number;
  readonly to: number;
}

export interface Greatest {
  readonly at: number;
  readonly value: number;
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;
const SECTIONS_MAX = 200;

/**
 * Looks at `points` equal steps, then narrows the step beside the best by the golden section
 * (Kiefer 1953). It is the greatest value where the function has one peak within two steps.
 */
export function greatest(value: (at: number) => number, interval: Interval, points = 64): Greatest {
  const best = greatestOnGrid(value, interval, points);
  const step = (interval.to - interval.from) / points;
  let from = Math.max(interval.from, best.at - step);
  let to = Math.min(interval.to, best.at + step);
  let low = to - GOLDEN * (to - from);
  let high = from + GOLDEN * (to - from);
  let atLow = value(low);
  let atHigh = value(high);
  for (let section = 0; section < SECTIONS_MAX && low < high; section += 1) {
    if (atLow >= atHigh) {
      to = high;
      [high, atHigh] = [low, atLow];
      low = to - GOLDEN * (to - from);
      atLow = value(low);
    } else {
      from = low;
      [low, atLow] = [high, atHigh];
      high = from + GOLDEN * (to - from);
      atHigh = value(high);
    }
  }
  const at = (from + to) / 2;
  const narrowed = { at, value: value(at) };
  return narrowed.value >= best.value ? narrowed : best;
}

/** The greatest of the values at both ends and at equal steps between. */
export function greatestOnGrid(
  value: (at: number) => number,
  { from, to }: Interval,
  points: number,
): Greatest {
  let best = { at: from, value: value(from) };
  for (let point = 1; point <= points; point += 1) {
    const at = from + ((to - from) * point) / points;
    const here = value(at);
    if (here > best.value) best = { at, value: here };
  }
  return best;
}
