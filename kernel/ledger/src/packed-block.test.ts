import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeRecord, eventCodec, type Header, receiptCodec } from './block.ts';
import { type Codec, encode } from './codec.ts';
import { EventLog } from './event-log.ts';
import { leavesRoot } from './merkle/packed-leaves.ts';
import { PackedBlock } from './packed-block.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const hash = new Uint8Array(32).fill(7);
const header: Header = {
  version: 1,
  chain: hash,
  height: 3,
  timeMs: 5,
  parent: hash,
  transactionCount: 0,
  transactionsRoot: hash,
  receiptCount: 0,
  receiptsRoot: hash,
  stateDigest: hash,
  balanceRoot: hash,
  balanceHeight: 1,
  historyRoot: hash,
  nonce: 0,
};
/** Writes bytes as they are. */
const raw = { write: (writer, value) => writer.raw(value) } as Codec<Uint8Array>;
const bytes = fc.uint8Array({ maxLength: 300 });
const receipt = fc.record({
  transactionId: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  code: fc.nat(9),
  actions: fc.array(fc.nat(2), { maxLength: 5 }),
});
const event = fc.record({
  transactionIndex: fc.option(fc.nat(9), { nil: undefined }),
  type: fc.nat(99),
  body: bytes,
});

test('a packed block has the record and the roots of the same block in pieces', () => {
  const packed = new PackedBlock();
  const blocks = fc.tuple(fc.array(bytes), fc.array(receipt), fc.array(event), bytes);
  fc.assert(
    fc.property(blocks, ([transactions, receipts, events, writes]) => {
      const log = new EventLog();
      for (const one of events) log.add(one.transactionIndex, { ...one, codec: raw }, one.body);
      packed.fill(
        transactions.map((one) => ({ writeTo: (writer) => writer.raw(one) })),
        receipts,
        log,
      );
      const leaves = [
        ...receipts.map((one) => encode(receiptCodec, one)),
        ...events.map((one) => encode(eventCodec, one)),
      ];
      const record = { header, transactions, receipts: leaves, writes };
      expect(packed.record(header, writes)).toEqual(encodeRecord(record));
      expect(packed.transactions.root({ sha256 })).toEqual(leavesRoot({ sha256 }, transactions));
      expect(packed.receipts.root({ sha256 })).toEqual(leavesRoot({ sha256 }, leaves));
      expect(packed.receipts.kept()()).toEqual(leaves);
      expect(packed.receipts.count).toBe(leaves.length);
    }),
  );
});
