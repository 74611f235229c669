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

function outside(name: string, most: number, value: number): RangeError {
  return new RangeError(`${name}: expected 0 to ${most}, got ${value}`);
}

function beyond(name: string, value: bigint): RangeError {
  return new RangeError(`${name}: ${value} does not fit`);
}

/** Below this many bytes words are copied one by one, which is faster than the host's own copying. */
const SHORT = 128;

/** Appends values to a buffer that grows by doubling. */
export class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Where the next bytes go. It may change the buffer, so it is asked before that is named. */
  #reserve(count: number): number {
    const at = this.#length;
    const needed = at + count;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#length = needed;
    return at;
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  // Each @throws RangeError for a value that its bytes cannot hold.

  u8(value: number): void {
    if ((value & 0xff) !== value) throw outside('u8', 0xff, value);
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }
  u16(value: number): void {
    if ((value & 0xffff) !== value) throw outside('u16', 0xffff, value);
    const at = this.#reserve(2);
    this.#view.setUint16(at, value);
  }
  u32(value: number): void {
    if (value >>> 0 !== value) throw outside('u32', 0xffff_ffff, value);
    const at = this.#reserve(4);
    this.#view.setUint32(at, value);
  }
  /** A safe non-negative integer in eight bytes. */
  u64(value: number): void {
    const high = Math.floor(value / 0x1_0000_0000);
    if (!(value >= 0 && Number.isSafeInteger(value))) {
      throw outside('u64', Number.MAX_SAFE_INTEGER, value);
    }
    const at = this.#reserve(8);
    this.#view.setUint32(at, high);
    this.#view.setUint32(at + 4, value - high * 0x1_0000_0000);
  }
  bigU64(value: bigint): void {
    if (BigInt.asUintN(64, value) !== value) throw beyond('bigU64', value);
    const at = this.#reserve(8);
    this.#view.setBigUint64(at, value);
  }
  bigI64(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw beyond('bigI64', value);
    const at = this.#reserve(8);
    this.#view.setBigInt64(at, value);
  }
  bigI128(value: bigint): void {
    const low = BigInt.asIntN(64, value);
    // Nearly all amounts fit one word; the other then repeats the sign.
    if (low === value) {
      const at = this.#reserve(16);
      const sign = value < 0n ? -1 : 0;
      this.#view.setInt32(at, sign);
      this.#view.setInt32(at + 4, sign);
      this.#view.setBigInt64(at + 8, low);
      return;
    }
    if (BigInt.asIntN(128, value) !== value) throw beyond('bigI128', value);
    const at = this.#reserve(16);
    this.#view.setBigInt64(at, value >> 64n);
    this.#view.setBigInt64(at + 8, low);
  }
  raw(from: Uint8Array): void {
    const count = from.length;
    const at = this.#reserve(count);
    if (count > 16) this.#bytes.set(from, at);
    else for (let byte = 0; byte < count; byte++) this.#bytes[at + byte] = from[byte] as number;
  }
  /** The same for a part of what a view shows. */
  rawPart(from: DataView, start: number, count: number): void {
    const at = this.#reserve(count);
    if (count > SHORT) {
      this.#bytes.set(new Uint8Array(from.buffer, from.byteOffset + start, count), at);
      return;
    }
    const view = this.#view;
    let byte = 0;
    for (; byte + 4 <= count; byte += 4) view.setInt32(at + byte, from.getInt32(start + byte));
    for (; byte < count; byte++) view.setUint8(at + byte, from.getUint8(start + byte));
  }
  zeros(count: number): void {
    const at = this.#reserve(count);
    this.#bytes.fill(0, at, at + count);
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
    this.#view.setUint32(at, value);
  }
  putU16(at: number, value: number): void {
    this.#view.setUint16(at, value);
  }
  get length(): number {
    return this.#length;
  }
  /** What holds the bytes, until more are written. */
  get buffer(): Uint8Array {
    return this.#bytes;
  }
  /** The same to read words from. */
  get view(): DataView {
    return this.#view;
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
  written(): Uint8Array {
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
  /** Over the whole of the memory in which the bytes stand. */
  #view: DataView;
  /** Where the bytes begin in it. */
  #base: number;
  #at = 0;
  #end: number;

  constructor(bytes: Uint8Array) {
    // A plain view: a host's own subclass may have a `slice` that does not copy.
    this.#bytes =
      bytes.constructor === Uint8Array
        ? bytes
        : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = viewOf(bytes.buffer);
    this.#base = bytes.byteOffset;
    this.#end = bytes.length;
  }

  /** Reads a part of some plain bytes from now on. */
  reset(bytes: Uint8Array, from: number, end: number): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#base = bytes.byteOffset;
      if (bytes.buffer !== this.#view.buffer) this.#view = viewOf(bytes.buffer);
    }
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

  u8(field: string): number {
    return this.#bytes[this.#advance(field, 1)] as number;
  }
  u16(field: string): number {
    return this.#view.getUint16(this.#base + this.#advance(field, 2));
  }
  u32(field: string): number {
    return this.#view.getUint32(this.#base + this.#advance(field, 4));
  }
  u64(field: string): number {
    const at = this.#advance(field, 8);
    const view = this.#view;
    const high = view.getUint32(this.#base + at);
    const value = high * 0x1_0000_0000 + view.getUint32(this.#base + at + 4);
    if (high > 0x1f_ffff) {
      this.#at = at;
      throw new DecodeError(field, 'an integer up to 2^53-1', `${this.bigU64(field)}`);
    }
    return value;
  }
  bigU64(field: string): bigint {
    return this.#view.getBigUint64(this.#base + this.#advance(field, 8));
  }
  bigI64(field: string): bigint {
    return this.#view.getBigInt64(this.#base + this.#advance(field, 8));
  }
  bigI128(field: string): bigint {
    const at = this.#base + this.#advance(field, 16);
    const view = this.#view;
    const sign = view.getInt32(at);
    // Nearly all amounts fit one word; the other then repeats the sign.
    if (sign === view.getInt32(at + 4) && sign === view.getInt32(at + 8) >> 31) {
      return view.getBigInt64(at + 8);
    }
    return (view.getBigInt64(at) << 64n) | view.getBigUint64(at + 8);
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
  /** Passes over the next bytes, and says where they begin. */
  skip(field: string, count: number): number {
    return this.#advance(field, count);
  }
  get remaining(): number {
    return this.#end - this.#at;
  }
  /** @throws DecodeError when bytes are left over. */
  end(field: string): void {
    if (this.#at !== this.#end) {
      throw new DecodeError(field, 'no more bytes', `${this.remaining}`);
    }
  }
}

let lastView: DataView<ArrayBufferLike> = new DataView(new ArrayBuffer(0));
/** Many small byte strings stand in one memory: one view serves them all. */
export function viewOf(buffer: ArrayBufferLike): DataView {
  if (lastView.buffer !== buffer) lastView = new DataView(buffer);
  return lastView;
}
