import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Header, headerHash, leadingZeroBits } from './block.ts';
import { sealed } from './seal.ts';
import type { Crypto } from './world.ts';

const crypto: Crypto = {
  sha256: (message) => new Uint8Array(createHash('sha256').update(message).digest()),
  verify: () => false,
};
const hash = (text: string) => crypto.sha256(new TextEncoder().encode(text));
const header: Header = {
  version: 1,
  chain: hash('chain'),
  height: 7,
  timeMs: 1000,
  parent: hash('parent'),
  transactionCount: 0,
  transactionsRoot: hash('transactions'),
  receiptCount: 0,
  receiptsRoot: hash('receipts'),
  stateDigest: hash('state'),
  balanceRoot: hash('balances'),
  balanceHeight: 7,
  historyRoot: hash('history'),
  nonce: 0,
};

test('a chain that asks for no work gets the header as it is', () => {
  expect(sealed(crypto, 0, header)).toBe(header);
});

test.each([1, 4, 8])('the lowest nonce with %i zero bits is found, by everyone alike', (bits) => {
  const found = sealed(crypto, bits, header);
  expect(found).toEqual({ ...header, nonce: found.nonce });
  expect(leadingZeroBits(headerHash(crypto, found))).toBeGreaterThanOrEqual(bits);
  for (let nonce = 0; nonce < found.nonce; nonce++) {
    expect(leadingZeroBits(headerHash(crypto, { ...header, nonce }))).toBeLessThan(bits);
  }
  expect(sealed(crypto, bits, header)).toEqual(found);
});

test('zero bits are counted over whole bytes', () => {
  expect(leadingZeroBits(Uint8Array.of(0x80, 0))).toBe(0);
  expect(leadingZeroBits(Uint8Array.of(0, 0x1f))).toBe(11);
  expect(leadingZeroBits(new Uint8Array(4))).toBe(32);
});
