import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventCodec } from './block.ts';
import { DecodeError } from './byte-stream.ts';
import { bytesUpTo, encode, textUpTo } from './codec.ts';
import { EventLog } from './event-log.ts';
import { PackedLeaves } from './merkle/packed-leaves.ts';

const body = bytesUpTo(300);
const event = fc.record({
  transactionIndex: fc.option(fc.nat(9), { nil: undefined }),
  type: fc.nat(99),
  value: fc.uint8Array({ maxLength: 300 }),
});

function leavesOf(log: EventLog): readonly Uint8Array[] {
  const leaves = new PackedLeaves();
  leaves.add(Uint8Array.of(9));
  log.addTo(leaves);
  const [first, ...others] = leaves.kept()();
  expect(first).toEqual(Uint8Array.of(9));
  return others;
}

test('the leaves are the events in their one encoding, as far as none was taken back', () => {
  const log = new EventLog();
  fc.assert(
    fc.property(fc.array(event), fc.array(event), (kept, undone) => {
      log.clear();
      const add = (one: (typeof kept)[number]) =>
        log.add(one.transactionIndex, { type: one.type, codec: body }, one.value);
      for (const one of kept) add(one);
      for (const one of undone) add(one);
      expect(log.length).toBe(kept.length + undone.length);
      log.truncate(kept.length);
      const expected = kept.map(({ value, ...one }) =>
        encode(eventCodec, { ...one, body: encode(body, value) }),
      );
      expect(log.length).toBe(kept.length);
      expect(leavesOf(log)).toEqual(expected);
      for (const one of undone) add(one);
      expect(leavesOf(log).slice(0, kept.length)).toEqual(expected);
    }),
  );
});

test('a value that cannot be written leaves nothing behind', () => {
  const log = new EventLog();
  const text = { type: 1, codec: textUpTo(9) };
  expect(() => log.add(undefined, text, 'more than nine characters')).toThrow(DecodeError);
  expect(log.length).toBe(0);
  log.add(undefined, text, 'short');
  const expected = { transactionIndex: undefined, type: 1, body: encode(text.codec, 'short') };
  expect(leavesOf(log)).toEqual([encode(eventCodec, expected)]);
});
