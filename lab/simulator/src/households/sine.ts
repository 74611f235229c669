/**
 * Sine and cosine of an angle in turns (1 turn = 360 degrees), by the Taylor polynomial up to the
 * fifteenth power on a quarter turn: within 1e-11 of the true value.
 *
 * ECMAScript leaves the last digits of `Math.sin` to the engine, and engines changed them. Plus,
 * minus, times and division are exact to the bit everywhere (IEEE 754), and nothing else is used.
 */
export function sineOfTurns(turns: number): number {
  const fraction = turns - Math.floor(turns);
  // Mirrored into the first quarter, where the polynomial is good.
  if (fraction > 0.75) return polynomial(fraction - 1);
  if (fraction > 0.25) return polynomial(0.5 - fraction);
  return polynomial(fraction);
}

export function cosineOfTurns(turns: number): number {
  return sineOfTurns(turns + 0.25);
}

const RADIANS_PER_TURN = 6.283185307179586;

function polynomial(turns: number): number {
  const x = turns * RADIANS_PER_TURN;
  const square = x * x;
  let sum = 0;
  for (let power = 15; power >= 1; power -= 2) {
    sum = 1 - (square / ((power + 1) * (power + 2))) * sum;
  }
  return x * sum;
}
