import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ACTION,
  account,
  balanceOf,
  commitments,
  commitReadingsCodec,
  correctables,
  DEFAULT_POLICY,
  type Reading,
  setSettlementPolicyCodec,
  settledPeriods,
  verifyReading,
} from '@commonwatt/contracts';
import { decode, fromHex, toHex } from '@commonwatt/ledger';
import type { Price } from '@commonwatt/units';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SignedReading } from '../desks.ts';
import { actionOf } from '../officer.ts';
import { HOUR_MS, NOON_MS, SLOT_MS, TestCommunity } from '../testing/community.ts';
import { auditReadingsFolder, exportReadings } from './readings-folder.ts';

const ONE_O_CLOCK = NOON_MS + HOUR_MS;
const DAY_MS = 24 * HOUR_MS;
const TIMES = { periodMs: HOUR_MS, graceMs: SLOT_MS, correctionEveryMs: HOUR_MS };

let folder: string;
let community: TestCommunity;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-later-runs-'));
});
afterEach(async () => {
  await community.node.stop();
  rmSync(folder, { recursive: true });
});

/** An hour of trades whose seller's last reading comes late; answers with it. */
async function tradedHour(): Promise<SignedReading> {
  await community.enrol('ana');
  await community.enrol('ben', 'household');
  await community.stand('ana', 'sell', 800n, 100_000n);
  await community.stand('ben', 'buy', 800n, 300_000n);
  for (let slot = 0; slot < 8; slot++) await community.advance(SLOT_MS);
  const late = ONE_O_CLOCK + HOUR_MS - SLOT_MS;
  for (let at = ONE_O_CLOCK; at <= late; at += SLOT_MS) {
    await community.deliver(community.reading('ben', at, { imported: 800n }));
    const own = community.reading('ana', at, { exported: 800n });
    if (at === late) return own;
    await community.deliver(own);
  }
  throw new Error('expected a late reading');
}

/** What the ledger holds in the end, and what stands behind it. */
function outcome(): object {
  const { ledger, statements } = community.node;
  const { state } = ledger;
  const of = (name: string) => community.member(name).number;
  const statementOf = (member: number) =>
    statements.of(member, 0, Number.MAX_SAFE_INTEGER, 100).map((one) => ({
      ...one,
      runHash: toHex(one.runHash),
    }));
  return {
    balances: ['ana', 'ben'].flatMap((name) =>
      (['available', 'escrow', 'due'] as const).map((kind) =>
        balanceOf(state, account(of(name), kind)),
      ),
    ),
    settled: state
      .entries(settledPeriods)
      .map(([fromMs, { runHash, stage, sequence }]) => [fromMs, toHex(runHash), stage, sequence]),
    commitments: state
      .entries(commitments)
      .map(([key, one]) => [key, toHex(one.root), one.version]),
    statements: [statementOf(of('ana')), statementOf(of('ben'))],
    toCorrect: community.node.settlement.periodsToCorrect(),
    due: community.node.settlement.duePeriods(),
  };
}

const sequenceOf = (): number | undefined =>
  community.node.ledger.state.get(settledPeriods, ONE_O_CLOCK)?.sequence;

test('a late reading settles its period again by difference, once corrections were gathered', async () => {
  community = await TestCommunity.open({ settlement: TIMES });
  const late = await tradedHour();
  await community.advance(SLOT_MS);
  const { state } = community.node.ledger;
  const available = account(community.member('ana').number, 'available');
  const before = balanceOf(state, available);
  const [paid] = community.node.statements.of(
    community.member('ana').number,
    ONE_O_CLOCK,
    ONE_O_CLOCK + 1,
    9,
  );
  expect(paid?.sold).toBe(2400n);
  expect(await community.deliver(late)).toBeUndefined();
  expect(await community.advance(HOUR_MS - SLOT_MS)).toEqual([]);
  expect(sequenceOf()).toBe(0);
  const steps = await community.advance(SLOT_MS);
  expect(steps).toContainEqual(
    expect.objectContaining({ periodFromMs: ONE_O_CLOCK, sequence: 1, step: 'settled' }),
  );
  const [corrected] = community.node.statements.of(
    community.member('ana').number,
    ONE_O_CLOCK,
    ONE_O_CLOCK + 1,
    9,
  );
  expect(corrected?.sold).toBe(3200n);
  const price = corrected?.lines[0]?.price ?? 0n;
  expect(balanceOf(state, available) - before).toBe(800n * price);
  // Settling again changes nothing.
  const height = community.node.ledger.head?.height;
  expect(await community.node.settlement.tick()).toEqual([]);
  expect(community.node.ledger.head?.height).toBe(height);
});

test('runs are provisional until the community’s time is over, and then one is final', async () => {
  community = await TestCommunity.open({ settlement: { ...TIMES, finalAfterMs: 3 * HOUR_MS } });
  const late = await tradedHour();
  await community.advance(SLOT_MS);
  const stage = () => community.node.ledger.state.get(settledPeriods, ONE_O_CLOCK)?.stage;
  expect(stage()).toBe('provisional');
  const ana = community.member('ana').number;
  const told = () => {
    const slots = community.node.statements.slots(ana, ONE_O_CLOCK, ONE_O_CLOCK + HOUR_MS);
    return [...slots.values()].map((one) => [one.stage, one.sequence, one.line.sold]);
  };
  expect(told()[3]).toEqual(['provisional', 0, 0n]);
  await community.deliver(late);
  await community.advance(HOUR_MS);
  expect([stage(), sequenceOf()]).toEqual(['provisional', 1]);
  await community.advance(2 * HOUR_MS);
  expect([stage(), sequenceOf()]).toEqual(['final', 2]);
  expect(told()).toEqual(Array.from({ length: 4 }, () => ['final', 2, 800n]));
  expect(community.node.settlement.periodsToCorrect()).toEqual([]);
});

test('a settled period whose member was erased takes no other readings, and says so', async () => {
  community = await TestCommunity.open({ settlement: TIMES });
  const late = await tradedHour();
  await community.advance(SLOT_MS);
  await community.node.personal.erase(community.member('ben').number);
  expect(await community.deliver(late)).toBe('period_frozen');
  const { number: member } = community.member('ana');
  const { slotMs } = late;
  const share = { kind: 'share', slotMs, member, shareMillionths: 1 } as const;
  expect(community.node.sharing.take([share])[0]?.code).toBe('period_frozen');
  // What is open still is not concerned.
  const open = community.reading('ana', ONE_O_CLOCK + HOUR_MS, { exported: 1n });
  expect(await community.deliver(open)).toBeUndefined();
  await community.advance(HOUR_MS);
  expect(sequenceOf()).toBe(0);
});

test('nothing is settled again after the correction window, or for a member that was erased', async () => {
  community = await TestCommunity.open({ settlement: TIMES });
  const late = await tradedHour();
  await community.advance(SLOT_MS);
  await community.deliver(late);
  await community.node.personal.erase(community.member('ben').number);
  await community.advance(HOUR_MS);
  expect(sequenceOf()).toBe(0);
  expect(community.node.settlement.periodsToCorrect()).toEqual([]);
  await community.advance(61 * DAY_MS);
  expect(community.node.ledger.state.get(correctables, ONE_O_CLOCK)).toBeUndefined();
});

describe('an auditor executes every run again by the readings that counted then', () => {
  async function settledThrice(): Promise<string> {
    const settlement = { ...TIMES, finalAfterMs: 3 * HOUR_MS };
    community = await TestCommunity.open({ dir: folder, settlement });
    const late = await tradedHour();
    await community.advance(SLOT_MS);
    await community.deliver(late);
    await community.advance(HOUR_MS);
    await community.advance(2 * HOUR_MS);
    expect(sequenceOf()).toBe(2);
    const changed = community.reading('ben', ONE_O_CLOCK, { imported: 700n }, { version: 2 });
    expect(await community.deliver(changed)).toBeUndefined();
    await community.advance(HOUR_MS);
    expect(sequenceOf()).toBe(3);
    return (await exportReadings(folder)).path;
  }
  const audited = () => auditReadingsFolder({ dir: folder, readings: join(folder, 'readings') });

  test('provisional, corrected, final and adjusting', async () => {
    await settledThrice();
    const found = await audited();
    expect(found).toMatchObject({ findings: [], unsigned: [], unopened: [], later: 0 });
    const { runs } = community.node.projections;
    expect(found.runs).toBe(runs.length);
    expect(found.corrected).toBe(runs.length - new Set(runs.map((one) => one.periodFromMs)).size);
    expect(found.corrected).toBeGreaterThanOrEqual(3);
    expect(found.lines).toBeGreaterThanOrEqual(4 * 8);
  });

  test('a superseded reading that was altered is found in the runs that counted it', async () => {
    const path = await settledThrice();
    const lines = readFileSync(path, 'utf8').split('\n');
    const meter = `"meter":${community.member('ben').meter},"slotMs":${ONE_O_CLOCK},`;
    const at = lines.findIndex((line) => line.includes(meter) && line.includes('"version":1,'));
    lines[at] = (lines[at] ?? '').replace('"importedWh":"800"', '"importedWh":"799"');
    writeFileSync(path, lines.join('\n'));
    const { findings, unsigned } = await audited();
    const { runs } = community.node.projections;
    const ofHour = runs.filter((one) => one.periodFromMs === ONE_O_CLOCK);
    expect(findings.map(({ height }) => height)).toEqual(
      ofHour.slice(0, 3).map(({ height }) => height),
    );
    expect(unsigned).toHaveLength(1);
  });

  test('a run after the file was written is told, and not judged by it', async () => {
    await settledThrice();
    const changed = community.reading('ben', ONE_O_CLOCK, { imported: 600n }, { version: 3 });
    expect(await community.deliver(changed)).toBeUndefined();
    await community.advance(HOUR_MS);
    expect(sequenceOf()).toBe(4);
    const { findings, later } = await audited();
    expect(findings).toEqual([]);
    expect(later).toBeGreaterThanOrEqual(1);
  });
});

test('a proof file holds every run of a corrected period, and its last one whole', async () => {
  community = await TestCommunity.open({ settlement: TIMES });
  const late = await tradedHour();
  await community.advance(SLOT_MS);
  await community.deliver(late);
  await community.advance(HOUR_MS);
  const { number } = community.member('ana');
  const file = community.node.statements.bundle(number, ONE_O_CLOCK, ONE_O_CLOCK + HOUR_MS) as {
    readonly statements: readonly { readonly sequence: number; readonly energy: object }[];
    readonly readings: readonly object[];
    readonly receipts: readonly { readonly leaf: string }[];
  };
  expect(file.statements).toHaveLength(1);
  expect(file.statements[0]).toMatchObject({ sequence: 1, energy: { sold: '3200' } });
  expect(file.readings).toHaveLength(4);
  const { statementBook, projections } = community.node;
  const runs = projections.settledOf(number).filter((one) => one.periodFromMs === ONE_O_CLOCK);
  expect(runs.map(({ sequence }) => sequence)).toEqual([0, 1]);
  for (const { height, index } of runs) {
    expect(file.receipts).toContainEqual(expect.objectContaining({ height, index }));
  }
  const newest = statementBook.settledOf(number, ONE_O_CLOCK, ONE_O_CLOCK + 1);
  expect(newest.map(({ sequence }) => sequence)).toEqual([1]);
});

describe('a proof file while a correction is under way', () => {
  interface Entry {
    readonly meter: number;
    readonly slotMs: number;
    readonly importedWh: string;
    readonly exportedWh: string;
    readonly quality: 'measured';
    readonly source: 'device';
    readonly version: number;
    readonly salt: string;
    readonly index: number;
    readonly size: number;
    readonly proof: readonly string[];
  }
  interface File {
    readonly statements: readonly { readonly sequence: number }[];
    readonly readings: readonly Entry[];
    readonly commitments: readonly { readonly height: number; readonly action: string }[];
  }
  const fileOf = (name: string): File => {
    const { number } = community.member(name);
    const made = community.node.statements.bundle(number, ONE_O_CLOCK, ONE_O_CLOCK + HOUR_MS);
    return made as File;
  };
  /** Every reading under the root of the action that stands in the file, by its own path. */
  function expectProven({ readings, commitments: actions }: File): void {
    expect(actions).toHaveLength(1);
    const body = fromHex(actions[0]?.action ?? '').subarray(2);
    const { roots } = decode(commitReadingsCodec, body, 'action');
    expect(readings).toHaveLength(4);
    for (const { importedWh, exportedWh, salt, index, size, proof, ...rest } of readings) {
      const amounts = { imported: BigInt(importedWh), exported: BigInt(exportedWh) };
      const reading = { ...rest, ...amounts, salt: fromHex(salt) } as Reading;
      const root = roots.find(({ meter }) => meter === rest.meter)?.root as Uint8Array;
      const path = { reading, index, size, proof: proof.map(fromHex) };
      expect(verifyReading(community.node.crypto.sha256, path, root)).toBe(true);
    }
  }

  test('is by the readings and commitments of the run that took effect', async () => {
    community = await TestCommunity.open({ settlement: TIMES });
    const late = await tradedHour();
    await community.deliver(late);
    await community.advance(SLOT_MS);
    const before = fileOf('ben');
    expectProven(before);
    const changed = community.reading('ben', ONE_O_CLOCK, { imported: 300n }, { version: 2 });
    expect(await community.deliver(changed)).toBeUndefined();
    const { officer, readings } = community.node;
    const period = { periodFromMs: ONE_O_CLOCK, periodUntilMs: ONE_O_CLOCK + HOUR_MS };
    await readings.adopt(period);
    const ben = community.member('ben').number;
    expect(readings.of(ben, ONE_O_CLOCK, ONE_O_CLOCK + 1, 1)[0]?.imported).toBe(300n);
    expect(fileOf('ben').readings).toEqual(before.readings);
    // Ended after the commitment to the new readings, before the run on them.
    const submit = officer.submit.bind(officer);
    officer.submit = async (given, options) => {
      if (given[0]?.type === ACTION.proposeRun) throw new Error('the process ends here');
      return submit(given, options);
    };
    await expect(community.advance(HOUR_MS)).rejects.toThrow('the process ends here');
    expect(sequenceOf()).toBe(0);
    const meanwhile = fileOf('ben');
    expect(meanwhile.readings).toEqual(before.readings);
    expect(meanwhile.commitments.map(({ height }) => height)).toEqual(
      before.commitments.map(({ height }) => height),
    );
    expectProven(meanwhile);
    officer.submit = submit;
    await community.advance(0);
    expect(sequenceOf()).toBe(1);
    const after = fileOf('ben');
    expectProven(after);
    expect(after.statements[0]?.sequence).toBe(1);
    expect(after.readings[0]).toMatchObject({ importedWh: '300', version: 2 });
  });
});

test('where energy is shared, a period without a trade is settled too', async () => {
  community = await TestCommunity.open({ settlement: TIMES });
  await community.enrol('ana');
  await community.enrol('ben', 'household');
  const policy = {
    ...DEFAULT_POLICY,
    validFromMs: ONE_O_CLOCK,
    sharing: 'pro rata',
    sharedPrice: 100_000n as Price,
  } as const;
  await community.node.officer.submit([
    actionOf(ACTION.setSettlementPolicy, setSettlementPolicyCodec, { policy }),
  ]);
  await community.advance(2 * HOUR_MS);
  for (let at = ONE_O_CLOCK; at < ONE_O_CLOCK + HOUR_MS; at += SLOT_MS) {
    await community.deliver(community.reading('ana', at, { exported: 500n }));
    await community.deliver(community.reading('ben', at, { imported: 800n }));
  }
  const { settlement, ledger } = community.node;
  expect(settlement.nextDueMs()).toBe(ONE_O_CLOCK + HOUR_MS + SLOT_MS);
  expect(await community.advance(SLOT_MS)).toMatchObject([
    { periodFromMs: ONE_O_CLOCK, step: 'settled' },
  ]);
  const { number } = community.member('ana');
  expect(balanceOf(ledger.state, account(number, 'available'))).toBe(4n * 500n * 100_000n);
  // No reading came for the next hour; it is settled all the same, and once.
  expect(await community.advance(HOUR_MS)).toMatchObject([
    { periodFromMs: ONE_O_CLOCK + HOUR_MS, step: 'settled' },
  ]);
  expect(await community.advance(1)).toEqual([]);
});

describe('ended at each of its steps', () => {
  /** Lets the node's settlement do so many steps; the next one fails before or after it was done. */
  function fuse(steps: number, how: 'before' | 'after'): () => number {
    const { officer, readings, statementBook } = community.node;
    let done = 0;
    const burn =
      <A extends unknown[], R>(work: (...given: A) => R) =>
      (...given: A): R => {
        const ends = done++ === steps;
        if (ends && how === 'before') throw new Error('the process ends here');
        const answer = work(...given);
        if (!ends) return answer;
        const end = (): never => {
          throw new Error('the process ends here');
        };
        if (answer instanceof Promise) return answer.then(end) as R;
        return end();
      };
    officer.submit = burn(officer.submit.bind(officer));
    readings.close = burn(readings.close.bind(readings));
    readings.adopt = burn(readings.adopt.bind(readings));
    readings.settled = burn(readings.settled.bind(readings));
    statementBook.keep = burn(statementBook.keep.bind(statementBook));
    return () => done;
  }

  /** Two runs of the hour: the first, and the one that takes in what came late. */
  async function settleTwice(late: SignedReading, endsAt: number, how: 'before' | 'after') {
    const count = fuse(endsAt, how);
    let ends = 0;
    const turn = async (ms: number): Promise<void> => {
      await community.advance(ms).catch(async (error: Error) => {
        if (error.message !== 'the process ends here') throw error;
        ends++;
        await community.restart();
        await community.advance(0);
      });
    };
    await turn(SLOT_MS);
    await community.deliver(late);
    await turn(HOUR_MS);
    return { steps: count(), ends };
  }

  test('the ledger and the statements end the same', async () => {
    const base = join(folder, 'base');
    community = await TestCommunity.open({ dir: base, settlement: TIMES });
    const late = await tradedHour();
    const startMs = community.clock.ms;
    await community.node.stop();
    const again = async (name: string): Promise<void> => {
      const dir = join(folder, name);
      cpSync(base, dir, { recursive: true });
      community.clock.ms = startMs;
      await community.restart(dir);
    };
    await again('undisturbed');
    const { steps } = await settleTwice(late, Number.MAX_SAFE_INTEGER, 'before');
    const expected = outcome();
    expect(sequenceOf()).toBe(1);
    expect(steps).toBeGreaterThanOrEqual(10);
    for (let at = 0; at < steps; at++) {
      for (const how of ['before', 'after'] as const) {
        await again(`${how}-${at}`);
        expect((await settleTwice(late, at, how)).ends).toBe(1);
        expect(outcome(), `ended ${how} step ${at}`).toEqual(expected);
      }
    }
  }, 120_000);
});
