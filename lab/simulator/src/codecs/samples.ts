/**
 * Values of any message, made from the shape that its codec carries: what is drawn is written by
 * the codec itself, so it is a value that could stand on the ledger, if seldom a sensible one.
 */

import type { Codec, Shape } from '@commonwatt/ledger';
import type { SeededRandom } from '../households/seeded-random.ts';

/** Lists are drawn short: their limits have tests of their own. */
const ITEMS_MAX = 3;
const BYTES_MAX = 24;

/**
 * A value of a codec, drawn. `given` answers by field name; nothing, or what
 * the field does not take, where chance decides.
 */
export function drawValue<T>(
  codec: Codec<T>,
  random: SeededRandom,
  given: (field: string) => unknown = () => undefined,
): T {
  return codec.fromJson(drawJson(codec.shape, random, given, ''), 'sample');
}

function drawJson(
  shape: Shape,
  random: SeededRandom,
  given: (field: string) => unknown,
  name: string,
): unknown {
  const told = given(name);
  if (told !== undefined && suits(shape, told)) return told;
  switch (shape.kind) {
    case 'integer':
      return drawInteger(shape, random);
    case 'bytes':
      return hexOf(
        random,
        shape.length ?? random.below(Math.min(shape.lengthMax ?? 0, BYTES_MAX) + 1),
      );
    case 'text':
      return drawText(random, Math.min(shape.lengthMax, BYTES_MAX));
    case 'boolean':
      return random.below(2) === 1;
    case 'choice':
      return shape.names[random.below(shape.names.length)];
    case 'struct':
      return Object.fromEntries(
        shape.fields.map(([field, one]) => [field, drawJson(one, random, given, field)]),
      );
    case 'list':
      return Array.from({ length: random.below(Math.min(shape.countMax, ITEMS_MAX) + 1) }, () =>
        drawJson(shape.item, random, given, `${name}[]`),
      );
    case 'optional':
      return random.below(3) === 0 ? null : drawJson(shape.item, random, given, `${name}?`);
  }
}

/** Whether a field of the shape may hold it: one name means different things in different messages. */
function suits(shape: Shape, told: unknown): boolean {
  switch (shape.kind) {
    case 'integer':
      return typeof told === (shape.text ? 'string' : 'number');
    case 'bytes':
      return typeof told === 'string' && /^(?:[0-9a-f]{2})*$/.test(told);
    case 'text':
      return typeof told === 'string';
    case 'boolean':
      return typeof told === 'boolean';
    case 'choice':
      return shape.names.some((name) => name === told);
    case 'optional':
      return told === null || suits(shape.item, told);
    default:
      return true;
  }
}

/** The bounds, their neighbours, zero and what lies between. */
function drawInteger(
  { least, most, text }: Extract<Shape, { kind: 'integer' }>,
  random: SeededRandom,
): string | number {
  const low = BigInt(least);
  const high = BigInt(most);
  const wide = (BigInt(random.next()) << 32n) | BigInt(random.next());
  const near = [low, low + 1n, high, high - 1n, 0n, 1n, BigInt(random.below(1000))];
  const at = random.below(near.length + 3);
  const drawn = near[at] ?? low + (((high - low) * wide) >> 64n);
  const value = drawn < low ? low : drawn > high ? high : drawn;
  return text ? `${value}` : Number(value);
}

function hexOf(random: SeededRandom, length: number): string {
  let hex = '';
  for (let at = 0; at < length; at++) hex += random.below(256).toString(16).padStart(2, '0');
  return hex;
}

/** Texts on the ledger are printable ASCII. */
function drawText(random: SeededRandom, lengthMax: number): string {
  const length = random.below(lengthMax + 1);
  return Array.from({ length }, () => String.fromCharCode(0x20 + random.below(0x5f))).join('');
}
