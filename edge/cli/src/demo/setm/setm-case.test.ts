import { MemoryStorage, NodeCrypto } from '@commonwatt/consensus';
import { members, ruleBook, trades, transactionGrew } from '@commonwatt/contracts';
import {
  auditLedger,
  decode,
  decodeRecord,
  eventCodec,
  leadingZeroBits,
  toHex,
} from '@commonwatt/ledger';
import { energy } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { runSetmCase } from './setm-case.ts';
import { setmJson, setmText } from './setm-report.ts';

const crypto = new NodeCrypto();
const storage = new MemoryStorage();
const study = await runSetmCase(storage, crypto);
const { ledger, blocks, purchases, settled } = study;

test('Figure 7: eight blocks by name, then delivery and settlement, each linked and sealed', () => {
  expect(blocks.map((one) => one.name)).toEqual([
    'Genesis Block',
    'Fogery Block',
    'Customer 1',
    'Customer 2',
    'Customer 3',
    'Customer 4',
    'Customer 5',
    'Industrial Customer',
    'Delivery',
    'Settlement',
  ]);
  let previous = new Uint8Array(32);
  for (const [height, { header, hash }] of blocks.entries()) {
    expect(header.height).toBe(height);
    expect(header.parent).toEqual(previous);
    expect(leadingZeroBits(hash)).toBeGreaterThanOrEqual(12);
    previous = Uint8Array.from(hash);
  }
});

test('the genesis block holds the seven enrolments and what generation signed', () => {
  const record = decodeRecord(storage.record(0) ?? new Uint8Array());
  expect(record.transactions).toHaveLength(3);
  expect(ledger.state.size(members)).toBe(8);
  expect(blocks[0]?.steps.join('\n')).toMatch(/g1 SEND Energy\(60 kW\) to c1/);
});

test("the paper's three cases stand in the blocks that bear their names", () => {
  const cases = blocks.map(({ header }) => {
    const { receipts, transactions } = decodeRecord(
      storage.record(header.height) ?? new Uint8Array(),
    );
    return receipts
      .slice(transactions.length)
      .map((leaf) => decode(eventCodec, leaf, 'event'))
      .filter((event) => event.type === transactionGrew.type)
      .map((event) => decode(transactionGrew.codec, event.body, 'transaction grew').kase);
  });
  expect(cases).toEqual([
    [],
    ['initial'],
    ['define'],
    ['update'],
    ['update'],
    ['update'],
    ['update'],
    ['update'],
    [],
    [],
  ]);
});

test('every customer is added to the one growing transaction, in order', () => {
  const words = blocks.slice(2, 8).map(({ steps }) => steps.at(-1)?.split(':')[0]);
  expect(words).toEqual([
    'CASE2 Define Tran(g1, c1)',
    'CASE3 Update Tran(g1, c1, c2)',
    'CASE3 Update Tran(g1, c1, c2, c3)',
    'CASE3 Update Tran(g1, c1, c2, c3, c4)',
    'CASE3 Update Tran(g1, c1, c2, c3, c4, c5)',
    'CASE3 Update Tran(g1, c1, c2, c3, c4, c5, ic1)',
  ]);
});

test('every price lies in both bands, and what was not delivered is not paid', () => {
  const generation = study.parties.find((one) => one.party.symbol === 'g1');
  for (const { buyer, terms } of purchases) {
    expect(terms.price).toBeGreaterThanOrEqual(buyer.party.bidMin);
    expect(terms.price).toBeLessThanOrEqual(buyer.party.bidMax);
    expect(terms.price).toBeGreaterThanOrEqual(generation?.party.bidMin ?? 0n);
    expect(terms.price).toBeLessThanOrEqual(generation?.party.bidMax ?? 0n);
  }
  const amounts = settled.computed.members.map((one) => one.amount);
  expect(amounts.reduce((sum, one) => sum + one, 0n)).toBe(0n);
  const vehicle = settled.computed.members.find((one) => one.member === 5);
  expect(vehicle?.lines[0]).toMatchObject({ traded: energy(2750n), delivered: energy(2500n) });
  expect(ledger.state.size(trades)).toBe(0);
});

test('a stranger gets the answer of Algorithm 1', () => {
  expect(study.stranger).toMatchObject({ code: 'wrong_user', message: 'This is wrong user.' });
});

test('the same case gives the same hashes every time', async () => {
  const again = await runSetmCase(new MemoryStorage(), crypto);
  expect(again.blocks.map((one) => toHex(one.hash))).toEqual(blocks.map((one) => toHex(one.hash)));
});

test('it is clean when executed again, and not after a byte was changed', async () => {
  expect(await auditLedger(storage, ruleBook, crypto)).toMatchObject({ clean: true, blocks: 10 });
  for (const height of blocks.keys()) {
    const altered = storage.clone();
    altered.alterRecord(height, 400);
    expect(await auditLedger(altered, ruleBook, crypto)).toMatchObject({ clean: false, height });
  }
});

test('the report says what is ours, and JSON what programs need', () => {
  const text = setmText(study);
  expect(text).toContain('The paper gives no traded quantities');
  expect(text).toMatch(/^Fogery Block Hash: 000[0-9a-f]{61}$/m);
  expect(text).toMatch(/^\[Industrial Customer\] Block Hash: 000[0-9a-f]{61}$/m);
  const json = JSON.parse(JSON.stringify(setmJson(study)));
  expect(json.blocks[0]).toEqual({
    height: 0,
    name: 'Genesis Block',
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    previousHash: '0'.repeat(64),
  });
  expect(json.blocks[1].previousHash).toBe(json.blocks[0].hash);
});
