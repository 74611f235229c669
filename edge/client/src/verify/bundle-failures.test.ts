import { fromHex } from '@commonwatt/ledger';
import { beforeAll, describe, expect, test } from 'vitest';
import { settledStreet } from '../testing/settled-street.ts';
import { crypto } from '../testing/small-node.ts';
import { type BundleAsker, type FailingBundle, verifyBundle } from './bundle.ts';
import { failureOf } from './bundle-failures.ts';
import { verifyRequest } from './requests.ts';

interface File {
  readings: { slotMs: number; importedWh: string }[];
  statements: {
    lines: { slotMs: number; money: string; delivered: string; price: string }[];
    amount: string;
  }[];
  bills: { text: string }[];
  transactions: { bytes: string }[];
  checkpoint: string;
  period: { untilMs: number };
}

let text: string;
let asker: BundleAsker;
beforeAll(async () => {
  const street = await settledStreet();
  text = JSON.stringify(street.bundle('ben'));
  const { chain, keys, threshold } = street.node.pinned;
  asker = { crypto, chain: fromHex(chain), keys, threshold };
});

function failing(change: (file: File) => void): FailingBundle {
  const file: File = JSON.parse(text);
  change(file);
  const verdict = verifyBundle(file, asker);
  if (verdict.ok) expect.fail('expected it not to hold');
  return verdict;
}

test('every fault is named: its step, place, slot, and what was expected and found', () => {
  let slotMs = 0;
  const { failures, reason, steps } = failing((file) => {
    const line = file.statements[0]?.lines[1];
    if (line === undefined) expect.fail('expected two lines');
    slotMs = line.slotMs;
    line.money = '-7';
    file.transactions[0] = { ...file.transactions[0], bytes: '00' };
    file.period.untilMs += 1;
  });
  const named = failures.map(({ step }) => step);
  expect(new Set(named)).toEqual(new Set(['transactions', 'statements', 'bills', 'period']));
  expect(failures).toContainEqual({
    step: 'statements',
    place: 'statements[0].lines[1].money',
    slotMs,
    expected: expect.stringMatching(/^-[0-9]+$/),
    found: '-7',
    reason: expect.stringMatching(/^statements: statements\[0\]\.lines\[1\]\.money: expected/),
  });
  expect(failures.find(({ step }) => step === 'period')).toMatchObject({
    place: '',
    slotMs: undefined,
  });
  expect(reason).toBe(failures[0]?.reason);
  expect(steps).toHaveLength(12);
  expect(steps.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual([...new Set(named)]);
});

test('a reading that was changed is named by its slot', () => {
  const { failures } = failing((file) => {
    const [reading] = file.readings;
    if (reading === undefined) expect.fail('expected a reading');
    reading.importedWh = `${BigInt(reading.importedWh) + 1000n}`;
  });
  expect(failures[0]).toMatchObject({ step: 'readings', place: 'readings[0]' });
  expect(failures[0]?.slotMs).toBe(JSON.parse(text).readings[0].slotMs);
});

test('a delivery that was changed shows the bill as it would be by it', () => {
  const { bills } = failing((file) => {
    const [line] = file.statements[0]?.lines ?? [];
    if (line === undefined) expect.fail('expected a line');
    line.delivered = `${BigInt(line.delivered) - 1n}`;
    line.money = `${-(BigInt(line.delivered) * BigInt(line.price))}`;
  });
  expect(bills).toHaveLength(1);
  const [bill] = bills;
  expect(bill?.number).toBe('B-1');
  expect(bill?.claimed).toEqual(JSON.parse(JSON.parse(text).bills[0].text));
  expect(bill?.recomputed).toMatchObject({ number: 'B-1', lines: expect.any(Array) });
  expect(bill?.recomputed).not.toEqual(bill?.claimed);
});

test('two changed figures of a bill are both found, beside the bill computed again', () => {
  const { failures, bills } = failing((file) => {
    const [entry] = file.bills;
    if (entry === undefined) expect.fail('expected a bill');
    const bill = JSON.parse(entry.text);
    bill.lines[0].exact = `${BigInt(bill.lines[0].exact) + 1n}`;
    bill.dates.due = '2031-01-01';
    entry.text = `${JSON.stringify(bill)}\n`;
  });
  const places = failures.map(({ place }) => place);
  expect(places).toContain('bills[0].lines[0].exact');
  expect(failures.map(({ reason }) => reason)).toContainEqual(
    expect.stringMatching(/R-3: totals\.exact: expected/),
  );
  expect(failures.at(-1)?.reason).toMatch(/is not the text that was sealed$/);
  const claimed = JSON.parse(JSON.parse(text).bills[0].text);
  expect(bills[0]?.recomputed).toMatchObject({ lines: claimed.lines, totals: claimed.totals });
});

test('without a signed checkpoint all the rest is looked at still', () => {
  const verdict = verifyBundle(JSON.parse(text), { ...asker, keys: [] });
  if (verdict.ok) expect.fail('expected it not to hold');
  expect(verdict.failures.map(({ step }) => step)).toEqual(['checkpoint', 'bills']);
  expect(verdict.steps).toHaveLength(12);
});

test('a file that holds shows its bills computed again, equal to what they claim', () => {
  const verdict = verifyBundle(JSON.parse(text), asker);
  expect(verdict.ok).toBe(true);
  expect(verdict.bills).toHaveLength(1);
  for (const { claimed, recomputed } of verdict.bills) expect(recomputed).toEqual(claimed);
});

test('of very many faults the first are told and the others counted', () => {
  const { failures, leftOut } = failing((file) => {
    const [reading] = file.readings;
    if (reading === undefined) expect.fail('expected a reading');
    const many = Array.from({ length: 500 }, (_, at) => ({ ...reading, slotMs: at }));
    file.readings = many;
  });
  expect(failures.filter(({ step }) => step === 'readings')).toHaveLength(200);
  expect(leftOut).toBeGreaterThanOrEqual(300);
});

test('a request tells them all', () => {
  const bundle: File = JSON.parse(text);
  bundle.period.untilMs += 1;
  const { chain: _chain, crypto: _crypto, ...rest } = asker;
  const chain = Buffer.from(asker.chain).toString('hex');
  const verdict = verifyRequest(JSON.stringify({ type: 'bundle', bundle, chain, ...rest }), {
    crypto,
  });
  expect(verdict).toMatchObject({
    ok: false,
    failures: [{ step: 'period', expected: expect.any(String) }],
    leftOut: 0,
    bills: [{ number: 'B-1' }],
  });
});

describe('the words of a fault', () => {
  const json = { statements: [{ lines: [{ slotMs: 7, money: '1' }] }], chain: 'ff' };
  test.each([
    ['statements[0].lines[0].money: expected 1, got 2', 'statements[0].lines[0].money', 7, '1'],
    [
      'statements[0]: slot 900: expected at most 3 Wh to buy, got 4',
      'statements[0]',
      900,
      'at most 3 Wh to buy',
    ],
    ['bundle.chain: expected 32 bytes, got 1', 'chain', undefined, '32 bytes'],
    ['threshold_not_met', '', undefined, undefined],
  ] as const)('%s', (fault, place, slotMs, expected) => {
    expect(failureOf({ step: 'any', fault }, json)).toMatchObject({ place, slotMs, expected });
  });
});
