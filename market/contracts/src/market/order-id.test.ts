import { createHash } from 'node:crypto';
import { encode } from '@commonwatt/ledger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type OrderId, orderIdCodec } from './messages.ts';
import { orderIdText, parseOrderIdText, sentOrderId, tradeId } from './order-id.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const crypto = { sha256, verify: () => false };
const transaction = new Uint8Array(32).fill(0xab);
const NOON_MS = 1_767_268_800_000;

test('prints as hex, index and, when derived, slot', () => {
  const sent: OrderId = { transaction, index: 7, derivedForMs: 0 };
  expect(orderIdText(sent)).toBe(`${'ab'.repeat(32)}:7`);
  expect(orderIdText({ ...sent, derivedForMs: NOON_MS })).toBe(
    `${'ab'.repeat(32)}:7@2026-01-01T12:00:00Z`,
  );
  expect(sentOrderId({ transaction, index: 7 })).toEqual(sent);
});

describe('reading', () => {
  test('is the inverse of printing', () => {
    const ids = fc.record({
      transaction: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      index: fc.integer({ min: 0, max: 0xffff }),
      derivedForMs: fc.integer({ min: 0, max: 300_000_000 }).map((seconds) => seconds * 1000),
    });
    fc.assert(
      fc.property(ids, (id) => {
        const read = parseOrderIdText(orderIdText(id));
        expect(read && encode(orderIdCodec, read)).toEqual(encode(orderIdCodec, id));
      }),
    );
  });

  test.each([
    '',
    'ab:7',
    `${'AB'.repeat(32)}:7`,
    `${'ab'.repeat(32)}:07`,
    `${'ab'.repeat(32)}:65536`,
    `${'ab'.repeat(32)}:7@`,
    `${'ab'.repeat(32)}:7@2026-01-01T12:00Z`,
    `${'ab'.repeat(32)}:7@2026-01-01T13:00:00+01:00`,
    `${'ab'.repeat(32)}:7@1970-01-01T00:00:00Z`,
    `${'ab'.repeat(32)}:7@1969-12-31T23:45:00Z`,
    ` ${'ab'.repeat(32)}:7`,
  ])('refuses `%s`', (text) => {
    expect(parseOrderIdText(text)).toBeUndefined();
  });
});

test('a trade is named by the purpose and both orders, buyer first', () => {
  const buy: OrderId = { transaction, index: 1, derivedForMs: 0 };
  const sell: OrderId = { transaction, index: 2, derivedForMs: NOON_MS };
  const named = (...more: number[]) =>
    createHash('sha256')
      .update('commonwatt/trade/1')
      .update(encode(orderIdCodec, buy))
      .update(encode(orderIdCodec, sell))
      .update(Buffer.from(more))
      .digest();
  expect(Buffer.from(tradeId(crypto, { buy, sell }))).toEqual(named());
  expect(Buffer.from(tradeId(crypto, { buy, sell }, 1))).toEqual(named(0, 1));
  expect(tradeId(crypto, { buy: sell, sell: buy })).not.toEqual(tradeId(crypto, { buy, sell }));
});
