import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixedBytes, textUpTo, u8, u16, u64 } from './codec.ts';
import { struct } from './composite-codec.ts';
import { encodeWrites, grouping, State, table } from './state.ts';

interface Key {
  readonly name: string;
  readonly number: number;
}
interface Value {
  readonly text: string;
  readonly count: number;
}
const keyCodec = struct<Key>({ name: textUpTo(4), number: u64 });
const valueCodec = struct<Value>({ text: textUpTo(8), count: u8 });

function world(compact: boolean, byKey = false) {
  const rows = table<Key, Value>(2, 'rows', keyCodec, valueCodec, { provable: true, compact });
  const bytes = table(1, 'bytes', fixedBytes(2), u16, { compact });
  const groupings = [
    grouping(rows, (key) => key.name),
    grouping(rows, (_key, value) => (value.count === 0 ? undefined : `${value.count % 3}`)),
  ] as const;
  return { rows, bytes, groupings, byKey, state: new State([bytes, rows], groupings) };
}
type World = ReturnType<typeof world>;

type Command =
  | { readonly kind: 'set'; readonly key: Key; readonly value: Value }
  | { readonly kind: 'delete'; readonly key: Key }
  | { readonly kind: 'end'; readonly group: string }
  | { readonly kind: 'bytes'; readonly key: number; readonly value: number | undefined }
  | { readonly kind: 'mark' | 'rollback' | 'close' | 'settle' | 'take' | 'begin again' };

const key = fc.record({
  name: fc.constantFrom('', 'a', 'ab', 'b'),
  number: fc.constantFrom(0, 1, 255, 256, 0x1_0000_0000, Number.MAX_SAFE_INTEGER),
});
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('set' as const),
      key,
      value: fc.record({ text: fc.constantFrom('', 'x', 'longer'), count: fc.nat({ max: 4 }) }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      group: fc.constantFrom('a', '0', '1', 'none'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('bytes' as const),
      key: fc.nat({ max: 20 }),
      value: fc.option(fc.nat({ max: 2 }), { nil: undefined }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'mark' as const,
        'rollback' as const,
        'close' as const,
        'settle' as const,
        'take' as const,
        'begin again' as const,
      ),
    }),
  },
);

/** Does what a ledger would, and gives back what only some commands answer. */
function apply(world: World, marks: number[], one: Command): unknown {
  const { state, rows, bytes } = world;
  if (one.kind === 'end') endGroup(world, one.group);
  else if (one.kind === 'set') state.set(rows, one.key, one.value);
  else if (one.kind === 'delete') state.delete(rows, one.key);
  else if (one.kind === 'bytes') {
    const place = Uint8Array.of(one.key * 7, one.key);
    if (one.value === undefined) state.delete(bytes, place);
    else state.set(bytes, place, one.value);
  } else if (one.kind === 'mark') marks.push(state.mark());
  else if (one.kind === 'rollback') state.rollback(marks.pop() ?? 0);
  else if (one.kind === 'close') return state.closeBlock();
  else if (one.kind === 'take') return sortedFollowed(state);
  else {
    if (one.kind === 'begin again') state.rollback(0);
    else state.settle();
    marks.length = 0;
  }
  return undefined;
}

/** Removes a group by its name, or row by row, which must come to the same. */
function endGroup({ state, rows, groupings, byKey }: World, group: string): void {
  for (const one of groupings) {
    if (!byKey) state.deleteGroup(one, group);
    else for (const [place] of state.group(one, group)) state.delete(rows, place);
  }
}

function sortedFollowed(state: State): unknown {
  return state.takeFollowed().map(({ table: id, entries }) => ({
    id,
    entries: entries
      .map(
        ({ key: k, value }) =>
          `${Buffer.from(k).toString('hex')}=${value && Buffer.from(value).toString('hex')}`,
      )
      .sort(),
  }));
}

function shown({ state, rows, bytes, groupings }: World): unknown {
  return {
    rows: state.entries(rows),
    bytes: state.entries(bytes),
    sizes: [state.size(rows), state.size(bytes)],
    single: state.get(rows, { name: 'a', number: 1 }),
    followed: state.isFollowed(rows, { name: 'a', number: 1 }),
    groups: groupings.map((one) =>
      state.groupNames(one).map((name) => [name, state.group(one, name)]),
    ),
    changes: state
      .changes(rows)
      .filter(({ before, after }) => before?.text !== after?.text || before?.count !== after?.count)
      .map(({ key: changed, before, after }) => ({ changed, before, after })),
    writes: Buffer.from(encodeWrites(state.writes())).toString('hex'),
  };
}

test('rows kept as bytes are those kept as they are, whatever is done', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const worlds = [world(false), world(true), world(false, true)];
      const marks: number[][] = worlds.map(() => []);
      for (const one of commands) {
        const [plain, ...others] = worlds.map((each, at) => [
          apply(each, marks[at] as number[], one),
          shown(each),
        ]);
        for (const other of others) expect(other).toEqual(plain);
      }
    }),
    { numRuns: 300 },
  );
});

test('thousands of rows come, change and go, and their room is given back', () => {
  const [plain, compact] = [world(false), world(true)];
  for (let block = 0; block < 12; block++) {
    for (const { state, rows } of [plain, compact]) {
      for (let at = 0; at < 3000; at++) {
        const place: Key = { name: 'ab', number: (at * 7919) % 2500 };
        if ((at + block) % 5 === 0) state.delete(rows, place);
        else state.set(rows, place, { text: `${block}`, count: (at + block) % 200 });
      }
    }
    const closed = [plain, compact].map(({ state }) => state.closeBlock());
    expect(closed[1]).toEqual(closed[0]);
    for (const one of [plain, compact]) one.state.settle();
    expect(sortedFollowed(compact.state)).toEqual(sortedFollowed(plain.state));
  }
  expect(shown(compact)).toEqual(shown(plain));
});

test('a value that cannot be written changes nothing', () => {
  const { state, rows } = world(true);
  const place = { name: 'a', number: 1 };
  state.set(rows, place, { text: 'x', count: 1 });
  expect(() => state.set(rows, place, { text: 'y', count: 256 })).toThrow(RangeError);
  expect(() => state.set(rows, { name: 'too long', number: 1 }, { text: '', count: 0 })).toThrow();
  expect(state.entries(rows)).toEqual([[place, { text: 'x', count: 1 }]]);
});
