/** Codecs made of codecs: records, lists, and values that may be missing. */

import { DecodeError } from './byte-stream.ts';
import { type Codec, flag, shown, textOfValue } from './codec.ts';

type Fields<T> = { readonly [K in keyof T]: Codec<T[K]> };

/** The names of a record's fields as errors tell them, made anew only when the record has another. */
export function fieldPaths(names: readonly string[]): (field: string) => readonly string[] {
  let last: string | undefined;
  let paths: readonly string[] = [];
  return (field) => {
    if (field !== last) {
      last = field;
      paths = names.map((name) => `${field}.${name}`);
    }
    return paths;
  };
}

/** The fields in the order they are written here. */
export function struct<T extends object>(fields: Fields<T>): Codec<T> {
  const entries = Object.entries(fields) as [keyof T & string, Codec<T[keyof T]>][];
  const pathsOf = fieldPaths(entries.map(([name]) => name));
  return {
    shape: { kind: 'struct', fields: entries.map(([name, codec]) => [name, codec.shape] as const) },
    write(writer, value) {
      for (const [name, codec] of entries) codec.write(writer, value[name]);
    },
    read(reader, field) {
      const value: Record<string, unknown> = {};
      const paths = pathsOf(field);
      for (let at = 0; at < entries.length; at++) {
        const [name, codec] = entries[at] as [string, Codec<unknown>];
        value[name] = codec.read(reader, paths[at] as string);
      }
      return value as T;
    },
    text(value) {
      let text = '';
      for (const [name, codec] of entries) text += textOfValue(codec, value[name]);
      return text;
    },
    toJson(value) {
      const json: Record<string, unknown> = {};
      for (const [name, codec] of entries) json[name] = codec.toJson(value[name]);
      return json;
    },
    fromJson(json, field) {
      if (typeof json !== 'object' || json === null || Array.isArray(json)) {
        throw new DecodeError(field, 'an object', shown(json));
      }
      const source = json as Record<string, unknown>;
      for (const name of Object.keys(source)) {
        if (!Object.hasOwn(fields, name)) {
          throw new DecodeError(`${field}.${name}`, 'a known field', 'an unknown one');
        }
      }
      const value: Record<string, unknown> = {};
      for (const [name, codec] of entries) {
        const given = Object.hasOwn(source, name) ? source[name] : undefined;
        value[name] = codec.fromJson(given, `${field}.${name}`);
      }
      return value as T;
    },
  };
}

/** Up to `countMax` items behind a two-byte or four-byte count. */
export function list<T>(item: Codec<T>, countMax: number): Codec<readonly T[]> {
  const wide = countMax > 0xffff;
  return {
    shape: { kind: 'list', item: item.shape, countMax },
    write(writer, value) {
      if (value.length > countMax) {
        throw new RangeError(`list: expected at most ${countMax} items, got ${value.length}`);
      }
      if (wide) writer.u32(value.length);
      else writer.u16(value.length);
      for (const entry of value) item.write(writer, entry);
    },
    read(reader, field) {
      const count = wide ? reader.u32(field) : reader.u16(field);
      if (count > countMax) throw new DecodeError(field, `at most ${countMax} items`, `${count}`);
      const value: T[] = [];
      const itemField = `${field}[*]`;
      try {
        while (value.length < count) value.push(item.read(reader, itemField));
      } catch (error) {
        throw placed(error, itemField, `${field}[${value.length}]`);
      }
      return value;
    },
    toJson: (value) => value.map((entry) => item.toJson(entry)),
    fromJson(json, field) {
      if (!Array.isArray(json) || json.length > countMax) {
        throw new DecodeError(field, `an array of at most ${countMax} items`, shown(json));
      }
      return json.map((entry, at) => item.fromJson(entry, `${field}[${at}]`));
    },
  };
}

/** The same error with the place of an item, which is named only where one is wrong. */
function placed(error: unknown, itemField: string, place: string): unknown {
  if (!(error instanceof DecodeError) || !error.field.startsWith(itemField)) return error;
  const field = `${place}${error.field.slice(itemField.length)}`;
  return new DecodeError(field, error.expected, error.got);
}

/** A value or nothing: one byte 0, or one byte 1 and the value. */
export function optional<T>(item: Codec<T>): Codec<T | undefined> {
  return {
    shape: { kind: 'optional', item: item.shape },
    write(writer, value) {
      writer.u8(value === undefined ? 0 : 1);
      if (value !== undefined) item.write(writer, value);
    },
    read(reader, field) {
      return flag.read(reader, field) ? item.read(reader, field) : undefined;
    },
    toJson: (value) => (value === undefined ? null : item.toJson(value)),
    fromJson: (json, field) =>
      json === undefined || json === null ? undefined : item.fromJson(json, field),
  };
}

/**
 * A record's codec with its layout written out by hand, for records that pass by the thousand: the
 * same bytes, values and errors as the list of fields gives, without walking over that list.
 */
export function unrolled<T>(
  codec: Codec<T>,
  byHand: Partial<Pick<Codec<T>, 'write' | 'read' | 'text'>>,
): Codec<T> {
  return { ...codec, ...byHand };
}
