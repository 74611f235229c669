import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ACTION,
  DEFAULT_POLICY,
  type SharingEntry,
  type SharingMode,
  setSettlementPolicyCodec,
  settledPeriods,
} from '@commonwatt/contracts';
import { equalBytes } from '@commonwatt/ledger';
import { energy, price } from '@commonwatt/units';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { actionOf } from '../officer.ts';
import { auditReadingsFolder, exportReadings } from '../settlement/readings-folder.ts';
import { HOUR_MS, NOON_MS, SLOT_MS, TestCommunity } from '../testing/community.ts';

const TIMES = { periodMs: HOUR_MS, graceMs: SLOT_MS, correctionEveryMs: HOUR_MS };
const ONE_O_CLOCK = NOON_MS + HOUR_MS;
const PERIOD = { periodFromMs: ONE_O_CLOCK, periodUntilMs: ONE_O_CLOCK + HOUR_MS };
const NANO = price(100_000n);

let folder: string;
let community: TestCommunity;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-sharing-'));
});
afterEach(async () => {
  await community.node.stop();
  rmSync(folder, { recursive: true });
});

const number = (name: string): number => community.member(name).number;
const share = (slot: number, name: string, shareMillionths: number): SharingEntry => {
  const slotMs = ONE_O_CLOCK + slot * SLOT_MS;
  return { kind: 'share', slotMs, member: number(name), shareMillionths };
};
const allocated = (slot: number, name: string, received: bigint, given: bigint): SharingEntry => {
  const slotMs = ONE_O_CLOCK + slot * SLOT_MS;
  const values = { received: energy(received), given: energy(given) };
  return { kind: 'allocated', slotMs, member: number(name), ...values };
};
const limit = (fromMs: number, name: string, sides: Partial<SharingEntry>): SharingEntry => {
  return { kind: 'limit', slotMs: fromMs, member: number(name), ...sides };
};
const codes = (...entries: readonly SharingEntry[]) =>
  community.node.sharing.take(entries).map((answer) => answer?.code ?? 'stored');
const kept = (name: string) => community.node.sharing.of(number(name), PERIOD);

/** Ana exports 1000 Wh in each of an hour's slots, ben uses 300, cleo 500; shared by the rule. */
async function sharingHour(sharing: SharingMode): Promise<void> {
  community = await TestCommunity.open({ dir: folder, settlement: TIMES });
  const policy = { ...DEFAULT_POLICY, validFromMs: ONE_O_CLOCK, sharing, sharedPrice: NANO };
  await community.node.officer.submit([
    actionOf(ACTION.setSettlementPolicy, setSettlementPolicyCodec, { policy }),
  ]);
  await community.enrol('ana');
  await community.enrol('ben', 'household');
  await community.enrol('cleo', 'household');
  for (let slot = 0; slot < 8; slot++) await community.advance(SLOT_MS);
  for (let at = ONE_O_CLOCK; at < PERIOD.periodUntilMs; at += SLOT_MS) {
    await community.deliver(community.reading('ana', at, { exported: 1000n }));
    await community.deliver(community.reading('ben', at, { imported: 300n }));
    await community.deliver(community.reading('cleo', at, { imported: 500n }));
  }
}

const sharedBy = (name: string): readonly bigint[] => {
  const { statements } = community.node;
  const slots = statements.slots(number(name), ONE_O_CLOCK, PERIOD.periodUntilMs);
  return [...slots.values()].map(({ line }) => line.received);
};
const lastRun = () => community.node.ledger.state.get(settledPeriods, ONE_O_CLOCK);

describe('an entry is kept', () => {
  beforeEach(() => sharingHour('none'));

  test('under its member’s key, and goes with it', async () => {
    const entries = [share(0, 'ben', 400_000), allocated(1, 'ben', 5n, 0n)];
    expect(codes(...entries)).toEqual(['stored', 'stored']);
    const [first, second] = kept('ben');
    expect([first?.shareMillionths, second?.received]).toEqual([400_000, 5n]);
    await community.restart();
    expect(kept('ben')).toHaveLength(2);
    await community.node.personal.erase(number('ben'));
    expect(kept('ben')).toEqual([]);
    expect(codes(share(0, 'ben', 1))).toEqual(['member_erased']);
  });

  test('in the place of what was said of its interval before', () => {
    codes(share(0, 'ben', 400_000), share(1, 'ben', 1));
    codes(share(0, 'ben', 300_000));
    expect(kept('ben').map((one) => one.shareMillionths)).toEqual([300_000, 1]);
  });

  test('unless it cannot be used: each row mends one fault of the row above', async () => {
    const far = NOON_MS + 400 * 86_400_000;
    const stranger = { kind: 'share', slotMs: far + 1, member: 99, shareMillionths: 9 } as const;
    expect(codes(stranger)).toEqual(['member_unknown']);
    expect(codes({ ...stranger, member: 1 })).toEqual(['meter_unknown']);
    expect(codes({ ...stranger, member: number('ben') })).toEqual(['slot_invalid']);
    expect(codes({ ...stranger, slotMs: far, member: number('ben') })).toEqual(['instant_too_far']);
  });

  test('unless the parts of its interval come to more than everything', () => {
    expect(codes(share(0, 'ben', 600_000), share(0, 'cleo', 400_001), share(1, 'ben', 1))).toEqual([
      'shares_exceeded',
      'shares_exceeded',
      'stored',
    ]);
    expect(codes(share(0, 'ben', 600_000))).toEqual(['stored']);
    expect(codes(share(0, 'cleo', 400_001))).toEqual(['shares_exceeded']);
    expect(codes(share(0, 'ben', 599_999), share(0, 'cleo', 400_001))).toEqual([
      'stored',
      'stored',
    ]);
  });
});

test('the organiser’s parts share an hour; what comes late adjusts it, until it is over', async () => {
  await sharingHour('simple dynamic');
  for (let slot = 0; slot < 4; slot++) codes(share(slot, 'ben', 200_000));
  await community.advance(SLOT_MS);
  expect(sharedBy('ben')).toEqual([200n, 200n, 200n, 200n]);
  expect(sharedBy('cleo')).toEqual([0n, 0n, 0n, 0n]);
  const first = lastRun();
  // It waits: what the run was computed from stays what it was.
  expect(codes(share(3, 'cleo', 500_000))).toEqual(['stored']);
  expect(kept('cleo')).toEqual([]);
  await community.advance(HOUR_MS);
  expect(lastRun()?.sequence).toBe(1);
  expect(sharedBy('cleo')).toEqual([0n, 0n, 0n, 500n]);
  const [before, after] = [first?.sharingRoot, lastRun()?.sharingRoot];
  expect(before && after && equalBytes(before, after)).toBe(false);
  const readings = [first?.readingsRoot, lastRun()?.readingsRoot];
  expect(readings[0]).toEqual(readings[1]);
  // Said again it changes nothing.
  expect(codes(share(3, 'cleo', 500_000))).toEqual(['stored']);
  await community.advance(2 * HOUR_MS);
  expect(lastRun()?.sequence).toBe(1);
  await community.advance(61 * 86_400_000);
  expect(codes(share(3, 'cleo', 400_000))).toEqual(['period_settled']);
});

test('an auditor executes every run by the inputs that it was computed from, and finds another one', async () => {
  await sharingHour('simple dynamic');
  for (let slot = 0; slot < 4; slot++) codes(share(slot, 'ben', 200_000));
  await community.advance(SLOT_MS);
  codes(share(3, 'ben', 100_000), share(3, 'cleo', 500_000));
  await community.advance(HOUR_MS);
  expect(lastRun()?.sequence).toBe(1);
  await community.node.stop();
  const { path } = await exportReadings(folder);
  const audit = () => auditReadingsFolder({ dir: folder, readings: join(folder, 'readings') });
  const clean = await audit();
  expect([clean.corrected, clean.findings, clean.unopened]).toEqual([1, [], []]);
  const text = readFileSync(path, 'utf8');
  expect(text.match(/"sharing":"share"/g)).toHaveLength(6);
  writeFileSync(path, text.replace('"shareMillionths":500000', '"shareMillionths":500001'));
  const { findings } = await audit();
  expect(findings.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('differs in sharingRoot'),
  ]);
  await community.restart();
});

test('limits of standing orders clear what was metered, and a closed period keeps them', async () => {
  await sharingHour('full dynamic');
  const entries = [
    limit(NOON_MS, 'ana', { sell: price(50_000n) }),
    limit(NOON_MS, 'ben', { buy: price(200_000n) }),
    limit(ONE_O_CLOCK + 2 * SLOT_MS, 'ben', { buy: price(10_000n) }),
  ];
  expect(codes(...entries)).toEqual(['stored', 'stored', 'stored']);
  await community.advance(SLOT_MS);
  // In its second half hour ben's limit lies below ana's.
  expect(sharedBy('ben')).toEqual([300n, 300n, 0n, 0n]);
  expect(codes(limit(NOON_MS, 'cleo', { buy: price(1n) }))).toEqual(['period_settled']);
  expect(codes(limit(community.clock.ms + HOUR_MS, 'cleo', {}))).toEqual(['stored']);
});

test('the operator’s values are cut at the meters, and what does not stand is named', async () => {
  await sharingHour('operator');
  const entries = [
    allocated(0, 'ana', 0n, 300n),
    allocated(0, 'ben', 310n, 0n),
    allocated(1, 'ana', 0n, 600n),
    allocated(1, 'ben', 200n, 0n),
    allocated(1, 'cleo', 500n, 0n),
  ];
  expect(codes(...entries)).toEqual(entries.map(() => 'stored'));
  await community.advance(SLOT_MS);
  expect([sharedBy('ben'), sharedBy('cleo')].map((list) => list.slice(0, 2))).toEqual([
    [300n, 171n],
    [0n, 429n],
  ]);
  const named = community.node.sharing.differences(ONE_O_CLOCK, PERIOD.periodUntilMs);
  expect(named.map((one) => [one.member, one.side, one.allocated, one.accepted])).toEqual([
    [number('ben'), 'received', 310n, 300n],
    [number('ben'), 'received', 200n, 171n],
    [number('cleo'), 'received', 500n, 429n],
  ]);
  expect(named.map((one) => one.because)).toEqual([
    'above the meter',
    'the sums differ',
    'the sums differ',
  ]);
  expect(
    community.node.sharing.differences(ONE_O_CLOCK + HOUR_MS, Number.MAX_SAFE_INTEGER),
  ).toEqual([]);
});
