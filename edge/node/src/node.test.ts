import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ACTION,
  account,
  balanceOf,
  openLaneCodec,
  settledPeriods,
  trades,
} from '@commonwatt/contracts';
import { encode, fromHex, leafHash, toHex, verifyInclusion, verifyNote } from '@commonwatt/ledger';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CommunityNode, NoLedgerError } from './node.ts';
import { auditReadingsFolder, exportReadings } from './settlement/readings-folder.ts';
import { HOUR_MS, NOON_MS, SLOT_MS, signerOf, TestCommunity } from './testing/community.ts';

const ONE_O_CLOCK = NOON_MS + HOUR_MS;
let dir = '';

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'commonwatt-node-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Two sellers and a buyer trade the hour from one o'clock, and meters say what was delivered. */
async function tradedHour(community: TestCommunity): Promise<void> {
  await community.enrol('ana');
  await community.enrol('ben', 'household');
  await community.enrol('cleo', 'office');
  expect(await community.stand('ana', 'sell', 1100n, 100_000n)).toEqual(['done']);
  expect(await community.stand('ben', 'buy', 800n, 300_000n)).toEqual(['done']);
  expect(await community.stand('cleo', 'buy', 300n, 250_000n)).toEqual(['done']);
  for (let slot = 0; slot < 8; slot++) await community.advance(SLOT_MS);
}

/** Ana delivers everything but in the second slot, where she exports 550 Wh for 1,100 Wh sold. */
async function deliverHour(community: TestCommunity): Promise<void> {
  for (let at = ONE_O_CLOCK; at < ONE_O_CLOCK + HOUR_MS; at += SLOT_MS) {
    const exported = at === ONE_O_CLOCK + SLOT_MS ? 550n : 1100n;
    const readings = [
      community.reading('ana', at, { exported }),
      community.reading('ben', at, { imported: 900n }),
      community.reading('cleo', at, { imported: 300n }),
    ];
    expect(await community.node.readings.take(readings)).toEqual([undefined, undefined, undefined]);
  }
}

/** Everything up to the settled hour. Noon's hour is settled on the way, without any reading. */
async function settledHour(community: TestCommunity) {
  await tradedHour(community);
  await deliverHour(community);
  return community.advance(SLOT_MS);
}

describe('from enrolment to a proof', () => {
  test('orders clear, readings settle, statements say why, and everything survives a restart', async () => {
    let community = await TestCommunity.open({ dir });
    const steps = await settledHour(community);
    expect(steps).toMatchObject([
      { periodFromMs: ONE_O_CLOCK, step: 'settled', missingReadings: 0 },
    ]);
    const [ana, ben, cleo] = ['ana', 'ben', 'cleo'].map((name) => community.member(name).number);
    const check = (node: CommunityNode) => {
      const { state } = node.ledger;
      expect(state.get(settledPeriods, ONE_O_CLOCK)?.periodUntilMs).toBe(ONE_O_CLOCK + HOUR_MS);
      const [statement] = node.statements.of(ana as number, ONE_O_CLOCK, ONE_O_CLOCK + 1, 10);
      expect(statement).toMatchObject({
        periodFromMs: ONE_O_CLOCK,
        bought: 0n,
        sold: 3850n,
        renewable: 3850n,
      });
      expect(statement?.lines).toHaveLength(8);
      const price = statement?.lines[0]?.price as bigint;
      expect(statement?.amount).toBe(3850n * price);
      const full = statement?.lines.find((one) => one.counterparty === ben);
      expect(full?.words).toMatch(
        /^You sold 0\.8 kWh to household #\d+ at [\d.]+ ct\/kWh because your limit of 10 ct\/kWh was below the clearing price\.$/,
      );
      const short = statement?.lines.filter((one) => one.delivered < one.traded);
      expect(short?.map((one) => one.delivered).reduce((a, b) => a + b, 0n)).toBe(550n);
      expect(short?.[0]?.words).toContain('the meters confirm');
      const amounts = [ana, ben, cleo].map((member) => {
        const [own] = node.statements.of(member as number, ONE_O_CLOCK, ONE_O_CLOCK + 1, 10);
        return own?.amount as bigint;
      });
      expect(amounts.reduce((a, b) => a + b, 0n)).toBe(0n);
      expect(balanceOf(state, account(ana as number, 'available'))).toBe(amounts[0]);
      const figures = node.community();
      expect(figures.localShareThousandths).toBe(Math.floor((3850 * 1000) / 4800));
      expect(figures.settledUntilMs).toBe(ONE_O_CLOCK + HOUR_MS);
      expect(figures.averagePrice).toBe(price);
      expect(figures.kinds).toContainEqual({ kind: 'household', members: 1 });
      expect(node.why(1, ONE_O_CLOCK)).toMatch(/^The price is [\d.]+ ct\/kWh/);
      expect(node.readings.of(ana as number, ONE_O_CLOCK, ONE_O_CLOCK + HOUR_MS, 10)).toHaveLength(
        4,
      );
    };
    check(community.node);
    const height = community.node.ledger.head?.height;
    await community.node.stop();
    community = await TestCommunity.open({ dir }, community.clock);
    expect(community.node.ledger.head?.height).toBe(height);
    check(community.node);
    // Nothing is done twice.
    expect(await community.node.tick()).toEqual([]);
    expect(community.node.ledger.state.entries(trades).length).toBeGreaterThan(0);
    await community.node.stop();
  });

  test('missing readings count as zero: the escrow goes back, and the log names meter and slot', async () => {
    const lines: string[] = [];
    const { pino } = await import('pino');
    const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    const community = await TestCommunity.open({ dir, logger });
    await tradedHour(community);
    const [step] = await community.advance(SLOT_MS);
    expect(step).toMatchObject({ periodFromMs: ONE_O_CLOCK, step: 'settled', missingReadings: 12 });
    const ben = community.member('ben').number;
    const [statement] = community.node.statements.of(ben, ONE_O_CLOCK, ONE_O_CLOCK + 1, 1);
    expect(statement).toMatchObject({ amount: 0n, bought: 0n });
    const warning = lines.filter((line) => line.includes('readings missing')).at(-1) ?? '';
    expect(JSON.parse(warning)).toMatchObject({ count: 12, periodFromMs: ONE_O_CLOCK });
    expect(JSON.parse(warning).places[0]).toEqual({
      meter: community.member('ana').meter,
      slotMs: ONE_O_CLOCK,
    });
    await community.node.stop();
  });

  test('a block says in words what it did, and names nobody', async () => {
    const community = await TestCommunity.open({ dir });
    await settledHour(community);
    const { node } = community;
    const last = node.ledger.head?.height as number;
    const words = Array.from({ length: last + 1 }, (_, height) => node.words(height));
    const all = words.flat();
    expect(words[0]).toContain('The ledger begins');
    expect(all).toContain('1 member: enrolled');
    expect(all).toContain('1 meter registered');
    expect(all).toContain('1 standing order placed');
    expect(
      all.some((one) => /^2 trades cleared at [\d.]+ ct\/kWh for 13:00–13:15: 1\.1 kWh$/.test(one)),
    ).toBe(true);
    expect(all).toContain('Readings of 3 meters committed to');
    expect(all).toContain('Settled 13:00–14:00: 3.85 kWh of 4.4 kWh delivered');
    expect(all.join('\n')).not.toMatch(/#|ana|ben|cleo/i);
    await node.stop();
  });
});

interface Bundle {
  readonly chain: string;
  readonly genesis: string;
  readonly checkpoint: string;
  readonly blocks: { height: number; header: string; proof: string[] }[];
  readonly transactions: { height: number; index: number; bytes: string; proof: string[] }[];
  readonly receipts: { height: number; index: number; leaf: string; proof: string[] }[];
  readonly readings: { slotMs: number; exportedWh: string }[];
  readonly commitments: { height: number; index: number; actionCount: number }[];
  readonly statements: { amount: string; lines: unknown[] }[];
}

test('a bundle holds what its member needs, and every path in it leads to the checkpoint', async () => {
  const community = await TestCommunity.open({ dir });
  await settledHour(community);
  const { node } = community;
  const { number } = community.member('ana');
  const made = node.statements.bundle(number, ONE_O_CLOCK, ONE_O_CLOCK + HOUR_MS);
  const bundle = JSON.parse(JSON.stringify(made)) as Bundle;
  const { sha256 } = node.crypto;
  expect(toHex(sha256(fromHex(bundle.genesis)))).toBe(bundle.chain);
  const keys = [node.checkpoints.verifierKey];
  const note = verifyNote(node.crypto, { note: bundle.checkpoint, keys, threshold: 1 });
  if (!note.ok) throw new Error(note.reason);
  const { size, root } = note.checkpoint;
  for (const { height, header, proof } of bundle.blocks) {
    const hash = leafHash(sha256, fromHex(header));
    const claim = { leafHash: hash, index: height, size, proof: proof.map(fromHex), root };
    expect(verifyInclusion(sha256, claim)).toBe(true);
  }
  const headerOf = (height: number) => {
    const block = node.projections.block(height);
    if (block === undefined) throw new Error(`no block ${height}`);
    return block.header;
  };
  for (const { height, index, leaf, proof } of bundle.receipts) {
    const { receiptsRoot, receiptCount } = headerOf(height);
    const claim = {
      leafHash: leafHash(sha256, fromHex(leaf)),
      index,
      size: receiptCount,
      proof: proof.map(fromHex),
      root: receiptsRoot,
    };
    expect(verifyInclusion(sha256, claim)).toBe(true);
  }
  const heights = new Set(bundle.blocks.map((one) => one.height));
  for (const entry of [...bundle.transactions, ...bundle.receipts, ...bundle.commitments]) {
    expect(heights).toContain(entry.height);
  }
  expect(bundle.readings.map((one) => one.exportedWh)).toEqual(['1100', '550', '1100', '1100']);
  expect(bundle.commitments).toHaveLength(1);
  expect(bundle.commitments[0]?.actionCount).toBe(3);
  expect(bundle.statements).toHaveLength(1);
  expect(bundle.statements[0]?.lines).toHaveLength(8);
  await node.stop();
});

test('an erased member leaves no statement, no reading and no opening; the ledger stands', async () => {
  const community = await TestCommunity.open({ dir });
  await settledHour(community);
  const { node } = community;
  const { number } = community.member('ana');
  await node.personal.erase(number);
  expect(node.statements.of(number, 0, Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
  const bundle = node.statements.bundle(number, ONE_O_CLOCK, ONE_O_CLOCK + HOUR_MS) as Bundle;
  expect([bundle.statements, bundle.readings]).toEqual([[], []]);
  expect(bundle.receipts.length).toBeGreaterThan(0);
  await community.advance(HOUR_MS);
  await node.stop();
  const again = await TestCommunity.open({ dir }, community.clock);
  expect(again.node.engine.halted).toBeUndefined();
  await again.node.stop();
});

describe('an auditor', () => {
  test('executes every run again from the exported readings', async () => {
    const community = await TestCommunity.open({ dir });
    await settledHour(community);
    await community.node.stop();
    const { path, readings } = await exportReadings(dir);
    expect(readings).toBe(12);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const audit = await auditReadingsFolder({ dir, readings: join(dir, 'readings') });
    expect(audit).toMatchObject({ runs: 2, readings: 12, findings: [], unopened: [] });
    expect(audit.lines).toBe(16 + 12);
  });

  test('is given the readings while the node works, and erases, and goes on', async () => {
    const community = await TestCommunity.open({ dir });
    await settledHour(community);
    const cleo = community.member('cleo').number;
    expect((await exportReadings(dir)).readings).toBe(12);
    const readings = join(dir, 'readings');
    expect(await auditReadingsFolder({ dir, readings })).toMatchObject({ runs: 2, later: 0 });
    // The master key changes with an erasure; the export neither holds it up nor undoes it.
    await community.node.personal.erase(cleo);
    const { path, readings: left } = await exportReadings(dir);
    expect(left).toBe(8);
    expect(readFileSync(path, 'utf8')).not.toContain(`{"member":${cleo},`);
    expect(community.node.personal.isErased(cleo)).toBe(true);
    await community.node.personal.putLabel(community.member('ana').number, 'Ana');
    await community.restart();
    expect(community.node.personal.label(community.member('ana').number)).toBe('Ana');
    const log = community.node.accessLog.of(community.member('ana').number, 0, 2 ** 50, 10);
    expect(log.reduce((sum, { count }) => sum + count, 0)).toBe(2);
    await community.node.stop();
  });

  test('finds a reading that nobody signed who speaks for its meter', async () => {
    const community = await TestCommunity.open({ dir });
    await settledHour(community);
    await community.node.stop();
    const { path } = await exportReadings(dir);
    const text = readFileSync(path, 'utf8');
    const readings = join(dir, 'readings');
    const meter = community.member('ana').meter;
    const unsignedOf = async (changed: string) => {
      writeFileSync(path, changed);
      return (await auditReadingsFolder({ dir, readings })).unsigned;
    };
    expect(await unsignedOf(text)).toEqual([]);
    const flipped = text.replace(/("signature":")(..)/, (_, name, byte) => {
      return `${name}${byte === '00' ? '01' : '00'}`;
    });
    expect(await unsignedOf(flipped)).toMatchObject([
      { meter, reason: 'its signature is not of its key over this reading' },
    ]);
    const other = toHex(community.member('ben').device.publicKey);
    expect(await unsignedOf(text.replace(/"key":"[0-9a-f]*"/, `"key":"${other}"`))).toMatchObject([
      { meter, reason: 'its key does not speak for the meter as device' },
    ]);
    expect(await unsignedOf(text.replace('"counter":1,', '"counter":9,'))).toHaveLength(1);
  });

  test('T63: an export of readings stands in the access log of every member', async () => {
    let community = await TestCommunity.open({ dir });
    await settledHour(community);
    const numbers = ['ana', 'ben', 'cleo'].map((name) => community.member(name).number);
    await community.node.stop();
    await exportReadings(dir);
    community = await TestCommunity.open({ dir }, community.clock);
    for (const number of numbers) {
      const log = community.node.accessLog.of(number, 0, Number.MAX_SAFE_INTEGER, 10);
      expect(log).toMatchObject([{ as: 'export', what: 'readings export', count: 1 }]);
    }
    await community.node.stop();
  });

  test('is not stopped by what the ledger refused: a run and a proposal that are none', async () => {
    const community = await TestCommunity.open({ dir });
    await settledHour(community);
    const junk = Uint8Array.of(1, 2, 3);
    const sent = await community.send(
      'ana',
      { type: ACTION.openLane, body: encode(openLaneCodec, { lane: 5 }) },
      { type: ACTION.proposeRun, body: junk },
      { type: ACTION.propose, body: junk },
    );
    expect(sent).toEqual(['done', 'malformed', 'malformed']);
    await community.node.stop();
    await exportReadings(dir);
    const audit = await auditReadingsFolder({ dir, readings: join(dir, 'readings') });
    expect(audit).toMatchObject({ runs: 2, findings: [] });
  });

  test('finds a reading that was changed, and a file that is not whole', async () => {
    const community = await TestCommunity.open({ dir });
    await settledHour(community);
    await community.node.stop();
    const { path } = await exportReadings(dir);
    const text = readFileSync(path, 'utf8');
    const readings = join(dir, 'readings');
    writeFileSync(path, text.replace('"exportedWh":"550"', '"exportedWh":"551"'));
    const { findings } = await auditReadingsFolder({ dir, readings });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ periodFromMs: ONE_O_CLOCK });
    expect(findings[0]?.reason).toContain('posting of member');
    writeFileSync(path, text.replace(/\{"member":3[^\n]*\n/, ''));
    await expect(auditReadingsFolder({ dir, readings })).rejects.toThrow('salt: expected the one');
    writeFileSync(path, `${text}{"member":2}\n`);
    await expect(auditReadingsFolder({ dir, readings })).rejects.toThrow('member: expected once');
    writeFileSync(path, text.replace(/"chain":"../, '"chain":"00'));
    await expect(auditReadingsFolder({ dir, readings })).rejects.toThrow('expected chain');
  });

  test('is told which runs nobody can execute again, once a member was erased', async () => {
    const community = await TestCommunity.open({ dir });
    await settledHour(community);
    await community.node.personal.erase(community.member('cleo').number);
    await community.node.stop();
    await exportReadings(dir);
    const audit = await auditReadingsFolder({ dir, readings: join(dir, 'readings') });
    expect(audit.findings).toEqual([]);
    expect(audit.unopened.map((one) => one.reason)).toEqual(
      Array.from({ length: 2 }, () => 'the file holds nothing of member 4'),
    );
  });
});

test('nothing personal stands in clear in the folder', async () => {
  const community = await TestCommunity.open({ dir });
  const { number } = await community.enrol('ana');
  await community.node.personal.putLabel(number, 'Ana Kanarek');
  community.clock.ms += SLOT_MS;
  expect(await community.deliver(community.reading('ana', NOON_MS, { exported: 123n }))).toBe(
    undefined,
  );
  expect(community.node.personal.label(number)).toBe('Ana Kanarek');
  await community.node.stop();
  const personal = join(dir, 'personal');
  const secret = readFileSync(join(personal, 'master.key'), 'latin1').trim();
  const files = ['blocks', 'personal'].flatMap((part) =>
    readdirSync(join(dir, part)).map((name) => join(dir, part, name)),
  );
  for (const file of files.filter((one) => !one.endsWith('master.key'))) {
    const bytes = readFileSync(file);
    expect(bytes.includes('Kanarek'), file).toBe(false);
    expect(bytes.includes(Buffer.from(secret, 'hex')), file).toBe(false);
  }
});

test('a folder without a ledger needs a genesis document, and is left free', async () => {
  const clock = { nowMs: () => NOON_MS };
  const officer = signerOf('officer');
  await expect(CommunityNode.open({ dir, clock, officer })).rejects.toThrow(NoLedgerError);
  const community = await TestCommunity.open({ dir });
  await community.node.stop();
  await community.node.stop();
});

test('in memory and by hand the same path ends the same way', async () => {
  const community = await TestCommunity.open({});
  await settledHour(community);
  expect(community.node.ledger.state.get(settledPeriods, ONE_O_CLOCK)).toBeDefined();
  await community.node.stop();
});

test('a reading of a settled period waits as a correction, also after a restart', async () => {
  const hour = { periodFromMs: ONE_O_CLOCK, periodUntilMs: ONE_O_CLOCK + HOUR_MS };
  let community = await TestCommunity.open({ dir });
  await settledHour(community);
  const officer = { signer: signerOf('officer') };
  const late = community.reading('ana', ONE_O_CLOCK, { exported: 1000n }, officer);
  expect(await community.deliver(late)).toBeUndefined();
  const ana = community.member('ana').number;
  await community.node.stop();
  community = await TestCommunity.open({ dir }, community.clock);
  const { readings } = community.node;
  const [answer] = await readings.take([late]);
  expect(answer?.code).toBe('duplicate');
  const counted = () => readings.of(ana, ONE_O_CLOCK, ONE_O_CLOCK + SLOT_MS, 10)[0]?.exported;
  expect(counted()).toBe(1100n);
  expect(readings.correctionsSince(hour)).toMatchObject([
    { member: ana, before: { exported: 1100n, source: 'device' }, after: { exported: 1000n } },
  ]);
  await readings.adopt(hour);
  expect(counted()).toBe(1000n);
  await community.node.stop();
});

test('in real time the node settles by itself, and its doors are on loopback alone', async () => {
  const community = await TestCommunity.open({ dir, http: { port: 0 } });
  await tradedHour(community);
  await deliverHour(community);
  const { node } = community;
  const settled = new Promise<void>((resolve) => {
    node.projections.onBlock(() => {
      if (node.ledger.state.get(settledPeriods, ONE_O_CLOCK) !== undefined) resolve();
    });
  });
  community.clock.ms += SLOT_MS;
  await node.start();
  await settled;
  expect(node.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const health = await fetch(`${node.url}/health`);
  expect(health.status).toBe(200);
  expect(await health.json()).toMatchObject({ status: 'ok' });
  await node.stop();
  await expect(fetch(`${node.url}/health`)).rejects.toThrow();
});
