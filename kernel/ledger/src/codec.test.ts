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
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecodeError, Reader, Writer } from './byte-stream.ts';
import {
  bytesUpTo,
  type Codec,
  choice,
  decode,
  encode,
  energyWh,
  fixedBytes,
  flag,
  moneyNano,
  powerW,
  priceNano,
  textUpTo,
  u8,
  u16,
  u32,
  u64,
} from './codec.ts';
import { list, optional, struct } from './composite-codec.ts';

interface Inner {
  readonly name: string;
  readonly on: boolean;
}
interface Whole {
  readonly small: number;
  readonly short: number;
  readonly long: number;
  readonly instant: number;
  readonly energy: Energy;
  readonly power: Power;
  readonly price: Price;
  readonly money: Money;
  readonly key: Uint8Array;
  readonly blob: Uint8Array;
  readonly wideBlob: Uint8Array;
  readonly side: 'buy' | 'sell' | 'both';
  readonly limit: Price | undefined;
  readonly inner: Inner;
  readonly items: readonly (Inner | undefined)[];
  readonly many: readonly number[];
}

const innerCodec = struct<Inner>({ name: textUpTo(12), on: flag });
const wholeCodec = struct<Whole>({
  small: u8,
  short: u16,
  long: u32,
  instant: u64,
  energy: energyWh,
  power: powerW,
  price: priceNano,
  money: moneyNano,
  key: fixedBytes(5),
  blob: bytesUpTo(40),
  wideBlob: bytesUpTo(70_000),
  side: choice('buy', 'sell', 'both'),
  limit: optional(priceNano),
  inner: innerCodec,
  items: list(optional(innerCodec), 6),
  many: list(u16, 70_000),
});

const bigint = (least: bigint, most: bigint) =>
  fc.oneof(fc.bigInt({ min: least, max: most }), fc.constantFrom(least, most, 0n));
const I63 = 1n << 63n;
const I127 = 1n << 127n;
const bytes = (lengthMax: number, lengthMin = 0) =>
  fc.uint8Array({ minLength: lengthMin, maxLength: lengthMax }).map((one) => Uint8Array.from(one));
const ascii = (lengthMax: number) =>
  fc
    .array(fc.integer({ min: 0x20, max: 0x7e }), { maxLength: lengthMax })
    .map((codes) => String.fromCharCode(...codes));
const inners = fc.record({ name: ascii(12), on: fc.boolean() });
const wholes: fc.Arbitrary<Whole> = fc.record({
  small: fc.integer({ min: 0, max: 0xff }),
  short: fc.integer({ min: 0, max: 0xffff }),
  long: fc.oneof(fc.integer({ min: 0, max: 0xffff_ffff }), fc.constant(0xffff_ffff)),
  instant: fc.oneof(fc.maxSafeNat(), fc.constant(Number.MAX_SAFE_INTEGER)),
  energy: bigint(0n, I63 - 1n).map(energy),
  power: bigint(0n, I63 - 1n).map(power),
  price: bigint(-I63, I63 - 1n).map(price),
  money: bigint(-I127, I127 - 1n).map(money),
  key: bytes(5, 5),
  blob: bytes(40),
  wideBlob: bytes(60),
  side: fc.constantFrom('buy', 'sell', 'both'),
  limit: fc.option(bigint(-I63, I63 - 1n).map(price), { nil: undefined }),
  inner: inners,
  items: fc.array(fc.option(inners, { nil: undefined }), { maxLength: 6 }),
  many: fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }),
});

/** Refused, or the one encoding of what came out. */
function expectOneEncoding<T>(codec: Codec<T>, candidate: Uint8Array): void {
  let value: T;
  try {
    value = decode(codec, candidate, 'value');
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError);
    return;
  }
  expect(encode(codec, value)).toEqual(candidate);
}

describe('one value, one encoding', () => {
  test('what is written is read back', () => {
    fc.assert(
      fc.property(wholes, (value) => {
        expect(decode(wholeCodec, encode(wholeCodec, value), 'value')).toEqual(value);
      }),
    );
  });

  test('bytes that differ anywhere are refused or are the encoding of another value', () => {
    fc.assert(
      fc.property(wholes, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, place, mask) => {
        const candidate = encode(wholeCodec, value);
        const at = place % candidate.length;
        candidate[at] = (candidate[at] as number) ^ mask;
        expectOneEncoding(wholeCodec, candidate);
      }),
      { numRuns: 1000 },
    );
  });

  test('so are bytes from nowhere', () => {
    const codecs: Codec<unknown>[] = [
      innerCodec,
      list(optional(u8), 9),
      choice('a', 'b'),
      moneyNano,
      u64,
      textUpTo(20),
      bytesUpTo(70_000),
    ] as Codec<unknown>[];
    fc.assert(
      fc.property(fc.constantFrom(...codecs), bytes(24), (codec, candidate) => {
        expectOneEncoding(codec, candidate);
      }),
      { numRuns: 2000 },
    );
  });

  test('an encoding cut short anywhere, or with a byte behind it, is refused', () => {
    fc.assert(
      fc.property(wholes, (value) => {
        const whole = encode(wholeCodec, value);
        for (let length = 0; length < whole.length; length++) {
          expect(() => decode(wholeCodec, whole.subarray(0, length), 'value')).toThrow(DecodeError);
        }
        const longer = Uint8Array.of(...whole, 0);
        expect(() => decode(wholeCodec, longer, 'value')).toThrow('value: expected no more bytes');
      }),
      { numRuns: 20 },
    );
  });

  test.each<[string, Codec<unknown>, string]>([
    ['a flag of 2', flag as Codec<unknown>, '02'],
    ['an optional of 2', optional(u8) as Codec<unknown>, '0207'],
    ['a choice beyond the names', choice('a', 'b') as Codec<unknown>, '02'],
    ['an integer of 2^53', u64 as Codec<unknown>, '0020000000000000'],
    ['an energy of 2^63', energyWh as Codec<unknown>, '8000000000000000'],
    ['a power of 2^63', powerW as Codec<unknown>, '8000000000000000'],
    ['text with a control character', textUpTo(9) as Codec<unknown>, '00010a'],
    ['text with a byte above ASCII', textUpTo(9) as Codec<unknown>, '0001e4'],
    ['text longer than allowed', textUpTo(1) as Codec<unknown>, '00024142'],
    ['bytes longer than allowed', bytesUpTo(1) as Codec<unknown>, '00024142'],
    ['a list longer than allowed', list(u8, 1) as Codec<unknown>, '00024142'],
  ])('refused: %s', (_what, codec, hex) => {
    const candidate = Uint8Array.from(Buffer.from(hex, 'hex'));
    expect(() => decode(codec, candidate, 'field')).toThrow(DecodeError);
    expect(() => decode(codec, candidate, 'field')).toThrow(/^field/);
  });

  test('integers stand big-endian in their fixed width', () => {
    expect(Buffer.from(encode(u16, 258)).toString('hex')).toBe('0102');
    expect(Buffer.from(encode(u32, 0x01020304)).toString('hex')).toBe('01020304');
    expect(Buffer.from(encode(u64, 2 ** 53 - 1)).toString('hex')).toBe('001fffffffffffff');
    expect(Buffer.from(encode(priceNano, price(-1n))).toString('hex')).toBe('f'.repeat(16));
    expect(Buffer.from(encode(moneyNano, money(-2n))).toString('hex')).toBe(`${'f'.repeat(31)}e`);
    expect(Buffer.from(encode(moneyNano, money(1n << 64n))).toString('hex')).toBe(
      '00000000000000010000000000000000',
    );
  });

  test('a writer refuses what a reader would refuse', () => {
    expect(() => encode(u8, 256)).toThrow('u8: expected 0 to 255, got 256');
    expect(() => encode(u64, 2 ** 53)).toThrow(RangeError);
    expect(() => encode(u16, -1)).toThrow(RangeError);
    expect(() => encode(u16, 1.5)).toThrow(RangeError);
    expect(() => encode(energyWh, I63 as Energy)).toThrow(RangeError);
    expect(() => encode(fixedBytes(3), new Uint8Array(4))).toThrow('bytes: expected 3, got 4');
    expect(() => encode(textUpTo(3), 'long')).toThrow(DecodeError);
    expect(() => encode(textUpTo(9), 'ä')).toThrow(DecodeError);
    expect(() => encode(list(u8, 1), [1, 2])).toThrow(RangeError);
    expect(() => encode(bytesUpTo(1), new Uint8Array(2))).toThrow(RangeError);
    expect(() => encode(choice('a'), 'b' as 'a')).toThrow(RangeError);
  });
});

describe('JSON', () => {
  test('what goes out as JSON text comes in again', () => {
    fc.assert(
      fc.property(wholes, (value) => {
        const text = JSON.stringify(wholeCodec.toJson(value));
        expect(wholeCodec.fromJson(JSON.parse(text), 'value')).toEqual(value);
      }),
    );
  });

  test('quantities travel as text, small integers as numbers, bytes as lower-case hex', () => {
    expect(energyWh.toJson(energy(5n))).toBe('5');
    expect(u64.toJson(5)).toBe(5);
    expect(fixedBytes(2).toJson(Uint8Array.of(0xab, 1))).toBe('ab01');
    expect(fixedBytes(2).fromJson('AB01', 'field')).toEqual(Uint8Array.of(0xab, 1));
    expect(optional(u8).toJson(undefined)).toBeNull();
    expect(optional(u8).fromJson(undefined, 'field')).toBeUndefined();
  });

  test.each<[string, Codec<unknown>, readonly unknown[]]>([
    [
      'a quantity that is not the one decimal text',
      priceNano as Codec<unknown>,
      [
        5,
        '+5',
        '05',
        '-0',
        '1e3',
        ' 5',
        '5 ',
        '5.0',
        '',
        '0x5',
        '--5',
        null,
        `${I63}`,
        '9'.repeat(60),
      ],
    ],
    ['a negative energy', energyWh as Codec<unknown>, ['-1']],
    [
      'a number that is not whole or in range',
      u16 as Codec<unknown>,
      ['5', 1.5, -1, 65_536, NaN, true],
    ],
    [
      'bytes that are not hex',
      fixedBytes(2) as Codec<unknown>,
      ['abc', 'abcg', '0xab', 'ab', 'ababab', 7],
    ],
    ['too many bytes', bytesUpTo(2) as Codec<unknown>, ['ababab', 'ab'.repeat(100_000)]],
    ['text beyond ASCII or length', textUpTo(3) as Codec<unknown>, ['ä', 'long', '\n', 5, null]],
    ['a flag that is not true or false', flag as Codec<unknown>, [0, 1, 'true', null]],
    ['a choice beyond the names', choice('a') as Codec<unknown>, ['b', 0, null]],
    [
      'a list that is none, or too long',
      list(u8, 2) as Codec<unknown>,
      [{}, [1, 2, 3], ['1'], null],
    ],
    [
      'a structure with more, less or other than its fields',
      innerCodec as Codec<unknown>,
      [
        [],
        null,
        'x',
        {},
        { name: 'a' },
        { name: 'a', on: true, off: false },
        JSON.parse('{"name":"a","on":true,"__proto__":{"on":false}}'),
        Object.create({ name: 'a', on: true }),
      ],
    ],
  ])('refused: %s', (_what, codec, candidates) => {
    for (const json of candidates) {
      expect(() => codec.fromJson(json, 'field')).toThrow(DecodeError);
      expect(() => codec.fromJson(json, 'field')).toThrow(/^field/);
    }
  });

  test('errors name the place inside', () => {
    const codec = struct<{ readonly rows: readonly Inner[] }>({ rows: list(innerCodec, 3) });
    expect(() =>
      codec.fromJson(
        {
          rows: [
            { name: 'a', on: true },
            { name: 'b', on: 1 },
          ],
        },
        'body',
      ),
    ).toThrow('body.rows[1].on: expected true or false, got 1');
  });

  test('a minus zero is a zero', () => {
    expect(Object.is(u16.fromJson(JSON.parse('-0'), 'field'), 0)).toBe(true);
  });
});

describe('reader and writer', () => {
  test('every integer survives the edge at which the buffer grows', () => {
    for (let before = 0; before < 40; before++) {
      const writer = new Writer(16);
      for (let at = 0; at < before; at++) writer.u8(at);
      writer.u16(0x0102);
      writer.u32(0x03040506);
      writer.u64(0x0708090a0b0c);
      writer.bigU64(0x0d0e0f1011121314n);
      writer.bigI64(-2n);
      writer.bigI128(-3n);
      writer.u8(0x15);
      const reader = new Reader(writer.take());
      reader.raw('before', before);
      expect([
        reader.u16('a'),
        reader.u32('b'),
        reader.u64('c'),
        reader.bigU64('d'),
        reader.bigI64('e'),
        reader.bigI128('f'),
        reader.u8('g'),
      ]).toEqual([0x0102, 0x03040506, 0x0708090a0b0c, 0x0d0e0f1011121314n, -2n, -3n, 0x15]);
      reader.end('end');
    }
  });

  test('a writer starts afresh after a reset and gives copies', () => {
    const writer = new Writer(2);
    writer.u32(1);
    const first = writer.take();
    writer.reset();
    writer.u8(9);
    expect(writer.take()).toEqual(Uint8Array.of(9));
    expect(first).toEqual(Uint8Array.of(0, 0, 0, 1));
  });

  test("what is decoded from a host's buffer does not change with it", () => {
    const buffer = Buffer.from(encode(bytesUpTo(8), Uint8Array.of(1, 2, 3)));
    const value = decode(bytesUpTo(8), buffer, 'field');
    buffer.fill(0);
    expect(value).toEqual(Uint8Array.of(1, 2, 3));
    expect(value.constructor).toBe(Uint8Array);
  });

  test('a view into a larger buffer is read from its own start', () => {
    const larger = Uint8Array.of(9, 9, 0, 5, 9);
    expect(decode(u16, larger.subarray(2, 4), 'field')).toBe(5);
  });
});
