import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecodeError } from './byte-stream.ts';
import { toHex } from './bytes.ts';
import { encode, fixedBytes, textUpTo, u8, u16 } from './codec.ts';
import { struct } from './composite-codec.ts';
import { decodeWrites, encodeWrites, grouping, State, table, type Write } from './state.ts';

interface Row {
  readonly text: string;
  readonly count: number;
}
const rows = table<string, Row>(
  3,
  'rows',
  textUpTo(8),
  struct<Row>({ text: textUpTo(8), count: u8 }),
  { provable: true },
);
const pairs = table<{ readonly a: number; readonly b: number }, number>(
  1,
  'pairs',
  struct<{ readonly a: number; readonly b: number }>({ a: u16, b: u16 }),
  u16,
);
const rowsByText = grouping(rows, (_key, row) => (row.text === '' ? undefined : row.text));
const rowsByParity = grouping(rows, (key, row) => `${key.length % 2}${row.count % 2}`);

const newState = () => new State([rows, pairs], [rowsByText, rowsByParity]);

/** The same state kept as plainly as can be: copied whole for every mark. */
class Model {
  rows = new Map<string, Row>();
  pairs = new Map<string, number>();
  copy(): Model {
    const copy = new Model();
    copy.rows = new Map(this.rows);
    copy.pairs = new Map(this.pairs);
    return copy;
  }
}

type Command =
  | { readonly kind: 'set'; readonly key: string; readonly row: Row }
  | { readonly kind: 'delete'; readonly key: string }
  | { readonly kind: 'pair'; readonly a: number; readonly b: number; readonly value: number }
  | { readonly kind: 'unpair'; readonly a: number; readonly b: number }
  | { readonly kind: 'mark' }
  | { readonly kind: 'rollback' }
  | { readonly kind: 'settle' };

const keys = fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'abc', 'z');
const small = fc.constantFrom(0, 1, 255, 256);
const commands: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('set' as const),
        key: keys,
        row: fc.record({ text: fc.constantFrom('', 'x', 'y'), count: fc.constantFrom(0, 1, 2) }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), key: keys }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('pair' as const),
        a: small,
        b: small,
        value: small,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('unpair' as const), a: small, b: small }),
    },
    { weight: 2, arbitrary: fc.constant({ kind: 'mark' as const }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'rollback' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'settle' as const }) },
  ),
  { maxLength: 60 },
);

/** Runs the commands on both and hands out, after each, what they now are. */
function run(
  list: readonly Command[],
  inspect: (state: State, model: Model, settled: Model) => void,
): void {
  const state = newState();
  let model = new Model();
  let settled = new Model();
  let marks: { readonly mark: number; readonly model: Model }[] = [];
  for (const command of list) {
    if (command.kind === 'set') {
      state.set(rows, command.key, command.row);
      model.rows.set(command.key, command.row);
    } else if (command.kind === 'delete') {
      state.delete(rows, command.key);
      model.rows.delete(command.key);
    } else if (command.kind === 'pair') {
      state.set(pairs, { a: command.a, b: command.b }, command.value);
      model.pairs.set(`${command.a}/${command.b}`, command.value);
    } else if (command.kind === 'unpair') {
      state.delete(pairs, { a: command.a, b: command.b });
      model.pairs.delete(`${command.a}/${command.b}`);
    } else if (command.kind === 'mark') {
      marks.push({ mark: state.mark(), model: model.copy() });
    } else if (command.kind === 'rollback') {
      const back = marks.pop() ?? { mark: 0, model: settled };
      state.rollback(back.mark);
      model = back.model.copy();
    } else {
      state.settle();
      settled = model.copy();
      marks = [];
    }
    inspect(state, model, settled);
  }
}

function entriesOf(model: Map<string, Row>): [string, Row][] {
  return [...model].sort(([a], [b]) => (Buffer.compare(encodedKey(a), encodedKey(b)) < 0 ? -1 : 1));
}
function encodedKey(key: string): Uint8Array {
  return encode(textUpTo(8), key);
}

describe('the journal against a plain model', () => {
  test('entries, sizes and single values', () => {
    fc.assert(
      fc.property(commands, (list) => {
        run(list, (state, model) => {
          expect(state.entries(rows)).toEqual(entriesOf(model.rows));
          expect(state.size(rows)).toBe(model.rows.size);
          expect(state.size(pairs)).toBe(model.pairs.size);
          for (const key of ['', 'a', 'abc']) {
            expect(state.get(rows, key)).toEqual(model.rows.get(key));
          }
        });
      }),
      { numRuns: 200 },
    );
  });

  test('groupings follow every change and every undoing', () => {
    fc.assert(
      fc.property(commands, (list) => {
        run(list, (state, model) => {
          for (const one of [rowsByText, rowsByParity]) {
            const expected = new Map<string, [string, Row][]>();
            for (const [key, row] of entriesOf(model.rows)) {
              const name = one.groupOf(key, row);
              if (name !== undefined)
                expected.set(name, [...(expected.get(name) ?? []), [key, row]]);
            }
            expect(state.groupNames(one)).toEqual([...expected.keys()].sort());
            for (const [name, members] of expected) expect(state.group(one, name)).toEqual(members);
            expect(state.group(one, 'nobody')).toEqual([]);
          }
        });
      }),
      { numRuns: 200 },
    );
  });

  test('the write set is the difference to the state before the block, sorted, and replays it', () => {
    fc.assert(
      fc.property(commands, (list) => {
        run(list, (state, model, settled) => {
          const writes = state.writes();
          const byKey = new Map(writes.map((one) => [`${one.table}/${toHex(one.key)}`, one]));
          expect(byKey.size).toBe(writes.length);
          let expected = 0;
          for (const key of new Set([...model.rows.keys(), ...settled.rows.keys()])) {
            const [before, after] = [settled.rows.get(key), model.rows.get(key)];
            const isSame = before?.text === after?.text && before?.count === after?.count;
            const write = byKey.get(`3/${toHex(encodedKey(key))}`);
            expect(write === undefined, `row '${key}'`).toBe(isSame);
            if (write !== undefined) {
              expect(write.value).toEqual(after && encode(rows.value, after));
              expected++;
            }
          }
          for (const key of new Set([...model.pairs.keys(), ...settled.pairs.keys()])) {
            if (model.pairs.get(key) !== settled.pairs.get(key)) expected++;
          }
          expect(writes).toHaveLength(expected);
          expect(decodeWrites(encodeWrites(writes))).toEqual(writes);

          const replayed = newState();
          for (const [key, row] of settled.rows) replayed.set(rows, key, row);
          for (const [key, value] of settled.pairs) {
            const [a, b] = key.split('/').map(Number) as [number, number];
            replayed.set(pairs, { a, b }, value);
          }
          replayed.settle();
          replayed.apply(writes);
          expect(replayed.entries(rows)).toEqual(state.entries(rows));
          expect(replayed.entries(pairs)).toEqual(state.entries(pairs));
          expect(replayed.groupNames(rowsByText)).toEqual(state.groupNames(rowsByText));
          expect(replayed.writes()).toEqual([]);
        });
      }),
      { numRuns: 100 },
    );
  });
});

describe('write sets', () => {
  test('do not depend on the order in which things were written', () => {
    const changes: [string, number][] = [
      ['b', 1],
      ['a', 2],
      ['ab', 3],
      ['', 4],
    ];
    const digests = new Set<string>();
    for (const order of [changes, [...changes].reverse()]) {
      const state = newState();
      for (const [key, count] of order) {
        state.set(pairs, { a: count, b: 0 }, count);
        state.set(rows, key, { text: 'x', count });
      }
      digests.add(toHex(encodeWrites(state.writes())));
    }
    expect(digests.size).toBe(1);
  });

  test('stand sorted by table, then by key bytes', () => {
    const state = newState();
    state.set(rows, 'b', { text: '', count: 0 });
    state.set(rows, 'aa', { text: '', count: 0 });
    state.set(pairs, { a: 256, b: 0 }, 1);
    state.set(pairs, { a: 1, b: 0 }, 1);
    expect(state.writes().map((one) => `${one.table}/${toHex(one.key)}`)).toEqual([
      '1/00010000',
      '1/01000000',
      '3/000162',
      '3/00026161',
    ]);
  });

  test('leave out an entry that was set back, removed again or rewritten as it was', () => {
    const state = newState();
    state.set(rows, 'a', { text: 'x', count: 1 });
    state.settle();
    state.set(rows, 'a', { text: 'y', count: 1 });
    state.set(rows, 'a', { text: 'x', count: 1 });
    state.set(rows, 'new', { text: 'x', count: 1 });
    state.delete(rows, 'new');
    state.delete(rows, 'absent');
    expect(state.writes()).toEqual([]);
    expect(state.changes(rows).filter((one) => one.key !== 'a')).toEqual([]);
  });

  test.each<[string, (writes: Write[]) => Write[]]>([
    ['out of order', (writes) => [...writes].reverse()],
    ['twice the same entry', (writes) => [writes[0] as Write, writes[0] as Write]],
  ])('are refused %s', (_what, change) => {
    const state = newState();
    state.set(rows, 'a', { text: '', count: 0 });
    state.set(rows, 'b', { text: '', count: 0 });
    const bytes = encodeWrites(change([...state.writes()]));
    expect(() => decodeWrites(bytes)).toThrow('writes: expected table and key rising, got entry 1');
  });

  test('are refused with any other encoding', () => {
    const state = newState();
    state.set(rows, 'a', { text: 'x', count: 0 });
    state.set(pairs, { a: 1, b: 2 }, 3);
    state.settle();
    state.delete(rows, 'a');
    state.set(pairs, { a: 1, b: 2 }, 4);
    const bytes = encodeWrites(state.writes());
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeWrites(bytes.subarray(0, length))).toThrow(DecodeError);
    }
    expect(() => decodeWrites(Uint8Array.of(...bytes, 0))).toThrow(DecodeError);
    fc.assert(
      fc.property(
        fc.nat({ max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, mask) => {
          const altered = bytes.slice();
          altered[at] = (altered[at] as number) ^ mask;
          try {
            expect(encodeWrites(decodeWrites(altered))).toEqual(altered);
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError);
          }
        },
      ),
    );
  });

  test('are applied only where table, key and value are known', () => {
    const state = newState();
    const key = encodedKey('a');
    const value = encode(rows.value, { text: 'x', count: 1 });
    expect(() => state.apply([{ table: 9, key, value }])).toThrow('write.table: expected a known');
    expect(() => state.apply([{ table: 3, key: Uint8Array.of(0), value }])).toThrow('rows.key');
    expect(() => state.apply([{ table: 3, key, value: value.subarray(1) }])).toThrow(DecodeError);
    state.apply([{ table: 3, key, value }]);
    expect(state.get(rows, 'a')).toEqual({ text: 'x', count: 1 });
  });
});

describe('tables', () => {
  test('two of one number, and a foreign one, are mistakes', () => {
    const other = table(3, 'other', u8, u8);
    expect(() => new State([rows, other])).toThrow('state: two tables have the id 3');
    expect(() => newState().get(table(7, 'foreign', u8, u8), 1)).toThrow(
      'state: table foreign is not part of this state',
    );
  });

  test('keys of bytes are compared by content', () => {
    const byKey = table<Uint8Array, number>(5, 'by key', fixedBytes(3), u8);
    const state = new State([byKey]);
    state.set(byKey, Uint8Array.of(1, 2, 255), 1);
    expect(state.get(byKey, Uint8Array.of(1, 2, 255))).toBe(1);
    state.set(byKey, Uint8Array.of(0, 255, 0), 2);
    expect(state.entries(byKey).map(([key]) => toHex(key))).toEqual(['00ff00', '0102ff']);
  });

  test('a key that cannot be written does no harm to the next', () => {
    const state = newState();
    expect(() => state.get(rows, 'far too long a key')).toThrow(DecodeError);
    state.set(rows, 'a', { text: '', count: 0 });
    expect(state.entries(rows)).toHaveLength(1);
  });

  test('what changed is told before and after, by key', () => {
    const state = newState();
    state.set(rows, 'a', { text: 'x', count: 1 });
    state.set(rows, 'gone', { text: 'x', count: 1 });
    state.settle();
    state.set(rows, 'a', { text: 'y', count: 1 });
    state.delete(rows, 'gone');
    state.set(rows, 'new', { text: 'z', count: 1 });
    expect(state.changes(rows)).toEqual([
      { key: 'a', before: { text: 'x', count: 1 }, after: { text: 'y', count: 1 } },
      { key: 'new', before: undefined, after: { text: 'z', count: 1 } },
      { key: 'gone', before: { text: 'x', count: 1 }, after: undefined },
    ]);
  });
});
