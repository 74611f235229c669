import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type BlockRecord, encodeRecord, type Header, headerHash } from './block.ts';
import { blameLink } from './stored-link.ts';
import type { Crypto, Storage, StoredHead } from './world.ts';

const crypto: Crypto = {
  sha256: (message) => new Uint8Array(createHash('sha256').update(message).digest()),
  verify: () => false,
};
const zero = new Uint8Array(32);

function record(height: number, timeMs: number, parent: Uint8Array): BlockRecord {
  const header: Header = {
    version: 1,
    chain: zero,
    height,
    timeMs,
    parent,
    transactionCount: 0,
    transactionsRoot: zero,
    receiptCount: 0,
    receiptsRoot: zero,
    stateDigest: zero,
    balanceRoot: zero,
    balanceHeight: 0,
    historyRoot: zero,
    nonce: 0,
  };
  return { header, transactions: [], receipts: [], writes: new Uint8Array() };
}

const hashOf = (one: BlockRecord) => headerHash(crypto, one.header);
const first = record(0, 1, zero);
const second = record(1, 2, hashOf(first));
const third = record(2, 3, hashOf(second));

function storage(records: readonly BlockRecord[], head: StoredHead): Storage {
  const stored = records.map(encodeRecord);
  const refuse = () => Promise.reject(new Error('the store is read only'));
  return {
    genesis: () => undefined,
    putGenesis: refuse,
    head: () => head,
    lastHeight: () => stored.length - 1,
    record: (height) => stored[height],
    append: refuse,
    close: async () => undefined,
  };
}

const head: StoredHead = { height: 2, hash: hashOf(third) };

test('a block that its successor names is whole: the one before was altered', () => {
  const altered = record(0, 7, zero);
  const store = storage([altered, second, third], head);
  expect(blameLink(store, crypto, second, 1)).toMatchObject({ height: 0 });
});

test('the last block is vouched for by the head', () => {
  const altered = record(1, 7, hashOf(first));
  const store = storage([first, altered, third], head);
  expect(blameLink(store, crypto, third, 2)).toMatchObject({ height: 1 });
});

test('a block that nobody names so was itself altered', () => {
  const altered = record(1, 2, crypto.sha256(zero));
  const store = storage([first, altered, third], head);
  expect(blameLink(store, crypto, altered, 1)).toEqual({
    height: 1,
    reason: 'the previous hash does not link',
  });
});

test('there is nothing before the first block to blame', () => {
  const altered = record(0, 1, crypto.sha256(zero));
  const next = record(1, 2, hashOf(altered));
  expect(blameLink(storage([altered, next], head), crypto, altered, 0)).toMatchObject({
    height: 0,
  });
});
