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

/** Appends values to a buffer that grows by doubling. */
export class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Where the next bytes go. It may change the view, so it is asked before the view is named. */
  #reserve(count: number): number {
    const at = this.#length;
    const needed = at + count;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#length = needed;
    return at;
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
  }
  u16(value: number): void {
    const at = this.#reserve(2);
    this.#view.setUint16(at, value);
  }
  u32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value);
  }
  /** A safe non-negative integer in eight bytes. */
  u64(value: number): void {
    const at = this.#reserve(8);
    this.#view.setUint32(at, Math.floor(value / 0x1_0000_0000));
    this.#view.setUint32(at + 4, value % 0x1_0000_0000);
  }
  bigU64(value: bigint): void {
    const at = this.#reserve(8);
    this.#view.setBigUint64(at, value);
  }
  bigI64(value: bigint): void {
    const at = this.#reserve(8);
    this.#view.setBigInt64(at, value);
  }
  bigI128(value: bigint): void {
    const at = this.#reserve(16);
    this.#view.setBigInt64(at, value >> 64n);
    this.#view.setBigUint64(at + 8, BigInt.asUintN(64, value));
  }
  raw(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }
  get length(): number {
    return this.#length;
  }
  /** A copy of what was written; the writer can be reset and used again. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
  reset(): void {
    this.#length = 0;
  }
}

/** Reads values in order and refuses to read past the end. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    // A plain view: a host's own subclass may have a `slice` that does not copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #advance(field: string, count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) {
      throw new DecodeError(field, `${count} more bytes`, `${this.#bytes.length - at}`);
    }
    this.#at = at + count;
    return at;
  }

  u8(field: string): number {
    return this.#view.getUint8(this.#advance(field, 1));
  }
  u16(field: string): number {
    return this.#view.getUint16(this.#advance(field, 2));
  }
  u32(field: string): number {
    return this.#view.getUint32(this.#advance(field, 4));
  }
  u64(field: string): number {
    const at = this.#advance(field, 8);
    const value = this.#view.getUint32(at) * 0x1_0000_0000 + this.#view.getUint32(at + 4);
    if (!Number.isSafeInteger(value)) {
      throw new DecodeError(field, 'an integer up to 2^53-1', `${this.#view.getBigUint64(at)}`);
    }
    return value;
  }
  bigU64(field: string): bigint {
    return this.#view.getBigUint64(this.#advance(field, 8));
  }
  bigI64(field: string): bigint {
    return this.#view.getBigInt64(this.#advance(field, 8));
  }
  bigI128(field: string): bigint {
    const at = this.#advance(field, 16);
    return (this.#view.getBigInt64(at) << 64n) | this.#view.getBigUint64(at + 8);
  }
  /** A view of the next bytes: copy it before the source is changed. */
  raw(field: string, count: number): Uint8Array {
    const at = this.#advance(field, count);
    return this.#bytes.subarray(at, at + count);
  }
  get remaining(): number {
    return this.#bytes.length - this.#at;
  }
  /** @throws DecodeError when bytes are left over. */
  end(field: string): void {
    if (this.remaining !== 0) throw new DecodeError(field, 'no more bytes', `${this.remaining}`);
  }
}
