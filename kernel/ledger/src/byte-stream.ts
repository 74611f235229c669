/**
 * Bytes written and read in order. Integers have a fixed width and stand big-endian, so there is no
 * second way to write a number.
 */

/** Bytes that are not the one encoding of any value. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly field: string;
  readonly expected: string;
  readonly got: string;
  constructor(field: string, expected: string, got: string) {
    super(`${field}: expected ${expected}, got ${got}`);
    this.field = field;
    this.expected = expected;
    this.got = got;
  }
}

/** Eight bytes of one bigint, and the same bytes: faster than a view for every buffer. */
const wordView = new DataView(new ArrayBuffer(8));
const wordBytes = new Uint8Array(wordView.buffer);

/** Below this many bytes a loop is faster than the host's own copying. */
const SHORT = 40;

/** Appends values to a buffer that grows by doubling. */
export class Writer {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Where the next bytes go. It may change the buffer, so it is asked before that is named. */
  #reserve(count: number): number {
    const at = this.#length;
    const needed = at + count;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
    }
    this.#length = needed;
    return at;
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }
  u16(value: number): void {
    const at = this.#reserve(2);
    const bytes = this.#bytes;
    bytes[at] = value >>> 8;
    bytes[at + 1] = value;
  }
  u32(value: number): void {
    const at = this.#reserve(4);
    const bytes = this.#bytes;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
  }
  /** A safe non-negative integer in eight bytes. */
  u64(value: number): void {
    const high = Math.floor(value / 0x1_0000_0000);
    this.u32(high);
    this.u32(value - high * 0x1_0000_0000);
  }
  bigU64(value: bigint): void {
    wordView.setBigUint64(0, value);
    this.#word();
  }
  bigI64(value: bigint): void {
    wordView.setBigInt64(0, value);
    this.#word();
  }
  bigI128(value: bigint): void {
    this.bigI64(value >> 64n);
    this.bigU64(BigInt.asUintN(64, value));
  }
  #word(): void {
    const at = this.#reserve(8);
    const bytes = this.#bytes;
    for (let byte = 0; byte < 8; byte++) bytes[at + byte] = wordBytes[byte] as number;
  }
  raw(from: Uint8Array): void {
    const count = from.length;
    const at = this.#reserve(count);
    const bytes = this.#bytes;
    if (count > SHORT) bytes.set(from, at);
    else for (let byte = 0; byte < count; byte++) bytes[at + byte] = from[byte] as number;
  }
  /** The same for a part of some bytes. */
  rawPart(from: Uint8Array, start: number, count: number): void {
    const at = this.#reserve(count);
    const bytes = this.#bytes;
    if (count > SHORT) bytes.set(from.subarray(start, start + count), at);
    else for (let byte = 0; byte < count; byte++) bytes[at + byte] = from[start + byte] as number;
  }
  /** The bytes behind text of one character each. */
  rawText(text: string): void {
    const count = text.length;
    const at = this.#reserve(count);
    const bytes = this.#bytes;
    for (let byte = 0; byte < count; byte++) bytes[at + byte] = text.charCodeAt(byte);
  }
  /** Writes over four bytes that stand already: a length that was not known before. */
  putU32(at: number, value: number): void {
    const length = this.#length;
    this.#length = at;
    this.u32(value);
    this.#length = length;
  }
  putU16(at: number, value: number): void {
    const length = this.#length;
    this.#length = at;
    this.u16(value);
    this.#length = length;
  }
  get length(): number {
    return this.#length;
  }
  /** What holds the bytes, until more are written. */
  get buffer(): Uint8Array {
    return this.#bytes;
  }
  /** Forgets what was written from a place on. */
  truncate(length: number): void {
    if (length < this.#length) this.#length = length;
  }
  /** Bytes it can hold before it grows. */
  get capacity(): number {
    return this.#bytes.length;
  }
  /** A copy of what was written; the writer can be reset and used again. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
  /** What was written, only until more is written. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
  /** What was written as text of one character per byte. */
  text(): string {
    return textOf(this.#bytes, this.#length);
  }
  reset(): void {
    this.#length = 0;
  }
}

/** Bytes as text of one character each: it orders by code unit exactly as the bytes order. */
export function textOf(bytes: Uint8Array, length: number = bytes.length): string {
  let text = '';
  let at = 0;
  for (; at + 8 <= length; at += 8) {
    text += String.fromCharCode(
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
      bytes[at + 4] as number,
      bytes[at + 5] as number,
      bytes[at + 6] as number,
      bytes[at + 7] as number,
    );
  }
  for (; at < length; at++) text += String.fromCharCode(bytes[at] as number);
  return text;
}

/** The bytes behind such text. */
export function bytesOfText(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** Reads values in order and refuses to read past the end. */
export class Reader {
  #bytes: Uint8Array;
  #at = 0;
  #end: number;

  constructor(bytes: Uint8Array) {
    // A plain view: a host's own subclass may have a `slice` that does not copy.
    this.#bytes =
      bytes.constructor === Uint8Array
        ? bytes
        : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.length;
  }

  /** Reads a part of some plain bytes from now on. */
  reset(bytes: Uint8Array, from: number, end: number): void {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = end;
  }

  #advance(field: string, count: number): number {
    const at = this.#at;
    if (at + count > this.#end) {
      throw new DecodeError(field, `${count} more bytes`, `${this.#end - at}`);
    }
    this.#at = at + count;
    return at;
  }

  #u32At(at: number): number {
    const bytes = this.#bytes;
    return (
      (((bytes[at] as number) << 24) |
        ((bytes[at + 1] as number) << 16) |
        ((bytes[at + 2] as number) << 8) |
        (bytes[at + 3] as number)) >>>
      0
    );
  }

  u8(field: string): number {
    return this.#bytes[this.#advance(field, 1)] as number;
  }
  u16(field: string): number {
    const at = this.#advance(field, 2);
    return ((this.#bytes[at] as number) << 8) | (this.#bytes[at + 1] as number);
  }
  u32(field: string): number {
    return this.#u32At(this.#advance(field, 4));
  }
  u64(field: string): number {
    const at = this.#advance(field, 8);
    const value = this.#u32At(at) * 0x1_0000_0000 + this.#u32At(at + 4);
    if (!Number.isSafeInteger(value)) {
      this.#at = at;
      throw new DecodeError(field, 'an integer up to 2^53-1', `${this.bigU64(field)}`);
    }
    return value;
  }
  bigU64(field: string): bigint {
    this.#word(field);
    return wordView.getBigUint64(0);
  }
  bigI64(field: string): bigint {
    this.#word(field);
    return wordView.getBigInt64(0);
  }
  bigI128(field: string): bigint {
    const at = this.#advance(field, 16);
    this.#at = at;
    const high = this.bigI64(field);
    return (high << 64n) | this.bigU64(field);
  }
  #word(field: string): void {
    const at = this.#advance(field, 8);
    const bytes = this.#bytes;
    for (let byte = 0; byte < 8; byte++) wordBytes[byte] = bytes[at + byte] as number;
  }
  /** A view of the next bytes: copy it before the source is changed. */
  raw(field: string, count: number): Uint8Array {
    const at = this.#advance(field, count);
    return this.#bytes.subarray(at, at + count);
  }
  /** A copy of the next bytes. */
  copy(field: string, count: number): Uint8Array {
    const at = this.#advance(field, count);
    return this.#bytes.slice(at, at + count);
  }
  get remaining(): number {
    return this.#end - this.#at;
  }
  /** @throws DecodeError when bytes are left over. */
  end(field: string): void {
    if (this.remaining !== 0) throw new DecodeError(field, 'no more bytes', `${this.remaining}`);
  }
}
