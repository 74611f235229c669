/**
 * Reads a YAML mapping field by field. Every scalar is text until a field says what it is, so that
 * no number passes through a float; what no field asked for is refused by name.
 */

import { isMap, isScalar, isSeq, parseDocument } from 'yaml';

/** A fault of the file: which field, what was expected there, and what stands there. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly field: string;
  constructor(place: string, field: string, expected: string, got: string) {
    super(`${place}: ${field}: expected ${expected}, got ${got}`);
    this.field = field;
  }
}

export const CONFIG_CHARACTERS_MAX = 1_000_000;

/** The fields of the file's outermost mapping. @throws ConfigError for what is not plain YAML. */
export function configFields(text: string, place: string): Fields {
  if (text.length > CONFIG_CHARACTERS_MAX) {
    const expected = `at most ${CONFIG_CHARACTERS_MAX} characters`;
    throw new ConfigError(place, 'file', expected, `${text.length}`);
  }
  const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: true, strict: true });
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) {
    const [line = ''] = fault.message.split('\n');
    throw new ConfigError(place, 'file', 'plain YAML', line);
  }
  return new Fields(place, '', document.contents);
}

/** Fields of one mapping, each taken once. */
export class Fields {
  readonly #place: string;
  readonly #path: string;
  readonly #values = new Map<string, unknown>();

  constructor(place: string, path: string, node: unknown) {
    this.#place = place;
    this.#path = path;
    if (!isMap(node)) this.fail('', 'a mapping of fields', describe(node));
    for (const { key, value } of node.items) {
      if (!isScalar(key)) this.fail('', 'names of fields', describe(key));
      this.#values.set(String(key.value), value);
    }
  }

  fail(name: string, expected: string, got: string): never {
    const field = [this.#path, name].filter((part) => part !== '').join('.') || 'file';
    throw new ConfigError(this.#place, field, expected, got);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The fields that nobody took yet, as they stand. */
  names(): readonly string[] {
    return [...this.#values.keys()];
  }

  #take(name: string): unknown {
    const value = this.#values.get(name);
    this.#values.delete(name);
    return value;
  }

  /** Text of one line; the fallback where the field is absent. */
  text(name: string, options: { fallback?: string; lengthMax?: number } = {}): string {
    if (!this.has(name)) {
      return options.fallback ?? this.fail(name, 'a text', 'nothing');
    }
    const node = this.#take(name);
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value !== 'string') this.fail(name, 'a text', describe(node));
    const lengthMax = options.lengthMax ?? 4096;
    if (value.length < 1 || value.length > lengthMax) {
      this.fail(name, `1 to ${lengthMax} characters`, `${value.length}`);
    }
    return value;
  }

  /** A text that another reader understands, such as a price. */
  read<T>(name: string, read: (text: string) => T, fallback?: string): T {
    const text = this.text(name, fallback === undefined ? {} : { fallback });
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return this.fail(name, 'a value of its kind', `'${text}' (${error.message})`);
    }
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback?: T): T {
    const text = this.text(name, fallback === undefined ? {} : { fallback });
    const found = allowed.find((one) => one === text);
    return found ?? this.fail(name, allowed.join(' or '), `'${text}'`);
  }

  whole(name: string, range: { least: number; most: number; fallback?: number }): number {
    const { least, most, fallback } = range;
    if (!this.has(name) && fallback !== undefined) return fallback;
    const text = this.text(name);
    const value = /^(0|-?[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      this.fail(name, `a whole number from ${least} to ${most}`, `'${text}'`);
    }
    return value;
  }

  /** A mapping inside this one; empty where it is absent. */
  group<T>(name: string, read: (fields: Fields) => T): T {
    const node = this.has(name) ? this.#take(name) : parseDocument('{}').contents;
    const fields = new Fields(this.#place, this.#join(name), node);
    const value = read(fields);
    fields.end();
    return value;
  }

  list<T>(name: string, countMax: number, read: (fields: Fields) => T): readonly T[] {
    if (!this.has(name)) return [];
    const node = this.#take(name);
    if (!isSeq(node)) this.fail(name, 'a list', describe(node));
    if (node.items.length > countMax) {
      this.fail(name, `at most ${countMax} entries`, `${node.items.length}`);
    }
    return node.items.map((item, at) => {
      const fields = new Fields(this.#place, `${this.#join(name)}[${at}]`, item);
      const value = read(fields);
      fields.end();
      return value;
    });
  }

  #join(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  /** @throws ConfigError for a field that nobody took. */
  end(): void {
    for (const name of this.#values.keys()) this.fail(name, 'no such field', `'${name}'`);
  }
}

function describe(node: unknown): string {
  if (node === null || node === undefined) return 'nothing';
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  return isScalar(node) ? `'${String(node.value).slice(0, 60)}'` : 'an alias';
}
