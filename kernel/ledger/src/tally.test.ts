import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixedBytes, u8, u16 } from './codec.ts';
import { struct } from './composite-codec.ts';
import { State, table } from './state.ts';
import { tally, tallyPart } from './tally.ts';

interface Stock {
  readonly owner: number;
  readonly pieces: number;
}
const stock = struct<Stock>({ owner: u8, pieces: u16 });
const shelf = table<number, Stock>(1, 'shelf', u8, stock, { compact: true });
const cellar = table<Uint8Array, Stock>(2, 'cellar', fixedBytes(1), stock);
const owned = tally(
  'owned',
  tallyPart(shelf, (add, _key, { owner, pieces }) => add(owner, 0, 1, BigInt(pieces))),
  tallyPart(cellar, (add, key, { owner, pieces }) =>
    add(owner, (key[0] as number) % 2, 1, BigInt(pieces)),
  ),
);

const step = fc.oneof(
  fc.record({
    kind: fc.constantFrom('shelf', 'cellar'),
    key: fc.nat(5),
    value: fc.option(fc.record({ owner: fc.nat(2), pieces: fc.nat(9) }), { nil: undefined }),
  }),
  fc.record({ kind: fc.constantFrom('mark', 'rollback', 'close') }),
);

test('a tally is always what its entries come to, after any changes and their undoing', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const state = new State([shelf, cellar], [], [owned]);
      let mark = 0;
      for (const one of steps) {
        if ('key' in one) {
          if (one.kind === 'shelf') change(state, shelf, one.key, one.value);
          else change(state, cellar, Uint8Array.of(one.key), one.value);
        } else if (one.kind === 'mark') mark = state.mark();
        else if (one.kind === 'rollback') state.rollback(mark);
        else {
          state.closeBlock();
          state.settle();
          mark = 0;
        }
        expectTallied(state);
      }
    }),
  );
});

function change<K>(
  state: State,
  of: Parameters<State['set']>[0],
  key: K,
  value: Stock | undefined,
): void {
  if (value === undefined) state.delete(of, key);
  else state.set(of, key, value);
}

function expectTallied(state: State): void {
  const plain = new Map<string, [count: number, pieces: bigint]>();
  const add = (name: string, pieces: number) => {
    const [count, sum] = plain.get(name) ?? [0, 0n];
    plain.set(name, [count + 1, sum + BigInt(pieces)]);
  };
  for (const [, { owner, pieces }] of state.entries(shelf)) add(`${owner}/0`, pieces);
  for (const [key, { owner, pieces }] of state.entries(cellar)) {
    add(`${owner}/${(key[0] as number) % 2}`, pieces);
  }
  const sums = state.tallied(owned);
  expect(sums.size).toBe(plain.size);
  for (const { first, second, count, amount } of sums.entries()) {
    expect([count, amount]).toEqual(plain.get(`${first}/${second}`));
  }
}

test('a tally that is not part of the state is a mistake', () => {
  const state = new State([shelf, cellar]);
  expect(() => state.tallied(owned)).toThrow('state: tally owned is not part of this state');
});
