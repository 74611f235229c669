import { fromHex } from '@commonwatt/ledger';
import { beforeAll, describe, expect, test } from 'vitest';
import { settledStreet } from '../testing/settled-street.ts';
import { crypto } from '../testing/small-node.ts';
import { type BundleAsker, verifyBundle } from './bundle.ts';

interface Entry {
  readonly text: string;
  readonly basis: unknown;
  readonly seal: string;
}
let files: ReadonlyMap<string, string>;
let asker: BundleAsker;

beforeAll(async () => {
  const street = await settledStreet();
  files = new Map(['ana', 'ben'].map((name) => [name, JSON.stringify(street.bundle(name))]));
  const { chain, keys, threshold } = street.node.pinned;
  asker = { crypto, chain: fromHex(chain), keys, threshold };
});

const bundleOf = (name: string) =>
  JSON.parse(files.get(name) ?? '') as { bills: Entry[] } & Record<string, unknown>;
const reasonOf = (bundle: unknown) => {
  const verdict = verifyBundle(bundle, asker);
  return verdict.ok ? 'ok' : verdict.reason;
};
function withBill(name: string, change: (entry: Entry) => Entry): string {
  const bundle = bundleOf(name);
  return reasonOf({ ...bundle, bills: bundle.bills.map(change) });
}

describe('bills in a proof file', () => {
  test.each([
    ['ana', 2],
    ['ben', 1],
  ])('of %s are computed again', (name, count) => {
    const verdict = verifyBundle(bundleOf(name), asker);
    if (!verdict.ok) expect.fail(verdict.reason);
    expect(verdict.summary.bills).toBe(count);
  });

  test('a changed figure is named by its line', () => {
    const changed = withBill('ben', (entry) => {
      const bill = JSON.parse(entry.text);
      bill.lines[0].exact = `${BigInt(bill.lines[0].exact) + 1n}`;
      return { ...entry, text: `${JSON.stringify(bill)}\n` };
    });
    expect(changed).toMatch(/^bills: bills\[0\]: B-1: R-3: totals\.exact: expected \d+, got \d+$/);
  });

  test('a bill that adds up but is not what was delivered is found', () => {
    const changed = withBill('ben', (entry) => {
      const bill = JSON.parse(entry.text);
      const more = (text: string) => `${BigInt(text) + 1n}`;
      bill.lines[0].exact = more(bill.lines[0].exact);
      bill.totals.exact = more(bill.totals.exact);
      bill.totals.rounding = `${BigInt(bill.totals.rounding) - 1n}`;
      return { ...entry, text: `${JSON.stringify(bill)}\n` };
    });
    expect(changed).toMatch(/^bills: bills\[0\]: B-1\.lines\[0\]\.exact: expected \d+, got \d+$/);
  });

  test.each([
    ['a name', 'Anna', 'Hanna'],
    ['a day', '2026-06-16', '2026-06-15'],
  ])('%s that was changed breaks the seal', (_name, from, to) => {
    const changed = withBill('ben', (entry) => ({ ...entry, text: entry.text.replace(from, to) }));
    expect(changed).toBe('bills: bills[0].text: B-1 is not the text that was sealed');
  });

  test('a price that decides nothing is not changed unseen either', () => {
    const changed = withBill('ben', (entry) => {
      const basis = structuredClone(entry.basis) as { tariffs: { feedInPrice: string }[] };
      for (const tariff of basis.tariffs) tariff.feedInPrice = '67001';
      return { ...entry, basis };
    });
    expect(changed).toBe('bills: bills[0].basis: not the prices and rules that B-1 names');
  });

  test("another member's bill, one twice, and a text that is not canonical", () => {
    const [bens, anas] = [bundleOf('ben'), bundleOf('ana')];
    expect(reasonOf({ ...bens, bills: anas.bills })).toBe('bills: bills[0]: of member 2');
    expect(reasonOf({ ...bens, bills: [...bens.bills, ...bens.bills] })).toMatch(/stands twice$/);
    const spaced = withBill('ben', (entry) => ({ ...entry, text: entry.text.replace(',', ', ') }));
    expect(spaced).toBe('bills: bills[0].text: expected its canonical form');
    expect(withBill('ben', (entry) => ({ ...entry, seal: '' }))).toMatch(
      /^bills: bills\[0\]\.seal/,
    );
  });
});
