/** Inputs that nobody meant to send: noise, and good bytes with something wrong about them. */

import type { SeededRandom } from '@commonwatt/simulator';

/** Numbers at which decoders go wrong, as they stand in one, two, four and eight bytes. */
const EDGES: readonly (readonly number[])[] = [
  [0],
  [0x7f],
  [0x80],
  [0xff],
  [0xff, 0xff],
  [0, 0],
  [0x7f, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff],
  [0x00, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
  [0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
];

export function noise(random: SeededRandom, lengthMax: number): Uint8Array {
  return Uint8Array.from({ length: random.below(lengthMax + 1) }, () => random.below(256));
}

/** One to four changes: bits, bytes, edges, pieces taken out, put in, doubled or cut off. */
export function mutated(random: SeededRandom, good: Uint8Array): Uint8Array {
  let bytes: Uint8Array = good.slice();
  for (let left = 1 + random.below(4); left > 0; left--) bytes = changed(random, bytes);
  return bytes;
}

function changed(random: SeededRandom, bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return noise(random, 8);
  const at = Math.floor(random.fraction() * bytes.length);
  const length = 1 + random.below(8);
  switch (random.below(8)) {
    case 0:
      bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
      return bytes;
    case 1:
      bytes[at] = random.below(256);
      return bytes;
    case 2: {
      const edge = EDGES[random.below(EDGES.length)] as readonly number[];
      for (const [index, byte] of edge.entries()) {
        if (at + index < bytes.length) bytes[at + index] = byte;
      }
      return bytes;
    }
    case 3:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length));
    case 4:
      return joined(bytes.subarray(0, at), noise(random, length), bytes.subarray(at));
    case 5:
      return joined(bytes, bytes.subarray(at, at + length));
    case 6:
      return bytes.slice(0, at);
    default:
      return joined(bytes, noise(random, length));
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** What readers of text stumble over. */
const WORDS = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\\u0000',
    '\\ud800',
    '\\u00',
    '0',
    '-',
    '1e400',
    '-0',
  ],
  ...[
    '9007199254740993',
    'null',
    'true',
    '"__proto__"',
    '"a":1,"a":2',
    '\ufeff',
    '\n',
    '\n\n',
    '\t',
  ],
  ...[
    '— ',
    '&a',
    '*a',
    '!!js',
    '<<:',
    '|',
    '>',
    '#',
    '? ',
    '{}',
    '[]',
    'İ',
    '𝔸',
    '\u0000',
    '\u2028',
  ],
];

/** Good text with words of that kind put in, and with what `mutated` does to its bytes. */
export function mutatedText(random: SeededRandom, good: string): Uint8Array {
  let text = good;
  for (let left = random.below(4); left > 0; left--) {
    const at = Math.floor(random.fraction() * (text.length + 1));
    const word = WORDS[random.below(WORDS.length)] as string;
    text = text.slice(0, at) + word + text.slice(at + random.below(3));
  }
  const bytes = Uint8Array.from(Buffer.from(text, 'utf8'));
  return random.below(3) === 0 ? mutated(random, bytes) : bytes;
}

const VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 2 ** 53, 1e308, '', '0', '-1', 'a', '0'.repeat(64), [], {}, [[]]],
  ...[{ a: 1 }, '9'.repeat(60), 'ff'.repeat(32), '\u0000', '__proto__'],
];

/** A JSON value with one to three of its values, at any depth, replaced, removed or doubled. */
export function mutatedJson(random: SeededRandom, good: unknown): unknown {
  const root = { value: structuredClone(good) };
  for (let left = 1 + random.below(3); left > 0; left--) changeWithin(random, root);
  return root.value;
}

function changeWithin(random: SeededRandom, root: { value: unknown }): void {
  let parent = root as Record<string, unknown>;
  let name = 'value';
  for (;;) {
    const child = parent[name];
    const names = typeof child === 'object' && child !== null ? Object.keys(child) : [];
    if (names.length === 0 || random.below(5) === 0) break;
    parent = child as Record<string, unknown>;
    name = names[random.below(names.length)] as string;
  }
  const fate = random.below(6);
  if (fate === 0 && parent !== root) delete parent[name];
  else if (fate === 1) parent[`${name}x`] = structuredClone(parent[name]);
  else if (fate === 2 && Array.isArray(parent[name])) {
    const list = parent[name] as unknown[];
    list.push(structuredClone(list[0]));
  } else parent[name] = structuredClone(VALUES[random.below(VALUES.length)]);
}
