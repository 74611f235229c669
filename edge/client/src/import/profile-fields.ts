/**
 * Reads a mapping of YAML or JSON field by field. Every scalar is text until a field says what it
 * is, so that no number passes through a float; what no field asked for is refused by name.
 */

import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { ImportFault, shown } from './import-fault.ts';

const CHARACTERS_MAX = 100_000;
const TEXT_CHARACTERS_MAX = 200;
const LIST_MAX = 200;

/** The fields of a document's outermost mapping. JSON is YAML. @throws ImportFault */
export function profileFields(text: string, place: string): ProfileFields {
  if (text.length > CHARACTERS_MAX) {
    throw new ImportFault(place, `at most ${CHARACTERS_MAX} characters`, `${text.length}`);
  }
  const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: true, strict: true });
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) {
    const [line = ''] = fault.message.split('\n');
    throw new ImportFault(place, 'plain YAML or JSON', line);
  }
  return new ProfileFields(place, document.contents);
}

export class ProfileFields {
  readonly place: string;
  readonly #values = new Map<string, unknown>();

  constructor(place: string, node: unknown) {
    this.place = place;
    if (!isMap(node)) throw new ImportFault(place, 'a mapping of fields', described(node));
    for (const { key, value } of node.items) {
      if (!isScalar(key)) throw new ImportFault(place, 'names of fields', described(key));
      this.#values.set(String(key.value), value);
    }
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  fail(name: string, expected: string, got: string): never {
    throw new ImportFault(`${this.place}: ${name}`, expected, got);
  }

  #take(name: string): unknown {
    const value = this.#values.get(name);
    this.#values.delete(name);
    return value;
  }

  text(name: string, fallback?: string): string {
    if (!this.has(name)) return fallback ?? this.fail(name, 'a text', 'nothing');
    return this.#textOf(name, this.#take(name));
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  #textOf(name: string, node: unknown): string {
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value !== 'string') return this.fail(name, 'a text', described(node));
    if (value.length > TEXT_CHARACTERS_MAX) {
      this.fail(name, `at most ${TEXT_CHARACTERS_MAX} characters`, `${value.length}`);
    }
    return value;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback?: T): T {
    const text = this.text(name, fallback);
    const found = allowed.find((one) => one === text);
    return found ?? this.fail(name, allowed.map(shown).join(' or '), shown(text));
  }

  whole(name: string, range: { least: number; most: number; fallback?: number }): number {
    const { least, most, fallback } = range;
    if (!this.has(name) && fallback !== undefined) return fallback;
    const text = this.text(name);
    const value = /^(0|[1-9][0-9]{0,8})$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    return this.fail(name, `a whole number from ${least} to ${most}`, shown(text));
  }

  /** A list of texts; a single text is a list of one. Empty where the field is absent. */
  texts(name: string): readonly string[] {
    if (!this.has(name)) return [];
    const node = this.#take(name);
    if (isScalar(node)) return [this.#textOf(name, node)];
    return this.#items(name, node).map((item) => this.#textOf(name, item));
  }

  group<T>(name: string, read: (fields: ProfileFields) => T): T {
    if (!this.has(name)) return this.fail(name, 'a mapping of fields', 'nothing');
    return this.#within(name, this.#take(name), read);
  }

  optionalGroup<T>(name: string, read: (fields: ProfileFields) => T): T | undefined {
    return this.has(name) ? this.group(name, read) : undefined;
  }

  list<T>(name: string, read: (fields: ProfileFields) => T): readonly T[] {
    const items = this.#items(name, this.#take(name));
    return items.map((item, at) => this.#within(`${name}[${at}]`, item, read));
  }

  #items(name: string, node: unknown): readonly unknown[] {
    if (!isSeq(node)) return this.fail(name, 'a list', described(node));
    if (node.items.length < 1 || node.items.length > LIST_MAX) {
      this.fail(name, `1 to ${LIST_MAX} entries`, `${node.items.length}`);
    }
    return node.items;
  }

  #within<T>(name: string, node: unknown, read: (fields: ProfileFields) => T): T {
    const fields = new ProfileFields(`${this.place}: ${name}`, node);
    const value = read(fields);
    fields.end();
    return value;
  }

  /** @throws ImportFault for a field that nobody took. */
  end(): void {
    for (const name of this.#values.keys()) this.fail(name, 'no such field', shown(name));
  }
}

function described(node: unknown): string {
  if (node === null || node === undefined) return 'nothing';
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  return isScalar(node) ? shown(String(node.value)) : 'an alias';
}
