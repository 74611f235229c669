import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { billSealText, billTextHash, sealsBill } from './seal-text.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const bill = { chain: new Uint8Array(32).fill(7), number: 'RE-1', text: '{"number":"RE-1"}\n' };

test('a seal names ledger, number and text, and any other does not fit it', () => {
  const textHash = billTextHash(sha256, bill.text);
  const text = billSealText({ ...bill, textHash });
  expect(text.split('\n')).toHaveLength(5);
  expect(sealsBill(sha256, text, bill)).toBe(true);
  expect(sealsBill(sha256, text, { ...bill, text: bill.text.replace('1', '2') })).toBe(false);
  expect(sealsBill(sha256, text, { ...bill, number: 'RE-2' })).toBe(false);
  expect(sealsBill(sha256, text, { ...bill, chain: new Uint8Array(32) })).toBe(false);
});
