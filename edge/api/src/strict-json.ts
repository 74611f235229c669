/**
 * A JSON reader that accepts exactly one reading of a text, or refuses it.
 *
 * RFC 8259 leaves open what two readers may answer differently: repeated keys, integers beyond a
 * double, lone surrogates, deep nesting. Every such text is refused here, so that whoever signs,
 * checks or forwards a message reads the same message. Refused besides RFC 8259 itself: a key
 * twice in one object (compared after unescaping), `__proto__` as a key, a byte order mark, bytes
 * that are not UTF-8, lone surrogates escaped or not, nesting beyond 64, integers written without
 * fraction and exponent beyond 2^53 - 1 either way, numbers that overflow a double. A number that
 * underflows is accepted and reads as the nearest double, as RFC 8259 section 6 allows.
 *
 * The reader never throws on any input; only limits out of their range are a caller's mistake.
 */

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonValue[]
  | { [key: string]: JsonValue };

export interface StrictJsonLimits {
  /** Arrays and objects inside one another, 0 (a bare scalar) to 64, which is the default. */
  readonly depth?: number;
  /** Length of the UTF-8 text in bytes; by default 8 MiB. */
  readonly bytes?: number;
}

export type StrictJsonReason =
  | 'blank_input'
  | 'byte_order_mark'
  | 'bad_utf8'
  | 'too_large'
  | 'too_deep'
  | 'unexpected_end'
  | 'unexpected_character'
  | 'trailing_characters'
  | 'control_character_in_string'
  | 'bad_escape'
  | 'lone_surrogate'
  | 'duplicate_key'
  | 'proto_key'
  | 'bad_number'
  | 'integer_too_large'
  | 'number_overflow';

/** `offset` counts bytes when bytes were read, UTF-16 code units when a string was read. */
export type StrictJsonReading =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly reason: StrictJsonReason; readonly offset: number };

export const STRICT_JSON_DEPTH_MAX = 64;
export const STRICT_JSON_BYTES_MAX_DEFAULT = 8 * 1024 * 1024;

/** Reads UTF-8 bytes, for instance the body of a request. */
export function readStrictJson(
  bytes: Uint8Array,
  limits: StrictJsonLimits = {},
): StrictJsonReading {
  const { depthMax, bytesMax } = checkedLimits(limits);
  if (bytes.length > bytesMax) return { ok: false, reason: 'too_large', offset: bytesMax };
  let text: string;
  try {
    text = fatalUtf8.decode(bytes);
  } catch {
    // A fatal decoder has one reason to throw; it does not say where.
    return { ok: false, reason: 'bad_utf8', offset: offsetOfBadUtf8(bytes) };
  }
  const reading = new Scanner(text, depthMax).read();
  if (reading.ok) return reading;
  return { ...reading, offset: utf8Length(text, reading.offset) };
}

/** Reads a string that is already decoded, for instance a line of standard input. */
export function readStrictJsonText(text: string, limits: StrictJsonLimits = {}): StrictJsonReading {
  const { depthMax, bytesMax } = checkedLimits(limits);
  // A code unit takes at most three bytes, so that short texts need no counting.
  if (text.length * 3 > bytesMax && utf8Length(text, text.length) > bytesMax) {
    return { ok: false, reason: 'too_large', offset: Math.min(text.length, bytesMax) };
  }
  return new Scanner(text, depthMax).read();
}

/** Keeps a byte order mark as U+FEFF, so that the scanner sees and refuses it. */
const fatalUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function checkedLimits(limits: StrictJsonLimits): { depthMax: number; bytesMax: number } {
  const depthMax = limits.depth ?? STRICT_JSON_DEPTH_MAX;
  const bytesMax = limits.bytes ?? STRICT_JSON_BYTES_MAX_DEFAULT;
  if (!Number.isInteger(depthMax) || depthMax < 0 || depthMax > STRICT_JSON_DEPTH_MAX) {
    throw new RangeError(`limits.depth: expected 0 to ${STRICT_JSON_DEPTH_MAX}, got ${depthMax}`);
  }
  if (!Number.isSafeInteger(bytesMax) || bytesMax < 0) {
    throw new RangeError(`limits.bytes: expected a whole number >= 0, got ${bytesMax}`);
  }
  return { depthMax, bytesMax };
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const COLON = 0x3a;
const ARRAY_OPEN = 0x5b;
const BACKSLASH = 0x5c;
const ARRAY_CLOSE = 0x5d;
const UPPER_E = 0x45;
const LOWER_A = 0x61;
const LOWER_E = 0x65;
const LOWER_F = 0x66;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
const LOWER_U = 0x75;
const OBJECT_OPEN = 0x7b;
const OBJECT_CLOSE = 0x7d;
const SURROGATE_FIRST = 0xd800;
const SURROGATE_LOW_FIRST = 0xdc00;
const SURROGATE_LAST = 0xdfff;
const BYTE_ORDER_MARK = 0xfeff;

/** RFC 8259 section 7: what stands for the letter after the backslash. */
const SHORT_ESCAPES: ReadonlyMap<number, string> = new Map([
  [QUOTE, '"'],
  [BACKSLASH, '\\'],
  [0x2f, '/'],
  [0x62, '\b'],
  [LOWER_F, '\f'],
  [LOWER_N, '\n'],
  [0x72, '\r'],
  [LOWER_T, '\t'],
]);

/** Returned in place of a value once `reason` and `offset` are set: cheaper than an exception. */
const REFUSED = Symbol('refused');
type Refused = typeof REFUSED;

/**
 * One pass over one text. `position` is the next code unit; beyond the end `charCodeAt` is NaN,
 * which equals no character, so that the end needs no test of its own.
 */
class Scanner {
  private readonly text: string;
  private position = 0;
  /** How many more arrays or objects may be opened here. */
  private depthLeft: number;
  private reason: StrictJsonReason = 'unexpected_end';
  private offset = 0;

  constructor(text: string, depthMax: number) {
    this.text = text;
    this.depthLeft = depthMax;
  }

  read(): StrictJsonReading {
    if (this.text.charCodeAt(0) === BYTE_ORDER_MARK) {
      return { ok: false, reason: 'byte_order_mark', offset: 0 };
    }
    this.skipSpace();
    if (this.position >= this.text.length) {
      return { ok: false, reason: 'blank_input', offset: this.text.length };
    }
    const value = this.readValue();
    if (value === REFUSED) return { ok: false, reason: this.reason, offset: this.offset };
    this.skipSpace();
    if (this.position < this.text.length) {
      return { ok: false, reason: 'trailing_characters', offset: this.position };
    }
    return { ok: true, value };
  }

  private refuse(reason: StrictJsonReason, offset: number): Refused {
    this.reason = reason;
    this.offset = offset;
    return REFUSED;
  }

  /** The character at `position` cannot stand there, or the text ends where one must. */
  private refuseHere(): Refused {
    const ended = this.position >= this.text.length;
    return this.refuse(ended ? 'unexpected_end' : 'unexpected_character', this.position);
  }

  /** Moves to the next character that is not insignificant white space and returns its code. */
  private skipSpace(): number {
    let code = this.text.charCodeAt(this.position);
    while (code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB) {
      this.position += 1;
      code = this.text.charCodeAt(this.position);
    }
    return code;
  }

  private readValue(): JsonValue | Refused {
    const code = this.skipSpace();
    if (code === QUOTE) return this.readString();
    if (code === MINUS || (code >= DIGIT_0 && code <= DIGIT_9)) return this.readNumber();
    if (code === OBJECT_OPEN) return this.readNested(code);
    if (code === ARRAY_OPEN) return this.readNested(code);
    if (code === LOWER_T) return this.readWord('true', true);
    if (code === LOWER_F) return this.readWord('false', false);
    if (code === LOWER_N) return this.readWord('null', null);
    return this.refuseHere();
  }

  private readWord(word: string, value: JsonValue): JsonValue | Refused {
    for (let i = 0; i < word.length; i += 1) {
      if (this.text.charCodeAt(this.position) !== word.charCodeAt(i)) return this.refuseHere();
      this.position += 1;
    }
    return value;
  }

  private readNested(code: number): JsonValue | Refused {
    if (this.depthLeft === 0) return this.refuse('too_deep', this.position);
    this.depthLeft -= 1;
    this.position += 1;
    const value = code === ARRAY_OPEN ? this.readArray() : this.readObject();
    this.depthLeft += 1;
    return value;
  }

  private readArray(): JsonValue | Refused {
    const array: JsonValue[] = [];
    if (this.skipSpace() === ARRAY_CLOSE) {
      this.position += 1;
      return array;
    }
    for (;;) {
      const element = this.readValue();
      if (element === REFUSED) return REFUSED;
      array.push(element);
      const code = this.skipSpace();
      if (code !== COMMA && code !== ARRAY_CLOSE) return this.refuseHere();
      this.position += 1;
      if (code === ARRAY_CLOSE) return array;
    }
  }

  private readObject(): JsonValue | Refused {
    const object: { [key: string]: JsonValue } = {};
    if (this.skipSpace() === OBJECT_CLOSE) {
      this.position += 1;
      return object;
    }
    for (;;) {
      if (this.skipSpace() !== QUOTE) return this.refuseHere();
      const keyOffset = this.position;
      const key = this.readString();
      if (key === REFUSED) return REFUSED;
      if (key === '__proto__') return this.refuse('proto_key', keyOffset);
      const inherited = key in object;
      if (inherited && Object.hasOwn(object, key)) return this.refuse('duplicate_key', keyOffset);
      if (this.skipSpace() !== COLON) return this.refuseHere();
      this.position += 1;
      const value = this.readValue();
      if (value === REFUSED) return REFUSED;
      if (inherited) defineOwn(object, key, value);
      else object[key] = value;
      const code = this.skipSpace();
      if (code !== COMMA && code !== OBJECT_CLOSE) return this.refuseHere();
      this.position += 1;
      if (code === OBJECT_CLOSE) return object;
    }
  }

  /** Most strings hold no escape: they are one slice of the text. */
  private readString(): string | Refused {
    const text = this.text;
    const start = this.position + 1;
    let position = start;
    let code = text.charCodeAt(position);
    while (code >= SPACE && code !== QUOTE && code !== BACKSLASH && code < SURROGATE_FIRST) {
      position += 1;
      code = text.charCodeAt(position);
    }
    this.position = position;
    if (code === QUOTE) {
      this.position += 1;
      return text.slice(start, position);
    }
    return this.readStringSlowly(start);
  }

  /** Goes on where `readString` met an escape, a surrogate, U+E000 and above, or a fault. */
  private readStringSlowly(start: number): string | Refused {
    const text = this.text;
    let read = '';
    let plainFrom = start;
    for (;;) {
      const code = text.charCodeAt(this.position);
      if (code === QUOTE) {
        read += text.slice(plainFrom, this.position);
        this.position += 1;
        return read;
      }
      if (code === BACKSLASH) {
        read += text.slice(plainFrom, this.position);
        const unescaped = this.readEscape();
        if (unescaped === REFUSED) return REFUSED;
        read += unescaped;
        plainFrom = this.position;
      } else if (code >= SURROGATE_FIRST && code <= SURROGATE_LAST) {
        const paired = isHigh(code) && isLow(text.charCodeAt(this.position + 1));
        if (!paired) return this.refuse('lone_surrogate', this.position);
        this.position += 2;
      } else if (code >= SPACE) {
        this.position += 1;
      } else if (this.position >= text.length) {
        return this.refuseHere();
      } else {
        return this.refuse('control_character_in_string', this.position);
      }
    }
  }

  /** One escape, or two that make a surrogate pair, from the backslash on. */
  private readEscape(): string | Refused {
    const text = this.text;
    const start = this.position;
    const letter = text.charCodeAt(start + 1);
    if (letter !== LOWER_U) {
      const character = SHORT_ESCAPES.get(letter);
      if (character === undefined) return this.refuseEscape(start);
      this.position = start + 2;
      return character;
    }
    const unit = fourHexDigits(text, start + 2);
    if (unit < 0) return this.refuseEscape(start);
    this.position = start + 6;
    if (unit < SURROGATE_FIRST || unit > SURROGATE_LAST) return String.fromCharCode(unit);
    const escaped = text.charCodeAt(start + 6) === BACKSLASH;
    const second = escaped && text.charCodeAt(start + 7) === LOWER_U;
    const low = second ? fourHexDigits(text, start + 8) : -1;
    if (!isHigh(unit) || !isLow(low)) return this.refuse('lone_surrogate', start);
    this.position = start + 12;
    return String.fromCharCode(unit, low);
  }

  private refuseEscape(start: number): Refused {
    return this.refuse('bad_escape', start);
  }

  private readNumber(): number | Refused {
    const text = this.text;
    const start = this.position;
    const negative = text.charCodeAt(start) === MINUS;
    const digitsFrom = negative ? start + 1 : start;
    let position = digitsFrom;
    let code = text.charCodeAt(position);
    let magnitude = 0;
    while (code >= DIGIT_0 && code <= DIGIT_9) {
      magnitude = magnitude * 10 + (code - DIGIT_0);
      position += 1;
      code = text.charCodeAt(position);
    }
    const digits = position - digitsFrom;
    const leadingZero = digits > 1 && text.charCodeAt(digitsFrom) === DIGIT_0;
    if (digits === 0 || leadingZero) return this.refuse('bad_number', start);
    this.position = position;
    if (code === POINT || code === LOWER_E || code === UPPER_E) return this.readReal(start);
    // Sixteen digits are added up exactly below 2^53, and never fall below it once beyond.
    if (digits > 16 || magnitude > Number.MAX_SAFE_INTEGER) {
      return this.refuse('integer_too_large', start);
    }
    return negative ? -magnitude : magnitude;
  }

  /** The rest of a number whose integer part ends at `position`, at a point or an exponent. */
  private readReal(start: number): number | Refused {
    const text = this.text;
    let code = text.charCodeAt(this.position);
    if (code === POINT) {
      this.position += 1;
      if (!this.skipDigits()) return this.refuse('bad_number', start);
      code = text.charCodeAt(this.position);
    }
    if (code === LOWER_E || code === UPPER_E) {
      this.position += 1;
      code = text.charCodeAt(this.position);
      if (code === PLUS || code === MINUS) this.position += 1;
      if (!this.skipDigits()) return this.refuse('bad_number', start);
    }
    const value = Number(text.slice(start, this.position));
    if (!Number.isFinite(value)) return this.refuse('number_overflow', start);
    return value;
  }

  /** False when there is not one digit. */
  private skipDigits(): boolean {
    const from = this.position;
    let code = this.text.charCodeAt(from);
    while (code >= DIGIT_0 && code <= DIGIT_9) {
      this.position += 1;
      code = this.text.charCodeAt(this.position);
    }
    return this.position > from;
  }
}

/** Makes `toString` or `constructor` plain data, whatever the prototype has under that name. */
function defineOwn(object: object, key: string, value: JsonValue): void {
  Object.defineProperty(object, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function isHigh(code: number): boolean {
  return code >= SURROGATE_FIRST && code < SURROGATE_LOW_FIRST;
}

function isLow(code: number): boolean {
  return code >= SURROGATE_LOW_FIRST && code <= SURROGATE_LAST;
}

/** The code unit that four hexadecimal digits name, or -1. */
function fourHexDigits(text: string, from: number): number {
  let unit = 0;
  for (let position = from; position < from + 4; position += 1) {
    const code = text.charCodeAt(position);
    const letter = code | 0x20;
    if (code >= DIGIT_0 && code <= DIGIT_9) unit = unit * 16 + (code - DIGIT_0);
    else if (letter >= LOWER_A && letter <= LOWER_F) unit = unit * 16 + (letter - LOWER_A + 10);
    else return -1;
  }
  return unit;
}

/** How many bytes of UTF-8 the first `end` code units take; half a pair counts two. */
function utf8Length(text: string, end: number): number {
  let bytes = 0;
  for (let i = 0; i < end; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800 || (code >= SURROGATE_FIRST && code <= SURROGATE_LAST)) bytes += 2;
    else bytes += 3;
  }
  return bytes;
}

/** Where the first sequence begins that RFC 3629 does not allow. Called on refused bytes only. */
function offsetOfBadUtf8(bytes: Uint8Array): number {
  let position = 0;
  while (position < bytes.length) {
    const length = sequenceLength(bytes, position);
    if (length === 0) return position;
    position += length;
  }
  throw new Error('strict JSON: expected the fault that the decoder found, got sound UTF-8');
}

/** The length of the UTF-8 sequence at `position`, or 0 when it is not one (RFC 3629 section 4). */
function sequenceLength(bytes: Uint8Array, position: number): number {
  const lead = bytes[position] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const second = bytes[position + 1] ?? 0;
  const secondMin = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const secondMax = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < secondMin || second > secondMax) return 0;
  for (let i = 2; i < length; i += 1) {
    if (((bytes[position + i] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}
