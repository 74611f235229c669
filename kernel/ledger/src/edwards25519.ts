/**
 * The curve edwards25519 of RFC 8032 section 5.1 in exact arithmetic: enough to judge a public key
 * or to rebuild a point. Nothing here is constant-time and nothing here may touch a secret.
 */

/** The field's prime, 2^255 - 19. */
export const FIELD_PRIME = 2n ** 255n - 19n;
/** The prime order of the group that the base point makes. */
export const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Extended homogeneous coordinates (RFC 8032 section 5.1.4): x = X/Z, y = Y/Z, x * y = T/Z. */
export interface CurvePoint {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly t: bigint;
}

export const IDENTITY: CurvePoint = { x: 0n, y: 1n, z: 1n, t: 0n };

const reduced = (value: bigint): bigint => {
  const rest = value % FIELD_PRIME;
  return rest < 0n ? rest + FIELD_PRIME : rest;
};

const power = (base: bigint, exponent: bigint): bigint => {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % FIELD_PRIME;
    square = (square * square) % FIELD_PRIME;
  }
  return result;
};

/** The curve's d = -121665/121666. */
const CURVE_D = reduced(-121665n * power(121666n, FIELD_PRIME - 2n));
const SQRT_OF_MINUS_ONE = power(2n, (FIELD_PRIME - 1n) / 4n);

const Y_MASK = 2n ** 255n - 1n;

/** The number in little-endian bytes, as RFC 8032 writes all its numbers. */
export function readLittleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at--)
    value = (value << 8n) | BigInt(bytes[at] as number);
  return value;
}

/** `value`, which must be below 2^256, in 32 little-endian bytes. */
export function writeLittleEndian(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  let rest = value;
  for (let at = 0; at < 32; at++) {
    bytes[at] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}

/** Whether 32 bytes write a y below the prime, whose bytes are ed ff .. ff 7f. The sign is let be. */
export function isCanonicalY(encoded: Uint8Array): boolean {
  if (((encoded[31] as number) & 0x7f) !== 0x7f) return true;
  for (let at = 30; at > 0; at--) if (encoded[at] !== 0xff) return true;
  return (encoded[0] as number) < 0xed;
}

/**
 * RFC 8032 section 5.1.3 for 32 bytes. Strict: `undefined` for y at or above the prime, for a y
 * that no curve point has, and for x = 0 with the sign bit set.
 */
export function decodePoint(encoded: Uint8Array): CurvePoint | undefined {
  const number = readLittleEndian(encoded);
  const y = number & Y_MASK;
  if (y >= FIELD_PRIME) return undefined;
  const squared = (y * y) % FIELD_PRIME;
  const u = reduced(squared - 1n);
  const v = reduced(CURVE_D * squared + 1n);
  // The candidate root of u/v, without a division: u v^3 (u v^7)^((p-5)/8).
  const cubed = (((v * v) % FIELD_PRIME) * v) % FIELD_PRIME;
  const seventh = (((cubed * cubed) % FIELD_PRIME) * v) % FIELD_PRIME;
  const root = power((u * seventh) % FIELD_PRIME, (FIELD_PRIME - 5n) / 8n);
  let x = (((u * cubed) % FIELD_PRIME) * root) % FIELD_PRIME;
  const check = (((v * x) % FIELD_PRIME) * x) % FIELD_PRIME;
  if (check === reduced(-u)) x = (x * SQRT_OF_MINUS_ONE) % FIELD_PRIME;
  else if (check !== u) return undefined;
  const sign = number >> 255n;
  if (x === 0n && sign === 1n) return undefined;
  if ((x & 1n) !== sign) x = reduced(-x);
  return { x, y, z: 1n, t: (x * y) % FIELD_PRIME };
}

/** RFC 8032 section 5.1.2. */
export function encodePoint(point: CurvePoint): Uint8Array {
  const inverse = power(point.z, FIELD_PRIME - 2n);
  const x = (point.x * inverse) % FIELD_PRIME;
  const y = (point.y * inverse) % FIELD_PRIME;
  return writeLittleEndian(y | ((x & 1n) << 255n));
}

/** The complete addition law of RFC 8032 section 5.1.4: right for equal points too. */
export function addPoints(p: CurvePoint, q: CurvePoint): CurvePoint {
  const a = ((p.y - p.x) * (q.y - q.x)) % FIELD_PRIME;
  const b = ((p.y + p.x) * (q.y + q.x)) % FIELD_PRIME;
  const c = (((2n * p.t * q.t) % FIELD_PRIME) * CURVE_D) % FIELD_PRIME;
  const d = (2n * p.z * q.z) % FIELD_PRIME;
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return { x: reduced(e * f), y: reduced(g * h), z: reduced(f * g), t: reduced(e * h) };
}

/** The doubling of RFC 8032 section 5.1.4, cheaper than adding a point to itself. */
export function doublePoint(p: CurvePoint): CurvePoint {
  const a = (p.x * p.x) % FIELD_PRIME;
  const b = (p.y * p.y) % FIELD_PRIME;
  const c = 2n * p.z * p.z;
  const h = a + b;
  const sum = p.x + p.y;
  const e = h - ((sum * sum) % FIELD_PRIME);
  const g = a - b;
  const f = (c + g) % FIELD_PRIME;
  return { x: reduced(e * f), y: reduced(g * h), z: reduced(f * g), t: reduced(e * h) };
}

/** `factor` times `point`, for a factor of zero or more. */
export function multiplyPoint(point: CurvePoint, factor: bigint): CurvePoint {
  let result = IDENTITY;
  for (const digit of factor.toString(2)) {
    result = doublePoint(result);
    if (digit === '1') result = addPoints(result, point);
  }
  return result;
}

export function isIdentity(point: CurvePoint): boolean {
  return point.x === 0n && point.y === point.z;
}
