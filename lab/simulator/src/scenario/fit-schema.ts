/**
 * Fits a located tree to a schema: every fault is named, defaults are filled in, and keys come out in
 * the order of the schema (those of records in that of their code units), so that equal scenarios are
 * equal texts. It reads as much of JSON Schema as scenario.ts uses.
 */

import type { Located, LocatedMap, LocatedScalar } from './located-yaml.ts';
import { meantName } from './nearest-name.ts';
import { type FaultAt, type Path, SCENARIO_FAULTS_MAX, shown } from './scenario-error.ts';

/** The parts of a JSON Schema that a scenario's uses. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface SchemaFault extends FaultAt {
  /** The fault is the key, not its value. */
  readonly isKey: boolean;
}

export interface Fit {
  readonly value: unknown;
  readonly faults: readonly SchemaFault[];
}

/** Of any text; names and files are far shorter. */
export const TEXT_CHARACTERS_MAX = 4096;
/** Of a record, such as the settings of a mechanism. */
export const RECORD_KEYS_MAX = 1_000;
/** Decimals of a price in ct/kWh: 0.0001 ct/kWh is 0.001 EUR/MWh, the least step of a price. */
const PRICE_DECIMALS = /^-?[0-9]+(?:\.[0-9]{1,4})?$/;

/** `value` is of use only where there is no fault. */
export function fitSchema(schema: Schema, located: Located, path: Path = []): Fit {
  const fitting = new Fitting();
  const value = fitting.value(schema, located, path);
  return { value, faults: fitting.faults };
}

/** The schema of one of several objects: that whose first key the names hold. Null: none, or two. */
export function variantOf(schema: Schema, has: (name: string) => boolean): Schema | null {
  const found = (schema.anyOf ?? []).filter((one) => {
    const [first] = Object.keys(one.properties ?? {});
    return first !== undefined && has(first);
  });
  return found.length === 1 ? found[0]! : null;
}

class Fitting {
  readonly faults: SchemaFault[] = [];

  value(schema: Schema, located: Located, path: Path): unknown {
    if (schema.anyOf !== undefined) return this.oneOf(schema, located, path);
    if (schema.properties !== undefined || schema.patternProperties !== undefined) {
      if (located.kind !== 'map') return this.fault(path, 'a section', got(located));
      if (schema.properties !== undefined) return this.object(schema, located, path);
      return this.record(schema, located, path);
    }
    if (schema.items !== undefined) return this.list(schema, located, path);
    return this.scalar(schema, located, path);
  }

  private fault(path: Path, expected: string, value: string, isKey = false): undefined {
    this.faults.push({ path, expected, got: value, isKey });
    return undefined;
  }

  private object(schema: Schema, located: LocatedMap, path: Path): Record<string, unknown> {
    const properties = schema.properties ?? {};
    const known = Object.keys(properties);
    for (const name of located.entries.keys()) {
      if (Object.hasOwn(properties, name)) continue;
      // Beyond those that are told nobody reads what was meant.
      const isTold = this.faults.length < SCENARIO_FAULTS_MAX;
      const meant = isTold ? meantName(name, known) : '';
      this.fault([...path, name], 'no such key', shown(name) + meant, true);
    }
    const fitted: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(properties)) {
      const within = [...path, name];
      const entry = located.entries.get(name);
      if (entry !== undefined) fitted[name] = this.value(property, entry.value, within);
      else if (property.default !== undefined) {
        fitted[name] = this.value(property, written(property.default, located), within);
      } else if (schema.required?.includes(name))
        this.fault(within, expectation(property), 'nothing');
    }
    return fitted;
  }

  private record(schema: Schema, located: LocatedMap, path: Path): Record<string, unknown> {
    const [property = {}] = Object.values(schema.patternProperties ?? {});
    if (located.entries.size > RECORD_KEYS_MAX) {
      this.fault(path, `at most ${RECORD_KEYS_MAX} keys`, `${located.entries.size}`);
      return {};
    }
    const fitted: Record<string, unknown> = {};
    for (const name of [...located.entries.keys()].sort()) {
      const within = [...path, name];
      if (/^[^\s\p{C}]{1,200}$/u.test(name)) {
        fitted[name] = this.value(property, located.entries.get(name)!.value, within);
      } else this.fault(within, 'a key of 1 to 200 characters without spaces', shown(name), true);
    }
    return fitted;
  }

  private list(schema: Schema, located: Located, path: Path): unknown {
    if (located.kind !== 'list') return this.fault(path, 'a list', got(located));
    const { items } = located;
    const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
    if (items.length < minItems || items.length > maxItems) {
      return this.fault(path, expectation(schema), got(located));
    }
    return items.map((item, at) => this.value(schema.items ?? {}, item, [...path, at]));
  }

  private oneOf(schema: Schema, located: Located, path: Path): unknown {
    const variants = schema.anyOf ?? [];
    if (variants.some((one) => one.properties !== undefined)) {
      if (located.kind !== 'map') return this.fault(path, 'a section', got(located));
      const variant = variantOf(schema, (name) => located.entries.has(name));
      if (variant !== null) return this.object(variant, located, path);
      const firsts = variants.map((one) => Object.keys(one.properties ?? {})[0] ?? '');
      const has = firsts.filter((name) => located.entries.has(name));
      return this.fault(path, `one of the keys ${firsts.join(', ')}`, has.join(' and ') || 'none');
    }
    if (located.kind === 'scalar') {
      const { value } = located;
      if (variants.some((one) => scalarExpectation(one, value) === undefined)) return plain(value);
      const names = variants.flatMap((one) => (typeof one.const === 'string' ? [one.const] : []));
      const meant = typeof value === 'string' ? meantName(value, names) : '';
      return this.fault(path, expectation(schema), got(located) + meant);
    }
    return this.fault(path, expectation(schema), got(located));
  }

  private scalar(schema: Schema, located: Located, path: Path): unknown {
    if (located.kind !== 'scalar') return this.fault(path, expectation(schema), got(located));
    const expected = scalarExpectation(schema, located.value);
    if (expected === undefined) return plain(located.value);
    return this.fault(path, expected, got(located));
  }
}

/** What was expected where the value does not fit; undefined where it does. */
function scalarExpectation(schema: Schema, value: LocatedScalar['value']): string | undefined {
  return fitsScalar(schema, value) ? undefined : expectation(schema);
}

function fitsScalar(schema: Schema, value: LocatedScalar['value']): boolean {
  if (schema.const !== undefined) return value === schema.const;
  const { minimum, maximum, minLength = 0, pattern } = schema;
  if (schema.type === 'boolean') return typeof value === 'boolean';
  if (schema.type === 'string') {
    if (typeof value !== 'string') return false;
    if (!value.isWellFormed() || value.length < minLength || value.length > TEXT_CHARACTERS_MAX)
      return false;
    return pattern === undefined || new RegExp(pattern, 'u').test(value);
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (schema.type === 'integer' && !Number.isSafeInteger(value)) return false;
  if (isPrice(schema) && !PRICE_DECIMALS.test(String(value))) return false;
  return (minimum === undefined || value >= minimum) && (maximum === undefined || value <= maximum);
}

/** Prices are the only numbers with bounds that need not be whole. */
function isPrice({ type, minimum }: Schema): boolean {
  return type === 'number' && minimum !== undefined;
}

/** What a schema asks for, in words. */
export function expectation(schema: Schema): string {
  if (schema.anyOf !== undefined) return joined(schema.anyOf.map(expectation));
  if (schema.const !== undefined) return String(schema.const);
  const about = schema.description === undefined ? '' : ` (${schema.description})`;
  const { minimum, maximum } = schema;
  const range = minimum === undefined ? '' : ` from ${minimum} to ${maximum}`;
  if (schema.type === 'integer') return `a whole number${range}${about}`;
  if (isPrice(schema)) return `a number${range} of at most four decimals${about}`;
  if (schema.type === 'number') return 'a number';
  if (schema.type === 'boolean') return `true or false${about}`;
  if (schema.type === 'string') {
    return `a text${schema.pattern === undefined ? '' : ` like ${schema.pattern}`}${about}`;
  }
  if (schema.items === undefined) return 'a section';
  return `a list of ${schema.minItems ?? 0} to ${schema.maxItems ?? 'any number of'} entries`;
}

function joined(names: readonly string[]): string {
  const different = [...new Set(names)];
  const last = different.pop() ?? '';
  return different.length === 0 ? last : `${different.join(', ')} or ${last}`;
}

function got(located: Located): string {
  if (located.kind === 'list') return `a list of ${located.items.length}`;
  if (located.kind === 'map') return 'a section';
  return located.value === null ? 'nothing' : shown(located.value);
}

/** Zero has no sign here. */
function plain(value: LocatedScalar['value']): LocatedScalar['value'] {
  return value === 0 ? 0 : value;
}

/** A default as if it had been written where the section stands. */
function written(value: unknown, { place }: LocatedMap): Located {
  if (Array.isArray(value)) return { kind: 'list', place, items: [] };
  if (typeof value === 'object') return { kind: 'map', place, entries: new Map() };
  return { kind: 'scalar', place, value: value as LocatedScalar['value'] };
}
