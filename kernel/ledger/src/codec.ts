/**
 * Canonical binary layout: every value has exactly one encoding, and a decoder refuses every other.
 * Integers have a fixed width and stand big-endian; lengths are counted in a fixed width too, so
 * there is no second way to write a number. Each codec also carries its shape, from which the edge
 * makes JSON and documents: the layout is written once.
 */

import {
  type Energy,
  energy,
  type Money,
  money,
  type Power,
  type Price,
  power,
  price,
} from '@commonwatt/units';
import { DecodeError, Reader, textOf, Writer } from './byte-stream.ts';
import { fromHex, toHex } from './bytes.ts';

/** How a value looks outside: the edge derives JSON and OpenAPI from it. */
export type Shape =
  | {
      readonly kind: 'integer';
      readonly least: string;
      readonly most: string;
      readonly text: boolean;
    }
  | { readonly kind: 'bytes'; readonly length?: number; readonly lengthMax?: number }
  | { readonly kind: 'text'; readonly lengthMax: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'choice'; readonly names: readonly string[] }
  | { readonly kind: 'struct'; readonly fields: readonly (readonly [string, Shape])[] }
  | { readonly kind: 'list'; readonly item: Shape; readonly countMax: number }
  | { readonly kind: 'optional'; readonly item: Shape };

export interface Codec<T> {
  readonly shape: Shape;
  write(writer: Writer, value: T): void;
  read(reader: Reader, field: string): T;
  /**
   * What `write` would write, as text of one character per byte: a name for maps, found faster than
   * by writing. `textOfValue` answers for codecs without it.
   */
  text?(value: T): string;
  /** The value as strict JSON would hold it: integers beyond 53 bits and quantities as text. */
  toJson(value: T): unknown;
  /** @throws DecodeError naming the field, what was expected and what came. */
  fromJson(json: unknown, field: string): T;
}

/** Kept from one encoding to the next: a new buffer for each would cost more than what it holds. */
let keptWriter: Writer | undefined = new Writer(1024);
/** A writer that one huge value made larger than this is not kept. */
const KEPT_BYTES_MAX = 33_554_432;

export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  return written((writer) => codec.write(writer, value));
}

function written(write: (writer: Writer) => void): Uint8Array {
  // Taken away while it is in use, for a codec may encode something on its way.
  const writer = keptWriter ?? new Writer();
  keptWriter = undefined;
  try {
    write(writer);
    return writer.take();
  } finally {
    writer.reset();
    keptWriter = writer.capacity <= KEPT_BYTES_MAX ? writer : new Writer(1024);
  }
}

/** @throws DecodeError unless `bytes` are exactly the one encoding of a value. */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array, field: string): T {
  const reader = new Reader(bytes);
  const value = codec.read(reader, field);
  reader.end(field);
  return value;
}

/** The one encoding of a value as text of one character per byte. */
export function textOfValue<T>(codec: Codec<T>, value: T): string {
  return codec.text === undefined ? textOf(encode(codec, value)) : codec.text(value);
}

/** Remembers the last answer, for a value is often named several times in a row. */
function rememberLast<T extends number | string>(make: (value: T) => string): (value: T) => string {
  let lastValue: T | undefined;
  let lastText = '';
  return (value) => {
    if (value !== lastValue) {
      lastText = make(value);
      lastValue = value;
    }
    return lastText;
  };
}

/** The same for bytes, which are compared one by one: an array may have been written over. */
function rememberLastBytes(length: number): (value: Uint8Array) => string {
  const last = new Uint8Array(length);
  let lastText: string | undefined;
  return (value) => {
    let same = lastText !== undefined;
    for (let at = 0; at < length; at++) {
      const byte = value[at] as number;
      if (byte !== last[at]) {
        last[at] = byte;
        same = false;
      }
    }
    if (!same || lastText === undefined) lastText = textOf(last);
    return lastText;
  };
}

/** A value of JSON as an error names it. */
export function shown(json: unknown): string {
  if (typeof json === 'string') return json.length > 40 ? `'${json.slice(0, 40)}...'` : `'${json}'`;
  if (json === null || typeof json === 'number' || typeof json === 'boolean') return `${json}`;
  return Array.isArray(json) ? 'an array' : json === undefined ? 'nothing' : `an ${typeof json}`;
}

function textOfU32(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

function whole(
  name: string,
  most: number,
  write: (writer: Writer, value: number) => void,
  read: (reader: Reader, field: string) => number,
  text: (value: number) => string,
): Codec<number> {
  const remembered = rememberLast(text);
  const ok = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
  return {
    shape: { kind: 'integer', least: '0', most: `${most}`, text: false },
    write,
    read,
    text(value) {
      if (!ok(value)) throw new RangeError(`${name}: expected 0 to ${most}, got ${value}`);
      return remembered(value);
    },
    toJson: (value) => value,
    fromJson(json, field) {
      if (!ok(json)) throw new DecodeError(field, `an integer from 0 to ${most}`, shown(json));
      return json + 0; // JSON knows a minus zero
    },
  };
}

export const u8 = whole(
  'u8',
  0xff,
  (w, v) => w.u8(v),
  (r, f) => r.u8(f),
  (v) => String.fromCharCode(v),
);
export const u16 = whole(
  'u16',
  0xffff,
  (w, v) => w.u16(v),
  (r, f) => r.u16(f),
  (v) => String.fromCharCode(v >>> 8, v & 255),
);
export const u32 = whole(
  'u32',
  0xffff_ffff,
  (w, v) => w.u32(v),
  (r, f) => r.u32(f),
  (v) => textOfU32(v),
);
/** Heights, sequences and instants in Unix milliseconds: eight bytes, at most 2^53 - 1. */
export const u64 = whole(
  'u64',
  Number.MAX_SAFE_INTEGER,
  (w, v) => w.u64(v),
  (r, f) => r.u64(f),
  (v) => textOfU32(Math.floor(v / 0x1_0000_0000)) + textOfU32(v >>> 0),
);

function quantity<Q extends bigint>(
  least: bigint,
  most: bigint,
  make: (value: bigint) => Q,
  write: (writer: Writer, value: Q) => void,
  read: (reader: Reader, field: string) => bigint,
): Codec<Q> {
  return {
    shape: { kind: 'integer', least: `${least}`, most: `${most}`, text: true },
    write(writer, value) {
      if (value < least || value > most) {
        throw new RangeError(`quantity: expected ${least} to ${most}, got ${value}`);
      }
      write(writer, value);
    },
    read(reader, field) {
      const value = read(reader, field);
      if (value < least || value > most) {
        throw new DecodeError(field, `${least} to ${most}`, `${value}`);
      }
      // The bounds are those of the quantity itself: `make` would only look again.
      return value as Q;
    },
    toJson: (value) => `${value}`,
    fromJson(json, field) {
      const expected = `a decimal integer as text from ${least} to ${most}`;
      if (typeof json !== 'string' || !/^(0|-?[1-9][0-9]{0,38})$/.test(json)) {
        throw new DecodeError(field, expected, shown(json));
      }
      const value = BigInt(json);
      if (value < least || value > most) throw new DecodeError(field, expected, shown(json));
      return make(value);
    },
  };
}

const I63 = 1n << 63n;
const I127 = 1n << 127n;
/** Energy: eight bytes, 0 to 2^63 - 1 Wh. */
export const energyWh: Codec<Energy> = quantity(
  0n,
  I63 - 1n,
  energy,
  (w, v) => w.bigU64(v),
  (r, f) => r.bigU64(f),
);
/** Power: eight bytes, 0 to 2^63 - 1 W. */
export const powerW: Codec<Power> = quantity(
  0n,
  I63 - 1n,
  power,
  (w, v) => w.bigU64(v),
  (r, f) => r.bigU64(f),
);
/** Price: eight bytes, signed, nano-currency per Wh. */
export const priceNano: Codec<Price> = quantity(
  -I63,
  I63 - 1n,
  price,
  (w, v) => w.bigI64(v),
  (r, f) => r.bigI64(f),
);
/** Money: sixteen bytes, signed, nano-currency. */
export const moneyNano: Codec<Money> = {
  ...quantity(
    -I127,
    I127 - 1n,
    money,
    (w, v) => w.bigI128(v),
    (r, f) => r.bigI128(f),
  ),
  // Sixteen bytes hold nothing beyond its bounds.
  write: (writer, value) => writer.bigI128(value),
  read: (reader, field) => reader.bigI128(field) as Money,
};

/** Exactly `length` bytes. */
export function fixedBytes(length: number): Codec<Uint8Array> {
  const remembered = rememberLastBytes(length);
  return {
    shape: { kind: 'bytes', length },
    write(writer, value) {
      if (value.length !== length) {
        throw new RangeError(`bytes: expected ${length}, got ${value.length}`);
      }
      writer.raw(value);
    },
    read: (reader, field) => reader.copy(field, length),
    text(value) {
      if (value.length !== length) {
        throw new RangeError(`bytes: expected ${length}, got ${value.length}`);
      }
      return remembered(value);
    },
    toJson: toHex,
    fromJson(json, field) {
      const bytes = hexFromJson(json, field, length);
      if (bytes.length !== length) {
        throw new DecodeError(field, `${length} bytes in hex`, `${bytes.length}`);
      }
      return bytes;
    },
  };
}

function hexFromJson(json: unknown, field: string, length: number): Uint8Array {
  if (typeof json !== 'string' || json.length % 2 !== 0 || /[^0-9a-fA-F]/.test(json)) {
    throw new DecodeError(field, `${length} bytes in hex`, shown(json));
  }
  return fromHex(json);
}

export const hash32 = fixedBytes(32);

/** Up to `lengthMax` bytes behind a two-byte or four-byte length. */
export function bytesUpTo(lengthMax: number): Codec<Uint8Array> {
  const wide = lengthMax > 0xffff;
  return {
    shape: { kind: 'bytes', lengthMax },
    write(writer, value) {
      if (value.length > lengthMax) {
        throw new RangeError(`bytes: expected at most ${lengthMax}, got ${value.length}`);
      }
      if (wide) writer.u32(value.length);
      else writer.u16(value.length);
      writer.raw(value);
    },
    read(reader, field) {
      const length = wide ? reader.u32(field) : reader.u16(field);
      if (length > lengthMax)
        throw new DecodeError(field, `at most ${lengthMax} bytes`, `${length}`);
      return reader.copy(field, length);
    },
    toJson: toHex,
    fromJson(json, field) {
      const bytes = hexFromJson(json, field, lengthMax);
      if (bytes.length > lengthMax) {
        throw new DecodeError(field, `at most ${lengthMax} bytes in hex`, `${bytes.length}`);
      }
      return bytes;
    },
  };
}

/** Printable ASCII up to `lengthMax` characters: names on the ledger are never personal. */
export function textUpTo(lengthMax: number): Codec<string> {
  const printable = /^[\x20-\x7e]*$/;
  const checked = (text: string, field: string): string => {
    if (text.length > lengthMax || !printable.test(text)) {
      throw new DecodeError(field, `at most ${lengthMax} printable ASCII characters`, shown(text));
    }
    return text;
  };
  return {
    shape: { kind: 'text', lengthMax },
    write(writer, value) {
      checked(value, 'text');
      writer.u16(value.length);
      for (let at = 0; at < value.length; at++) writer.u8(value.charCodeAt(at));
    },
    read(reader, field) {
      const length = reader.u16(field);
      if (length > lengthMax)
        throw new DecodeError(field, `at most ${lengthMax} bytes`, `${length}`);
      return checked(String.fromCharCode(...reader.raw(field, length)), field);
    },
    toJson: (value) => value,
    fromJson(json, field) {
      if (typeof json !== 'string') throw new DecodeError(field, 'text', shown(json));
      return checked(json, field);
    },
  };
}

export const flag: Codec<boolean> = {
  shape: { kind: 'boolean' },
  write: (writer, value) => writer.u8(value ? 1 : 0),
  read(reader, field) {
    const byte = reader.u8(field);
    if (byte > 1) throw new DecodeError(field, '0 or 1', `${byte}`);
    return byte === 1;
  },
  toJson: (value) => value,
  fromJson(json, field) {
    if (typeof json !== 'boolean') throw new DecodeError(field, 'true or false', shown(json));
    return json;
  },
};

/** One of the given names, written as its position. New names are only ever added at the end. */
export function choice<const Names extends readonly string[]>(
  ...names: Names
): Codec<Names[number]> {
  return {
    shape: { kind: 'choice', names },
    write(writer, value) {
      const index = names.indexOf(value);
      if (index < 0)
        throw new RangeError(`choice: expected one of ${names.join(', ')}, got ${value}`);
      writer.u8(index);
    },
    text(value) {
      const index = names.indexOf(value);
      if (index < 0)
        throw new RangeError(`choice: expected one of ${names.join(', ')}, got ${value}`);
      return String.fromCharCode(index);
    },
    read(reader, field) {
      const index = reader.u8(field);
      const name = names[index];
      if (name === undefined) throw new DecodeError(field, `0 to ${names.length - 1}`, `${index}`);
      return name;
    },
    toJson: (value) => value,
    fromJson(json, field) {
      if (typeof json !== 'string' || !names.includes(json)) {
        throw new DecodeError(field, `one of ${names.join(', ')}`, shown(json));
      }
      return json;
    },
  };
}
