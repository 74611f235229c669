import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type JsonValue,
  readStrictJson,
  readStrictJsonText,
  type StrictJsonReason,
} from './strict-json.ts';

const vectors = new URL('../../../../shared/vectors/json/', import.meta.url);
const vectorsPresent = existsSync(vectors);
if (!vectorsPresent) console.warn('skipped: JSONTestSuite is not at ../shared/vectors/json');

/** Texts JSONTestSuite wants accepted that our own rules refuse. */
const refusedBesides = new Map<string, StrictJsonReason>([
  ['y_object_duplicated_key.json', 'duplicate_key'],
  ['y_object_duplicated_key_and_value.json', 'duplicate_key'],
]);

const utf8 = new TextEncoder();

/** The verdict on a text, which must be the same for its bytes. */
function verdict(text: string): { reason: StrictJsonReason; offset: number } | 'accepted' {
  const ofText = readStrictJsonText(text);
  const wellFormed =
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(utf8.encode(text)) === text;
  if (wellFormed) {
    const ofBytes = readStrictJson(utf8.encode(text));
    expect(ofBytes.ok).toBe(ofText.ok);
    if (!ofText.ok && !ofBytes.ok) {
      expect(ofBytes.reason).toBe(ofText.reason);
      expect(ofBytes.offset).toBe(utf8.encode(text.slice(0, ofText.offset)).length);
    }
  }
  return ofText.ok ? 'accepted' : { reason: ofText.reason, offset: ofText.offset };
}

function accepted(text: string): JsonValue {
  const reading = readStrictJson(utf8.encode(text));
  if (!reading.ok) throw new Error(`${text}: expected acceptance, got ${reading.reason}`);
  return reading.value;
}

describe('JSONTestSuite', () => {
  test('is present where it must be', () => {
    if (process.env.CI === 'true') expect(vectorsPresent).toBe(true);
  });

  const names = vectorsPresent ? readdirSync(vectors).filter((name) => /^[yn]_/.test(name)) : [];
  test.runIf(vectorsPresent)('holds both kinds, and every text our rules refuse besides', () => {
    expect(names.filter((name) => name.startsWith('y_')).length).toBeGreaterThan(50);
    expect(names.filter((name) => name.startsWith('n_')).length).toBeGreaterThan(100);
    for (const name of refusedBesides.keys()) expect(names).toContain(name);
  });

  test.each(names)('%s', (name) => {
    const bytes = readFileSync(new URL(encodeURIComponent(name), vectors));
    const reading = readStrictJson(bytes);
    const rule = refusedBesides.get(name);
    if (rule !== undefined) {
      expect(reading).toMatchObject({ ok: false, reason: rule });
    } else if (name.startsWith('y_')) {
      expect(reading).toEqual({ ok: true, value: JSON.parse(bytes.toString('utf8')) });
    } else {
      expect(reading.ok).toBe(false);
    }
  });
});

describe('what is refused, why and where', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  test.each<[string, StrictJsonReason, number]>([
    ['', 'blank_input', 0],
    [' \t\r\n', 'blank_input', 4],
    ['\ufeff', 'byte_order_mark', 0],
    ['\ufeff1', 'byte_order_mark', 0],
    [' \ufeff1', 'unexpected_character', 1],
    ['\u00a01', 'unexpected_character', 0],
    ['1 2', 'trailing_characters', 2],
    ['{}\0', 'trailing_characters', 2],
    ['"a" // b', 'trailing_characters', 4],
    ['tru', 'unexpected_end', 3],
    ['trUe', 'unexpected_character', 2],
    ['[1,]', 'unexpected_character', 3],
    ['[1 2]', 'unexpected_character', 3],
    ['[', 'unexpected_end', 1],
    ['{"a":1,}', 'unexpected_character', 7],
    ['{"a"', 'unexpected_end', 4],
    ['{"a":', 'unexpected_end', 5],
    ["{'a':1}", 'unexpected_character', 1],
    ['{"a":1,"a":2}', 'duplicate_key', 7],
    ['{"a":1,"\\u0061":2}', 'duplicate_key', 7],
    ['{"é":1,"\\u00e9":2}', 'duplicate_key', 7],
    ['{"":1,"":2}', 'duplicate_key', 6],
    ['{"toString":1,"toString":2}', 'duplicate_key', 14],
    ['{"1":1,"1":2}', 'duplicate_key', 7],
    ['[{"b":{"a":1,"c":[],"a":1}}]', 'duplicate_key', 20],
    ['{"__proto__":1}', 'proto_key', 1],
    ['[{"x":{"__proto__":{"admin":true}}}]', 'proto_key', 7],
    ['{"\\u005f_proto_\\u005F":1}', 'proto_key', 1],
    ['"\\ud800"', 'lone_surrogate', 1],
    ['"\\udc00"', 'lone_surrogate', 1],
    ['"\\udc00\\ud800"', 'lone_surrogate', 1],
    ['"\\ud800\\u0041"', 'lone_surrogate', 1],
    ['"\\ud800\\n"', 'lone_surrogate', 1],
    ['"a\\ud83d"', 'lone_surrogate', 2],
    ['{"\\ud800":1}', 'lone_surrogate', 2],
    ['"\ud800"', 'lone_surrogate', 1],
    ['"\udc00"', 'lone_surrogate', 1],
    ['"\ud800\\udc00"', 'lone_surrogate', 1],
    ['"\\ud800\udc00"', 'lone_surrogate', 1],
    ['"x\\q"', 'bad_escape', 2],
    ['"\\u12G4"', 'bad_escape', 1],
    ['"\\u12', 'bad_escape', 1],
    ['"\\', 'bad_escape', 1],
    ['"a', 'unexpected_end', 2],
    ['"\\n', 'unexpected_end', 3],
    ['"a\tb"', 'control_character_in_string', 2],
    ['"\\n\u0000"', 'control_character_in_string', 3],
    ['01', 'bad_number', 0],
    ['-', 'bad_number', 0],
    ['-01', 'bad_number', 0],
    ['1.', 'bad_number', 0],
    ['1.e1', 'bad_number', 0],
    ['1e', 'bad_number', 0],
    ['1e+', 'bad_number', 0],
    ['.5', 'unexpected_character', 0],
    ['+1', 'unexpected_character', 0],
    ['0x1', 'trailing_characters', 1],
    ['9007199254740992', 'integer_too_large', 0],
    ['-9007199254740992', 'integer_too_large', 0],
    ['9007199254740993', 'integer_too_large', 0],
    ['[1,10000000000000000]', 'integer_too_large', 3],
    ['1'.repeat(400), 'integer_too_large', 0],
    ['1e400', 'number_overflow', 0],
    ['-1e400', 'number_overflow', 0],
    ['1.8e308', 'number_overflow', 0],
    [`${'1'.repeat(310)}.5`, 'number_overflow', 0],
    [nested(65), 'too_deep', 64],
    ['{"a":'.repeat(65), 'too_deep', 5 * 64],
    ['['.repeat(100_000), 'too_deep', 64],
  ])('%j: %s at %i', (text, reason, offset) => {
    expect(verdict(text)).toEqual({ reason, offset });
  });

  test.each<[string, number[], number]>([
    ['a lone continuation', [0x22, 0x80, 0x22], 1],
    ['an overlong slash', [0x22, 0x61, 0xc0, 0xaf, 0x22], 2],
    ['an overlong of three', [0x22, 0xe0, 0x80, 0x80, 0x22], 1],
    ['an overlong of four', [0x22, 0xf0, 0x8f, 0xbf, 0xbf, 0x22], 1],
    ['a surrogate as bytes', [0x22, 0xed, 0xa0, 0x80, 0x22], 1],
    ['a pair as six bytes', [0x22, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80, 0x22], 1],
    ['beyond U+10FFFF', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 1],
    ['a cut sequence', [0x22, 0xc3, 0xa9, 0xe2, 0x82], 3],
    ['UTF-16', [0xff, 0xfe, 0x31, 0x00], 0],
  ])('bytes that are not UTF-8: %s', (_name, bytes, offset) => {
    expect(readStrictJson(Uint8Array.from(bytes))).toEqual({
      ok: false,
      reason: 'bad_utf8',
      offset,
    });
    // The shared decoder holds no state over from a refusal.
    expect(readStrictJson(utf8.encode('"é"'))).toEqual({ ok: true, value: 'é' });
  });
});

describe('what is accepted', () => {
  test.each([
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-9007199254740991', Number.MIN_SAFE_INTEGER],
    ['-0', -0],
    ['9007199254740993.0', 9007199254740992],
    ['9007199254740993e0', 9007199254740992],
    ['1e16', 1e16],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['1e-400', 0],
    ['-1e-400', -0],
    ['5e-324', Number.MIN_VALUE],
    [' "\\ud83d\\ude00" ', '😀'],
    ['"\ufeff\uffff\ue000\u2028"', '\ufeff\uffff\ue000\u2028'],
    ['"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'],
    ['"__proto__"', '__proto__'],
  ])('%j', (text, value) => {
    expect(verdict(text)).toBe('accepted');
    expect(accepted(text)).toBe(value);
  });

  test('nesting of 64, and the depth counts what is open, not what was', () => {
    expect(verdict('['.repeat(64) + ']'.repeat(64))).toBe('accepted');
    expect(verdict(`${'{"a":'.repeat(64)}1${'}'.repeat(64)}`)).toBe('accepted');
    expect(verdict(`[${Array.from({ length: 100 }, () => '[{}]').join(',')}]`)).toBe('accepted');
  });

  test('names of the prototype are plain data', () => {
    const text = '{"constructor":{"prototype":1},"toString":2,"hasOwnProperty":3,"valueOf":null}';
    const value = accepted(text);
    expect(JSON.stringify(value)).toBe(text);
    expect(Object.keys(value as object)).toHaveLength(4);
    for (const key of Object.keys(value as object)) {
      expect(Object.getOwnPropertyDescriptor(value, key)).toMatchObject({
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    expect({}.toString()).toBe('[object Object]');
  });
});

describe('limits', () => {
  test('bytes are counted as UTF-8, in both doors', () => {
    const text = '"ééé"'; // 8 bytes, 5 code units
    expect(readStrictJson(utf8.encode(text), { bytes: 8 }).ok).toBe(true);
    expect(readStrictJsonText(text, { bytes: 8 }).ok).toBe(true);
    for (const reading of [
      readStrictJson(utf8.encode(text), { bytes: 7 }),
      readStrictJsonText(text, { bytes: 7 }),
    ]) {
      expect(reading).toMatchObject({ ok: false, reason: 'too_large' });
    }
  });

  test('depth can be lowered, never raised', () => {
    expect(readStrictJsonText('1', { depth: 0 }).ok).toBe(true);
    expect(readStrictJsonText('[]', { depth: 0 })).toMatchObject({ reason: 'too_deep' });
    expect(readStrictJsonText('[[]]', { depth: 2 }).ok).toBe(true);
    expect(() => readStrictJsonText('1', { depth: 65 })).toThrow('expected 0 to 64, got 65');
    expect(() => readStrictJsonText('1', { bytes: 0.5 })).toThrow('limits.bytes');
  });
});

/** JSON.parse, made to say whether the text is RFC 8259 at all. */
function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

describe('laws', () => {
  test('reads what JSON.stringify wrote as JSON.parse does, in every layout', () => {
    const value = fc.jsonValue({ stringUnit: 'binary', maxDepth: 8 });
    fc.assert(
      fc.property(value, fc.constantFrom('', ' ', '\t', '\n  '), (written, indent) => {
        const text = JSON.stringify(written, undefined, indent);
        const bytes = utf8.encode(text);
        const integers = /(?<![\d.eE+"-])-?\d{16,}(?![\d.eE])/.test(text);
        const expected = JSON.parse(text) as JsonValue;
        fc.pre(!text.includes('"__proto__"') && !integers);
        expect(readStrictJson(bytes)).toStrictEqual({ ok: true, value: expected });
        expect(readStrictJsonText(text)).toStrictEqual({ ok: true, value: expected });
      }),
      { numRuns: 1000 },
    );
  });

  test('numbers: grammar, value and the two rules of our own', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 20 });
    const part = fc.constantFrom('', '-', '.', 'e', 'E', 'e-', 'E+', '0', '00', 'e30', 'e-30');
    const text = fc.tuple(fc.constantFrom('', '-'), digits, part, digits, part, digits);
    fc.assert(
      fc.property(text, (parts) => {
        const written = parts.join('');
        const expected = parsed(written);
        const reading = readStrictJsonText(written);
        const tooLarge = /^-?\d+$/.test(written) && !Number.isSafeInteger(expected);
        if (expected === undefined || tooLarge || !Number.isFinite(expected)) {
          expect(reading.ok).toBe(false);
        } else {
          expect(reading).toStrictEqual({ ok: true, value: expected });
        }
      }),
      { numRuns: 5000 },
    );
  });

  const refuseInfinity = (_key: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? 'infinite' : value;

  test('near-JSON: never accepts what JSON.parse refuses, and never another value', () => {
    const pieces = ['{', '}', '[', ']', ',', ':', '"', '"a"', '"b":', '{"a":1}', '[1]', '0', '1'];
    const more = ['-', '.', 'e', 'true', 'null', 'fals', ' ', '\n', '\\', '\\u00', '61', '"\\n"'];
    const piece = fc.constantFrom(...pieces, ...more);
    let acceptances = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        const reading = readStrictJsonText(text);
        const expected = parsed(text);
        if (reading.ok) {
          acceptances += 1;
          expect(reading.value).toStrictEqual(expected);
        } else if (expected !== undefined) {
          // JSON.parse makes an infinity of a number that is too large.
          const isLarge = JSON.stringify(expected) !== JSON.stringify(expected, refuseInfinity);
          expect(reading.reason).toBe(isLarge ? 'number_overflow' : 'duplicate_key');
        }
      }),
      {
        numRuns: 20_000,
        examples: [[['{', '"b":', '1', '}']], [['[1]']], [['1', 'e', '61', '1']]],
      },
    );
    expect(acceptances).toBeGreaterThan(100);
  });

  test('random bytes and mutilated texts get a verdict with an offset inside, never a throw', () => {
    const base = utf8.encode('{"a":[1,-2.5e3,"é\\ud83d\\ude00😀"],"b":{"c":null,"d":true}}');
    const mutilated = fc
      .array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { maxLength: 4 })
      .map((changes) => {
        const bytes = Uint8Array.from(base);
        for (const [at, byte] of changes) bytes[at] = byte;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), mutilated), (bytes) => {
        const reading = readStrictJson(bytes);
        if (reading.ok) {
          expect(parsed(new TextDecoder().decode(bytes))).toStrictEqual(reading.value);
        } else {
          expect(reading.offset).toBeGreaterThanOrEqual(0);
          expect(reading.offset).toBeLessThanOrEqual(bytes.length);
        }
      }),
      { numRuns: 20_000 },
    );
  });

  test('every unicode escape agrees with JSON.parse or is a lone surrogate', () => {
    for (let unit = 0; unit <= 0xffff; unit += 1) {
      const text = `"\\u${unit.toString(16).padStart(4, '0')}"`;
      const reading = readStrictJsonText(text);
      if (unit >= 0xd800 && unit <= 0xdfff) {
        if (reading.ok) expect.fail(`${text} was accepted`);
      } else if (!reading.ok || reading.value !== String.fromCharCode(unit)) {
        expect.fail(`${text} was not read as its character`);
      }
    }
  });
});
