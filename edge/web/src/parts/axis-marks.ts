/** Where the marks of an axis stand: at round numbers, about as many as asked for. */

/** A round distance between two marks so that about `count` of them fit. */
function markEvery(span: number, count: number): number {
  const rough = Math.max(span / count, 1e-9);
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = rough / power;
  return (unit > 5 ? 10 : unit > 2 ? 5 : unit > 1 ? 2 : 1) * power;
}

export function axisMarks(range: { least: number; most: number; count: number }): number[] {
  const { least, most, count } = range;
  const every = markEvery(most - least, count);
  const found: number[] = [];
  for (let at = Math.ceil(least / every); at * every <= most + every / 1e6; at++) {
    // Adding 0 turns a -0 into 0; rounding drops the double's noise.
    found.push(Number((at * every).toPrecision(12)) + 0);
  }
  return found;
}
