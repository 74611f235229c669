/**
 * Passwords of devices, kept as scrypt hashes (RFC 7914): `scrypt$N$r$p$salt$hash` with salt and
 * hash in base64url. A hash says its own cost, within limits.
 */

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number }, Buffer>(
  scrypt,
);

const COST = { N: 16_384, r: 8, p: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const SHAPE = /^scrypt\$(4096|8192|16384)\$8\$1\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/;
export const PASSWORD_CHARACTERS_MAX = 100;

interface PasswordHash {
  readonly N: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** @throws RangeError for a text that is no hash. */
export function readPasswordHash(text: string): PasswordHash {
  const match = SHAPE.exec(text);
  if (match === null) throw new RangeError('what `commonwatt mqtt password` prints');
  const [, cost, salt = '', hash = ''] = match;
  return {
    N: Number(cost),
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  };
}

export async function hashPassword(
  password: string,
  salt: Buffer = randomBytes(SALT_BYTES),
): Promise<string> {
  const hash = await derive(password, salt, HASH_BYTES, COST);
  const parts = ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url')];
  return [...parts, hash.toString('base64url')].join('$');
}

/** What nobody's password is, so that an unknown device takes as long as a known one. */
const NOBODY: PasswordHash = {
  N: COST.N,
  salt: Buffer.alloc(SALT_BYTES),
  hash: Buffer.alloc(HASH_BYTES),
};

export async function isPassword(password: string, hashText: string | undefined): Promise<boolean> {
  const { N, salt, hash } = hashText === undefined ? NOBODY : readPasswordHash(hashText);
  const derived = await derive(password, salt, HASH_BYTES, { ...COST, N });
  return timingSafeEqual(derived, hash) && hashText !== undefined;
}
