/**
 * Values of a JSON schema as the OpenAPI document states it, and values beside it: wrong types,
 * bounds and what lies past them, too much, too little, too long, and text from all over Unicode.
 */

import type { SeededRandom } from '@commonwatt/simulator';

export interface Schema {
  readonly type?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** A value that fits. */
export function fitting(schema: Schema, random: SeededRandom): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.anyOf !== undefined) return fitting(pick(random, schema.anyOf), random);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, one]) => [name, fitting(one, random)]),
      );
    case 'array':
      return Array.from({ length: random.below(3) }, () => fitting(schema.items ?? {}, random));
    case 'integer':
    case 'number':
      return pick(random, [schema.minimum ?? 0, schema.maximum ?? 1000, 1, random.below(1000)]);
    case 'string':
      return schema.pattern === undefined ? 'text' : new PatternText(schema.pattern, random).text();
    case 'boolean':
      return random.below(2) === 0;
    case 'null':
      return null;
    default:
      return 1;
  }
}

const LONG = 'x'.repeat(70_000);
const ODD: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1,
    0.5,
    1e308,
    -1e308,
    2 ** 53,
    2 ** 53 - 1,
    -(2 ** 53),
    4294967296,
  ],
  ...[
    '',
    ' ',
    '0',
    '-0',
    '-1',
    '01',
    '1e3',
    '0x10',
    'NaN',
    'null',
    'undefined',
    '٣',
    '１',
    '1\n',
    '1\u0000',
  ],
  ...[
    '\u202e',
    '𝔸',
    'İ',
    '\ufeff',
    '../../etc/passwd',
    '%00',
    '{{7*7}}',
    "' OR 1=1 --",
    '<script>',
    LONG,
  ],
  ...[
    'f'.repeat(64),
    'F'.repeat(64),
    '0'.repeat(64),
    '9'.repeat(19),
    '9'.repeat(39),
    '-',
    '+1',
    '1.0',
  ],
  ...[[], {}, [[]], [null], { constructor: 1 }, { toString: 1 }, Array(5000).fill(0)],
];

/** Any value as one would write it into a path. */
export function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A value that need not fit. */
export function odd(random: SeededRandom): unknown {
  return pick(random, ODD);
}

/** A fitting value with one of its parts, or all of it, replaced, removed, doubled or renamed. */
export function spoiled(schema: Schema, random: SeededRandom): unknown {
  const value = fitting(schema, random);
  if (typeof value !== 'object' || value === null || random.below(5) === 0) return odd(random);
  const names = Object.keys(value);
  const name = names[random.below(Math.max(names.length, 1))] ?? 'extra';
  const changed = { ...(value as Record<string, unknown>) };
  const fate = random.below(4);
  if (fate === 0) delete changed[name];
  else if (fate === 1) changed[`${name} `] = changed[name];
  else if (fate === 2) changed.extra = odd(random);
  else changed[name] = odd(random);
  return Array.isArray(value) ? [...value, odd(random)] : changed;
}

/** JSON as text, sometimes in ways that no writer of JSON has. */
export function spoiledJson(value: unknown, random: SeededRandom): string {
  const text = JSON.stringify(value) ?? 'null';
  switch (random.below(12)) {
    case 0:
      return text.replace(/^\{/, '{"transaction":"00","transaction":"01",');
    case 1:
      return text.replace(/^\{/, '{"__proto__":{"isAdmin":true},');
    case 2:
      return `${text}${text}`;
    case 3:
      return text.slice(0, Math.floor(random.fraction() * text.length));
    case 4:
      return '['.repeat(1 + random.below(20_000));
    case 5:
      return `\ufeff${text}`;
    case 6:
      return text.replaceAll('"', "'");
    case 7:
      return `{"a":${'9'.repeat(400)}}`;
    default:
      return text;
  }
}

export function pick<T>(random: SeededRandom, all: readonly T[]): T {
  return all[random.below(all.length)] as T;
}

/** Text that fits a pattern of letters, classes, groups with branches, and counts. */
class PatternText {
  readonly #pattern: string;
  readonly #random: SeededRandom;
  #at = 0;

  constructor(pattern: string, random: SeededRandom) {
    this.#pattern = pattern.replace(/^\^/, '').replace(/\$$/, '');
    this.#random = random;
  }

  text(): string {
    return this.#branches();
  }

  /** Up to the end of the group: one of its branches. */
  #branches(): string {
    const branches = [''];
    while (this.#at < this.#pattern.length && this.#pattern[this.#at] !== ')') {
      if (this.#pattern[this.#at] === '|') {
        this.#at++;
        branches.push('');
        continue;
      }
      const from = this.#at;
      this.#piece();
      const until = this.#at;
      const [least, most] = this.#counts();
      const after = this.#at;
      for (let left = least + this.#random.below(most - least + 1); left > 0; left--) {
        this.#at = from;
        branches[branches.length - 1] += this.#piece();
        this.#at = until;
      }
      this.#at = after;
    }
    return pick(this.#random, branches);
  }

  #piece(): string {
    const letter = this.#pattern[this.#at++] ?? '';
    if (letter === '(') {
      if (this.#pattern.startsWith('?:', this.#at)) this.#at += 2;
      const text = this.#branches();
      this.#at++;
      return text;
    }
    if (letter !== '[') return letter === '\\' ? (this.#pattern[this.#at++] ?? '') : letter;
    const end = this.#pattern.indexOf(']', this.#at);
    const letters = lettersOf(this.#pattern.slice(this.#at, end));
    this.#at = end + 1;
    return pick(this.#random, letters);
  }

  #counts(): readonly [number, number] {
    const rest = this.#pattern.slice(this.#at);
    const [whole = '', least = '', comma, most = ''] = /^\{(\d+)(,?)(\d*)\}/.exec(rest) ?? [];
    if (whole !== '') {
      this.#at += whole.length;
      return [Number(least), comma === '' ? Number(least) : Number(most)];
    }
    const sign = rest[0];
    if (sign !== '*' && sign !== '+' && sign !== '?') return [1, 1];
    this.#at++;
    return [sign === '+' ? 1 : 0, sign === '?' ? 1 : 3];
  }
}

function lettersOf(classText: string): readonly string[] {
  const letters: string[] = [];
  for (let at = 0; at < classText.length; at++) {
    const first = classText.charCodeAt(at);
    const isRange = classText[at + 1] === '-' && at + 2 < classText.length;
    const last = isRange ? classText.charCodeAt(at + 2) : first;
    if (isRange) at += 2;
    for (let code = first; code <= last; code++) letters.push(String.fromCharCode(code));
  }
  return letters;
}
