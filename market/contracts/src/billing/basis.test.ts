import { createHash } from 'node:crypto';
import { decode, encode } from '@commonwatt/ledger';
import { expect, test } from 'vitest';
import { type BillBasis, billBasisCodec, billBasisHash, tariffsWithin } from './basis.ts';
import { QUARTER_MS, rules, tariff } from './testing/street-month.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const basis: BillBasis = { mode: 'shown', slotLengthMs: QUARTER_MS, tariffs: [tariff], rules };

test('a basis is read back from its bytes and from its JSON', () => {
  expect(decode(billBasisCodec, encode(billBasisCodec, basis), 'basis')).toEqual(basis);
  const json: unknown = JSON.parse(JSON.stringify(billBasisCodec.toJson(basis)));
  expect(billBasisCodec.fromJson(json, 'basis')).toEqual(basis);
});

/** Every place of a text, number or flag in a JSON value. */
function* places(json: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (typeof json !== 'object' || json === null) yield path;
  else for (const [name, one] of Object.entries(json)) yield* places(one, [...path, name]);
}

test('every price and rule counts in its hash', () => {
  const written = JSON.stringify(billBasisCodec.toJson(basis));
  const all = [...places(JSON.parse(written))];
  expect(all.length).toBeGreaterThan(60);
  const before = billBasisHash(sha256, basis);
  let changes = 0;
  for (const path of all) {
    const copy = JSON.parse(written);
    const parent = path.slice(0, -1).reduce((at, name) => at[name], copy);
    const name = path.at(-1) as string;
    const value = parent[name];
    if (typeof value === 'number') parent[name] = value + 1;
    else if (typeof value === 'string' && /^-?[0-9]+$/.test(value))
      parent[name] = `${BigInt(value) + 1n}`;
    else continue;
    changes++;
    const changed = billBasisCodec.fromJson(copy, 'basis');
    expect(billBasisHash(sha256, changed), path.join('.')).not.toEqual(before);
  }
  expect(changes).toBeGreaterThan(20);
});

test('tariffs of a period are those that hold in a part of it', () => {
  const spans = [
    [0, 10],
    [10, 20],
    [20, undefined],
  ] as const;
  const all = spans.map(([validFromMs, validUntilMs]) => ({
    ...tariff,
    validFromMs,
    validUntilMs,
  }));
  const found = (fromMs: number, untilMs: number) =>
    tariffsWithin(all, fromMs, untilMs).map(({ validFromMs }) => validFromMs);
  expect(found(0, 10)).toEqual([0]);
  expect(found(9, 11)).toEqual([0, 10]);
  expect(found(25, 26)).toEqual([20]);
});
