/**
 * Makes ed25519-verdicts.json: `node vectors/ed25519-verdicts.recipe.js > vectors/ed25519-verdicts.json`
 *
 * The table freezes which Ed25519 keys and signatures the ledger accepts. It is made here from RFC
 * 8032 alone, with affine arithmetic written for this file, so that it checks the kernel's code
 * instead of repeating it. Every key and nonce comes from a counted hash: the output never changes.
 *
 * The signature rows follow the twelve categories of Chalkias, Garillot and Nikolaenko 2020, "Taming
 * the many EdDSAs", table 1 (points of small, mixed and prime order, S at and above the group order,
 * second encodings), built here by arithmetic, and add rows for ordinary and damaged signatures.
 * `verdict` is the ledger's; `equation` is the bare cofactorless equation on leniently decoded keys;
 * `cofactored` is the equation times eight. Where the columns differ, libraries do.
 */
import { createHash } from 'node:crypto';

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

const mod = (a, m = P) => ((a % m) + m) % m;
const inverse = (a) => {
  let [r0, r1, s0, s1] = [P, mod(a), 0n, 1n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1, s0, s1] = [r1, r0 - q * r1, s1, s0 - q * s1];
  }
  return mod(s0);
};
const power = (a, e) => {
  let result = 1n;
  for (const bit of e.toString(2)) {
    result = mod(result * result);
    if (bit === '1') result = mod(result * a);
  }
  return result;
};
const D = mod(-121665n * inverse(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

const ZERO = [0n, 1n];
const add = ([x1, y1], [x2, y2]) => {
  const k = mod(D * x1 * x2 * y1 * y2);
  const both = inverse((1n + k) * (1n - k)); // one inversion for the two quotients
  return [mod((x1 * y2 + x2 * y1) * both * (1n - k)), mod((y1 * y2 + x1 * x2) * both * (1n + k))];
};
const negate = ([x, y]) => [mod(-x), y];
const multiply = (k, point) => {
  let result = ZERO;
  for (const bit of k.toString(2)) {
    result = add(result, result);
    if (bit === '1') result = add(result, point);
  }
  return result;
};
const same = (a, b) => a[0] === b[0] && a[1] === b[1];

/** The x with the wanted sign bit, or undefined; x = 0 answers to both signs. */
const xOf = (y, sign) => {
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * ROOT_OF_MINUS_ONE);
  if (mod(x * x) !== square) return undefined;
  return (x & 1n) === sign ? x : mod(-x);
};
const BASE_Y = mod(4n * inverse(5n));
const BASE = [xOf(BASE_Y, 0n), BASE_Y];

const toBytes = (value, length = 32) =>
  Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex').reverse();
const toNumber = (bytes) => BigInt(`0x0${Buffer.from(bytes).reverse().toString('hex')}`);
const encode = ([x, y]) => toBytes(y | ((x & 1n) << 255n));
const decodeLeniently = (bytes) => {
  const number = toNumber(bytes);
  const y = mod(number & (2n ** 255n - 1n));
  const x = xOf(y, number >> 255n);
  return x === undefined ? undefined : [x, y];
};
const sha512 = (...parts) => createHash('sha512').update(Buffer.concat(parts)).digest();
const challenge = (r, a, message) => mod(toNumber(sha512(r, a, message)), L);

let counter = 0;
const fresh = () => {
  counter += 1;
  return mod(toNumber(sha512(Buffer.from(`commonwatt verdict ${counter}`))), L);
};
const text = (words) => Buffer.from(words);

/** A point of order 8, from which the eight torsion points are made. */
const TORSION_BASE = (() => {
  for (let y = 2n; ; y++) {
    const x = xOf(y, 0n);
    if (x === undefined) continue;
    const torsion = multiply(L, [x, y]);
    if (!same(multiply(4n, torsion), ZERO)) return torsion;
  }
})();
const TORSION = Array.from({ length: 8 }, (_, at) => multiply(BigInt(at), TORSION_BASE));
const orderOf = (at) => [1, 8, 4, 8, 2, 8, 4, 8][at];

/** All encodings of one point that lenient decoders take: y + p where it fits, minus zero. */
const encodings = ([x, y]) => {
  const ys = y + P < 2n ** 255n ? [y, y + P] : [y];
  const signs = x === 0n ? [0n, 1n] : [x & 1n];
  return ys.flatMap((written) => signs.map((sign) => toBytes(written | (sign << 255n))));
};

const keyRefusals = new Map();
const keyRefusal = (key) => {
  const name = key.toString('hex');
  if (!keyRefusals.has(name)) keyRefusals.set(name, judgeKey(key));
  return keyRefusals.get(name);
};
const judgeKey = (key) => {
  if (key.length !== 32) return 'key_length';
  const number = toNumber(key);
  if ((number & (2n ** 255n - 1n)) >= P) return 'key_not_canonical';
  const point = decodeLeniently(key);
  if (point === undefined) return 'key_not_on_curve';
  if (point[0] === 0n && number >> 255n === 1n) return 'key_not_on_curve';
  if (same(multiply(8n, point), ZERO)) return 'key_small_order';
  if (!same(multiply(L, point), ZERO)) return 'key_not_prime_order';
  return null;
};

const equations = (key, message, signature) => {
  const a = key.length === 32 ? decodeLeniently(key) : undefined;
  if (a === undefined || signature.length !== 64) return { equation: false, cofactored: false };
  const [r, s] = [signature.subarray(0, 32), toNumber(signature.subarray(32))];
  const k = challenge(r, key, message);
  const found = add(multiply(s, BASE), negate(multiply(k, a)));
  const given = decodeLeniently(r);
  return {
    equation: encode(found).equals(r),
    cofactored: given !== undefined && same(multiply(8n, found), multiply(8n, given)),
  };
};

const keys = [];
const signatures = [];
const keyRow = (name, key) =>
  keys.push({ name, publicKey: key.toString('hex'), refusal: keyRefusal(key) });
const row = (name, key, message, signature) => {
  const { equation, cofactored } = equations(key, message, signature);
  const sBelow = signature.length === 64 && toNumber(signature.subarray(32)) < L;
  signatures.push({
    name,
    publicKey: key.toString('hex'),
    message: message.toString('hex'),
    signature: signature.toString('hex'),
    verdict: keyRefusal(key) === null && sBelow && equation,
    equation,
    cofactored,
  });
};

/** A signature under A = aB + keyTorsion with R = rB + nonceTorsion, as an honest signer would. */
const sign = ({ secret, key, message, nonce, nonceBytes }) => {
  const k = challenge(nonceBytes, key, message);
  return Buffer.concat([nonceBytes, toBytes(mod(nonce + k * secret, L))]);
};
/** The first counted message for which `wanted` holds. */
const seekMessage = (wanted) => {
  for (let at = 0; ; at++) {
    const message = text(`slot ${at}`);
    if (wanted(message)) return message;
  }
};

const secret = fresh();
const KEY_POINT = multiply(secret, BASE);
const KEY = encode(KEY_POINT);
const MESSAGE = text('12 kWh at 34.5 EUR/MWh');
const nonce = fresh();
const NONCE = encode(multiply(nonce, BASE));
const GOOD = sign({ secret, key: KEY, message: MESSAGE, nonce, nonceBytes: NONCE });
const withS = (s) => Buffer.concat([GOOD.subarray(0, 32), toBytes(s)]);
const goodS = toNumber(GOOD.subarray(32));
const flipped = (bytes, at) => Buffer.from(bytes).fill(bytes[at] ^ 1, at, at + 1);

function keyRows() {
  keyRow('ordinary', KEY);
  keyRow('the base point', encode(BASE));
  keyRow('ordinary, negated', encode(negate(KEY_POINT)));
  keyRow('empty', Buffer.alloc(0));
  keyRow('31 bytes', KEY.subarray(0, 31));
  keyRow('33 bytes', Buffer.concat([KEY, Buffer.alloc(1)]));
  for (let at = 0; at < 8; at++) {
    encodings(TORSION[at]).forEach((bytes, nth) => {
      keyRow(`order ${orderOf(at)}, torsion ${at}, encoding ${nth}`, bytes);
    });
  }
  for (let at = 1; at < 8; at++) {
    keyRow(`ordinary plus torsion ${at}`, encode(add(KEY_POINT, TORSION[at])));
  }
  for (let y = 2n; y < 19n; y++) {
    keyRow(`y = ${y}`, toBytes(y));
    keyRow(`y = p + ${y}`, toBytes(y + P));
  }
}

function ordinaryRows() {
  row('ordinary', KEY, MESSAGE, GOOD);
  for (const length of [0, 1, 64, 300, 1023]) {
    const message = Buffer.alloc(length, length % 251);
    const at = fresh();
    const nonceBytes = encode(multiply(at, BASE));
    row(
      `${length} byte message`,
      KEY,
      message,
      sign({ secret, key: KEY, message, nonce: at, nonceBytes }),
    );
  }
  row('another message', KEY, text('12 kWh at 34.6 EUR/MWh'), GOOD);
  row('another key', encode(multiply(fresh(), BASE)), MESSAGE, GOOD);
  row('the negated key', encode(negate(KEY_POINT)), MESSAGE, GOOD);
  row('a bit of R', KEY, MESSAGE, flipped(GOOD, 3));
  row('a bit of S', KEY, MESSAGE, flipped(GOOD, 40));
  row('the sign of R', KEY, MESSAGE, Buffer.from(GOOD).fill(GOOD[31] ^ 0x80, 31, 32));
  row('63 bytes', KEY, MESSAGE, GOOD.subarray(0, 63));
  row('65 bytes', KEY, MESSAGE, Buffer.concat([GOOD, Buffer.alloc(1)]));
  row('no signature', KEY, MESSAGE, Buffer.alloc(0));
  row('all zero', KEY, MESSAGE, Buffer.alloc(64));
  row('31 byte key', KEY.subarray(0, 31), MESSAGE, GOOD);
}

function scalarRows() {
  row('category 6: S + L', KEY, MESSAGE, withS(goodS + L));
  row('category 7: S + 8 L', KEY, MESSAGE, withS(goodS + 8n * L));
  row('S + 15 L, the largest that fits', KEY, MESSAGE, withS(goodS + 15n * L));
  for (const [name, s] of [
    ['L', L],
    ['L - 1', L - 1n],
    ['0', 0n],
    ['2^252', 2n ** 252n],
  ]) {
    row(`S = ${name}`, KEY, MESSAGE, withS(s));
  }
  row('S = 2^256 - 1', KEY, MESSAGE, withS(2n ** 256n - 1n));
  row('S with its top bit set', KEY, MESSAGE, withS(goodS | (1n << 255n)));
}

/** Acceptable key; R has a small-order part, is nothing else, or is written in a second way. */
function nonceRows() {
  for (let at = 1; at < 8; at++) {
    const nonceBytes = encode(add(multiply(nonce, BASE), TORSION[at]));
    const signature = sign({ secret, key: KEY, message: MESSAGE, nonce, nonceBytes });
    row(`category 4: R plus torsion ${at}, ordinary key`, KEY, MESSAGE, signature);
  }
  for (let at = 0; at < 8; at++) {
    encodings(TORSION[at]).forEach((nonceBytes, nth) => {
      const signature = sign({ secret, key: KEY, message: MESSAGE, nonce: 0n, nonceBytes });
      row(`category 2: R is torsion ${at}, encoding ${nth}, ordinary key`, KEY, MESSAGE, signature);
      const k = challenge(encode(TORSION[at]), KEY, MESSAGE);
      const reduced = Buffer.concat([nonceBytes, toBytes(mod(k * secret, L))]);
      if (nth > 0) row(`category 8: the same, hashed in its canonical form`, KEY, MESSAGE, reduced);
    });
  }
}

/** The key has a small-order part or is nothing else: bare equations can be met, the key is refused. */
function keyOrderRows() {
  for (let at = 0; at < 8; at++) {
    encodings(TORSION[at]).forEach((key, nth) => {
      const met = (nonceBytes, s) => (message) =>
        equations(key, message, Buffer.concat([nonceBytes, toBytes(s)])).equation;
      const zero = encode(ZERO);
      const name = `key is torsion ${at}, encoding ${nth}`;
      row(
        `category ${nth ? 11 : 0}: ${name}, S = 0`,
        key,
        seekMessage(met(zero, 0n)),
        Buffer.concat([zero, toBytes(0n)]),
      );
      row(
        `category ${nth ? 10 : 1}: ${name}, S = r`,
        key,
        seekMessage(met(NONCE, nonce)),
        Buffer.concat([NONCE, toBytes(nonce)]),
      );
    });
  }
  for (let at = 1; at < 8; at++) {
    const key = encode(add(KEY_POINT, TORSION[at]));
    const signed = (message) => sign({ secret, key, message, nonce, nonceBytes: NONCE });
    const isMet = (message) => equations(key, message, signed(message)).equation;
    const met = seekMessage(isMet);
    row(`category 3: key plus torsion ${at}, equation met`, key, met, signed(met));
    const unmet = seekMessage((message) => !isMet(message));
    row(`category 5: key plus torsion ${at}, met only times eight`, key, unmet, signed(unmet));
  }
}

keyRows();
ordinaryRows();
scalarRows();
nonceRows();
keyOrderRows();
const about =
  'The Ed25519 keys and signatures the ledger accepts; made by ed25519-verdicts.recipe.js.';
process.stdout.write(`${JSON.stringify({ about, keys, signatures }, undefined, 1)}\n`);
