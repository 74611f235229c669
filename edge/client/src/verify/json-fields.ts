/**
 * Reads JSON values into what is meant by them, field by field: nothing missing, nothing of another
 * type, nothing besides. Faults are DecodeErrors that name the field; the kernel's codecs read
 * quantities and bytes the same way.
 */
import { DecodeError } from '@commonwatt/ledger';

/** @throws DecodeError naming the field, what was expected and what came. */
export type JsonField<T> = (json: unknown, field: string) => T;

export type JsonFields<T> = { readonly [Name in keyof T]: JsonField<T[Name]> };

/** An object with exactly these fields; one that may be left out reads nothing as `undefined`. */
export function object<T extends object>(fields: JsonFields<T>): JsonField<T> {
  const entries = Object.entries(fields) as [keyof T & string, JsonField<T[keyof T]>][];
  return (json, field) => {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw new DecodeError(field, 'an object', shown(json));
    }
    const source = json as Record<string, unknown>;
    for (const name of Object.keys(source)) {
      if (!Object.hasOwn(fields, name)) {
        throw new DecodeError(within(field, name), 'a known field', 'an unknown one');
      }
    }
    const value: Partial<Record<keyof T, unknown>> = {};
    for (const [name, read] of entries) {
      const given = Object.hasOwn(source, name) ? source[name] : undefined;
      value[name] = read(given, within(field, name));
    }
    return value as T;
  };
}

function within(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`;
}

export function array<T>(item: JsonField<T>, countMax: number): JsonField<readonly T[]> {
  return (json, field) => {
    if (!Array.isArray(json)) throw new DecodeError(field, 'an array', shown(json));
    if (json.length > countMax) {
      throw new DecodeError(field, `at most ${countMax} items`, `${json.length}`);
    }
    return json.map((entry, at) => item(entry, `${field}[${at}]`));
  };
}

/** A field that may be left out. */
export function optional<T>(read: JsonField<T>): JsonField<T | undefined> {
  return (json, field) => (json === undefined ? undefined : read(json, field));
}

/** Exactly one of a few texts. */
export function oneOf<const Name extends string>(...names: readonly Name[]): JsonField<Name> {
  return (json, field) => {
    const name = names.find((one) => one === json);
    if (name === undefined) throw new DecodeError(field, names.join(' or '), shown(json));
    return name;
  };
}

export const text: JsonField<string> = (json, field) => {
  if (typeof json !== 'string') throw new DecodeError(field, 'text', shown(json));
  return json;
};

/** A whole number from 0 to 2^53 - 1. */
export const count: JsonField<number> = (json, field) => {
  if (typeof json === 'number' && Number.isSafeInteger(json) && json >= 0) return json;
  throw new DecodeError(field, 'an integer from 0 to 2^53-1', shown(json));
};

/** An object that is read elsewhere. */
export const anyObject: JsonField<object> = (json, field) => {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json;
  throw new DecodeError(field, 'an object', shown(json));
};

const SHOWN_CHARACTERS_MAX = 40;

export function shown(json: unknown): string {
  if (json === undefined) return 'nothing';
  if (Array.isArray(json)) return 'an array';
  if (typeof json === 'object' && json !== null) return 'an object';
  if (typeof json !== 'string') return `${json}`;
  if (json.length <= SHOWN_CHARACTERS_MAX) return `'${json}'`;
  return `'${json.slice(0, SHOWN_CHARACTERS_MAX)}...'`;
}
