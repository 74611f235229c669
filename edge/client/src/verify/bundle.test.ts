import { fromHex } from '@commonwatt/ledger';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Street, settledStreet } from '../testing/settled-street.ts';
import { crypto, hashOf } from '../testing/small-node.ts';
import { type BundleAsker, verifyBundle } from './bundle.ts';
import { verifyRequest } from './requests.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

let street: Street;
let asker: BundleAsker;

beforeAll(async () => {
  street = await settledStreet();
  const { chain, keys, threshold } = street.node.pinned;
  asker = { crypto, chain: fromHex(chain), keys, threshold };
});

const bundleOf = (name: string) => JSON.parse(JSON.stringify(street.bundle(name))) as Json;
const reasonOf = (bundle: Json, changes: Partial<BundleAsker> = {}) => {
  const verdict = verifyBundle(bundle, { ...asker, ...changes });
  return verdict.ok ? 'ok' : verdict.reason;
};

describe('a proof file', () => {
  test.each(['ana', 'ben', 'cem'])('of %s holds', (name) => {
    const verdict = verifyBundle(bundleOf(name), asker);
    expect(verdict.steps.filter(({ ok }) => !ok)).toEqual([]);
    if (!verdict.ok) expect.fail(verdict.reason);
    expect(verdict.summary).toMatchObject({
      trades: name === 'ana' ? 4 : 2,
      readings: 2,
      statements: 1,
      bills: name === 'ana' ? 2 : 1,
      transactions: 2,
    });
    const { chain, keys, threshold } = street.node.pinned;
    const request = { type: 'bundle', bundle: bundleOf(name), chain, keys, threshold };
    expect(verifyRequest(JSON.stringify(request), { crypto })).toEqual({ ok: true });
  });

  test.each(['pay-as-bid', 'mcafee', 'continuous', 'muda', 'naive-auction'])(
    'of a market with the rule %s holds, and does not with another price',
    async (mechanism) => {
      const other = await settledStreet({ mechanism });
      const { chain, keys, threshold } = other.node.pinned;
      const pinned = { crypto, chain: fromHex(chain), keys, threshold };
      let lines = 0;
      for (const name of ['ana', 'ben', 'cem']) {
        const bundle = JSON.parse(JSON.stringify(other.bundle(name)));
        const verdict = verifyBundle(bundle, pinned);
        expect(verdict.ok ? 'ok' : verdict.reason).toBe('ok');
        const [line] = bundle.statements[0].lines;
        if (line === undefined) continue;
        lines += 1;
        line.price = `${BigInt(line.price) + 1n}`;
        expect(verifyBundle(bundle, pinned).ok).toBe(false);
      }
      if (mechanism === 'pay-as-bid') expect(lines).toBe(3);
    },
  );

  test('says nothing of another chain, other keys or a higher threshold', () => {
    const bundle = bundleOf('ana');
    expect(reasonOf(bundle, { chain: hashOf('another') })).toMatch(/^genesis: chain: expected/);
    expect(reasonOf(bundle, { keys: [] })).toBe('checkpoint: threshold_not_met');
    expect(reasonOf(bundle, { threshold: 2 })).toBe('checkpoint: threshold_not_met');
  });
});

/** Every place of a text or number, as the fields that lead to it. */
function* places(
  json: Json,
  path: readonly (string | number)[] = [],
): Generator<(string | number)[]> {
  if (Array.isArray(json)) {
    for (const [at, one] of json.entries()) yield* places(one, [...path, at]);
  } else if (typeof json === 'object' && json !== null) {
    for (const [name, one] of Object.entries(json)) yield* places(one, [...path, name]);
  } else yield [...path];
}

function get(json: Json, path: readonly (string | number)[]): Json {
  let at = json;
  for (const step of path) at = (at as Record<string | number, Json>)[step] as Json;
  return at;
}

function withChange(json: Json, path: readonly (string | number)[], value: Json): Json {
  const copy = structuredClone(json);
  const parent = get(copy, path.slice(0, -1)) as Record<string | number, Json>;
  parent[path.at(-1) as string | number] = value;
  return copy;
}

/** The text with another digit at one place that holds a digit. */
function otherDigit(text: string, seed: number): string {
  const digits = [...text.matchAll(/[0-9]/g)].map(({ index }) => index);
  const at = digits[seed % Math.max(digits.length, 1)] ?? 0;
  const digit = (Number(text[at] ?? '0') + 1 + (seed % 8)) % 10;
  return `${text.slice(0, at)}${digit}${text.slice(at + 1)}`;
}

const STEPS =
  /^(format|genesis|checkpoint|blocks|receipts|transactions|commitments|trades|readings|statements|bills|period|member): /;

describe('a changed file', () => {
  test('one changed digit anywhere is found, and the step and place are named', () => {
    const bundle = bundleOf('ben');
    const all = [...places(bundle)];
    expect(all.length).toBeGreaterThan(150);
    for (const seed of [0, 7, 65_537]) {
      for (const [at, path] of all.entries()) {
        const value = get(bundle, path);
        const text = otherDigit(`${value}`, at * seed);
        const changed = typeof value === 'number' ? Number(text) : text;
        expect(changed, path.join('.')).not.toBe(value);
        expect(reasonOf(withChange(bundle, path, changed)), path.join('.')).toMatch(STEPS);
      }
    }
  }, 120_000);

  test('a period that is narrower or wider than what is in the file', () => {
    const bundle = bundleOf('ben');
    const { fromMs, untilMs } = get(bundle, ['period']) as { fromMs: number; untilMs: number };
    const changed = (name: string, value: number) =>
      reasonOf(withChange(bundle, ['period', name], value));
    for (const wrong of [untilMs - 1, untilMs + 1, fromMs, 0]) {
      expect(changed('untilMs', wrong)).toBe(`period: untilMs: expected ${untilMs}, got ${wrong}`);
    }
    for (const wrong of [fromMs - 1, fromMs + 1, untilMs, 0]) {
      expect(changed('fromMs', wrong)).toBe(`period: fromMs: expected ${fromMs}, got ${wrong}`);
    }
  });

  test('a missing, another or a further field, and an entry left out or put in twice', () => {
    const bundle = bundleOf('ben') as Record<string, Json>;
    for (const name of Object.keys(bundle)) {
      const { [name]: left, ...rest } = bundle;
      expect(reasonOf(rest)).toMatch(new RegExp(`^format: bundle\\.${name}: expected`));
      expect(reasonOf({ ...bundle, [name]: null })).toMatch(/^format: /);
      if (!Array.isArray(left)) continue;
      for (const at of left.keys()) {
        const place = `${name}[${at}]`;
        const twice = left.toSpliced(at, 0, left[at] as Json);
        expect(reasonOf({ ...bundle, [name]: twice }), `${place} twice`).toMatch(STEPS);
        // A transaction, posting or bill that is left out cannot be missed by anyone but its member.
        if (['transactions', 'receipts', 'bills'].includes(name)) continue;
        expect(reasonOf({ ...bundle, [name]: left.toSpliced(at, 1) }), place).toMatch(STEPS);
      }
    }
    expect(reasonOf({ ...bundle, more: 1 })).toMatch(/^format: bundle\.more: expected a known/);
  });

  test('a trade left out is missed by its line', () => {
    const bundle = bundleOf('ben') as Record<string, Json[]>;
    const outcomes = bundle.receipts?.map((_entry, at) =>
      reasonOf({ ...bundle, receipts: bundle.receipts?.toSpliced(at, 1) ?? [] }),
    );
    expect(outcomes).toContainEqual(
      expect.stringMatching(/^statements: .* is not an own trade of the period/),
    );
    expect(outcomes).toContainEqual(expect.stringMatching(/^trades: .*no clearing of its slot/));
    expect(outcomes).toContainEqual(expect.stringMatching(/^statements: .*no posting of/));
    expect(outcomes).toContainEqual(expect.stringMatching(/^commitments: .*no receipt of it/));
    expect(outcomes).toContainEqual(expect.stringMatching(/^transactions: .*no receipt of it/));
  });

  test('a delivery for which no meter speaks', () => {
    const bundle = bundleOf('ben') as Record<string, Json[]>;
    expect(reasonOf({ ...bundle, readings: [], commitments: [] })).toMatch(
      /^statements: statements\[0\]: slot \d+: expected at most 0 Wh to buy, got \d+$/,
    );
  });

  test('a founder is named by its own transactions, and whoever did nothing by nothing', () => {
    const bundle = bundleOf('ben') as Record<string, Json[]>;
    const bare = { ...bundle, period: { fromMs: 0, untilMs: 0 }, readings: [], commitments: [] };
    const own = new Set(
      bundle.transactions?.map((one) => `${get(one, ['height'])}/${get(one, ['index'])}`),
    );
    const receipts = (bundle.receipts ?? []).filter((one) => {
      return own.has(`${get(one, ['height'])}/${get(one, ['index'])}`);
    });
    const file = { ...bare, statements: [], bills: [], receipts } as Json;
    expect(reasonOf(file)).toBe('ok');
    for (const member of [1, 2, 4, 5, 99]) {
      expect(reasonOf(withChange(file, ['member'], member))).toBe(
        `member: nothing in the file names member ${member}`,
      );
    }
    const empty = { ...bare, statements: [], bills: [], receipts: [], transactions: [] } as Json;
    expect(reasonOf(empty)).toBe('member: nothing in the file names member 3');
  });

  test("another member's file under one's own name", () => {
    expect(reasonOf(withChange(bundleOf('ben'), ['member'], 4))).toMatch(
      /^receipts: receipts\[\d+\]: does not concern member 4/,
    );
  });
});

test('whatever JSON it is, it gets an answer', () => {
  const bundle = bundleOf('ben');
  const all = [...places(bundle)];
  fc.assert(
    fc.property(fc.nat(), fc.jsonValue(), (seed, value) => {
      const path = all[seed % all.length] ?? [];
      reasonOf(value as Json);
      reasonOf(withChange(bundle, path, value as Json));
    }),
  );
});
