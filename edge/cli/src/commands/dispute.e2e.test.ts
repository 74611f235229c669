/**
 * A settled hour as its people see it over HTTP: a run stands open, a member disputes one of its lines, a
 * second checker executes it again and signs, and only the disputed part waits for the checkers.
 */

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readingText } from '@commonwatt/api';
import {
  agreementKeyFromSeed,
  browserSigner,
  createClient,
  createKeystore,
  memberKeysFromSeed,
} from '@commonwatt/client';
import { nodeScrypt } from '@commonwatt/client/node';
import { nodeRandom, systemClock } from '@commonwatt/consensus';
import {
  ACTION,
  account,
  balanceOf,
  DEFAULT_ROLES,
  enrolCodec,
  keys,
  PLAIN_CONNECTION,
  registerMeterCodec,
  settledPeriods,
  standingOrderCodec,
} from '@commonwatt/contracts';
import { possessionBytes, toHex, utf8Bytes } from '@commonwatt/ledger';
import {
  actionOf,
  CommunityNode,
  exportReadings,
  genesisOf,
  Officer,
  officerFounder,
  readConfig,
} from '@commonwatt/node';
import { energy, money, power, price } from '@commonwatt/units';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../main.ts';
import { testTerminal } from '../terminal/terminal.test-support.ts';

const PASSWORD = 'wind over the lagoon';
const SLOT_MS = 900_000;
const HOUR_MS = 3_600_000;
const NOON_MS = Date.UTC(2026, 2, 21, 12);
const ONE_O_CLOCK = NOON_MS + HOUR_MS;

const clock = { ms: NOON_MS, nowMs: () => clock.ms };
let folder = '';
let node: CommunityNode;

const place = (name: string) => join(folder, name);
const seedOf = (name: string) =>
  new Uint8Array(createHash('sha256').update(`key of ${name}`).digest());
const signerOf = (name: string) => memberKeysFromSeed(seedOf(name)).signer;
const device = (name: string) => browserSigner(seedOf(`meter of ${name}`));

const CONFIG = `name: commonwatt/disputes
dir: ./ledger
officer: { keystore: officer.json }
thresholds: { checker: 2 }
markets:
  - { number: 1, name: street, mechanism: uniform }
settlement: { periodMinutes: 60, graceMinutes: 15 }
disputes: { reviewHours: 2, heldDays: 3 }
`;

/** Runs one command line over HTTP, with the key of `name`. */
async function run(name: string, ...words: readonly string[]) {
  const terminal = testTerminal('', {
    COMMONWATT_PASSWORD: PASSWORD,
    COMMONWATT_HOME: place('home'),
    COMMONWATT_NODE: node.url ?? '',
    COMMONWATT_KEYSTORE: place(`${name}.json`),
  });
  const status = await main(words, terminal);
  return { status, out: terminal.out(), err: terminal.err() };
}

async function json(name: string, ...words: readonly string[]) {
  const { status, out, err } = await run(name, ...words, '--json');
  if (out === '') throw new Error(`${words.join(' ')}: no answer: ${err}`);
  return { status, answer: JSON.parse(out) };
}

async function advance(ms: number): Promise<void> {
  clock.ms += ms;
  await node.tick();
}

const number = (name: string): number =>
  node.ledger.state.get(keys, signerOf(name).publicKey)?.member as number;
const balance = (name: string, kind: 'available' | 'escrow'): bigint =>
  balanceOf(node.ledger.state, account(number(name), kind));

async function admit(name: string, kind: 'home solar system' | 'household'): Promise<number> {
  const { publicKey } = signerOf(name);
  const agreementKey = agreementKeyFromSeed(seedOf(name)).publicKey;
  const asked = possessionBytes(node.ledger.chain, 'enrol', publicKey, agreementKey);
  await node.officer.submit([
    actionOf(ACTION.enrol, enrolCodec, {
      publicKey,
      agreementKey,
      kind,
      roles: DEFAULT_ROLES[kind],
      recordCommitment: new Uint8Array(32),
      importLimitW: power(11_000n),
      exportLimitW: power(10_000n),
      creditLimit: money(100_000_000_000n),
      activeFromHeight: 0,
      possession: signerOf(name).sign(asked),
    }),
  ]);
  await node.officer.submit([
    actionOf(ACTION.registerMeter, registerMeterCodec, {
      ...PLAIN_CONNECTION,
      member: number(name),
      source: 'device',
      key: device(name).publicKey,
      importLimitW: power(11_000n),
      exportLimitW: power(10_000n),
      renewable: 'no',
    }),
  ]);
  return number(name);
}

async function stand(name: string, side: 'buy' | 'sell', limit: bigint): Promise<void> {
  const { engine, crypto } = node;
  const member = new Officer({ engine, crypto, clock, signer: signerOf(name) });
  await member.submit([
    actionOf(ACTION.standingOrder, standingOrderCodec, {
      market: 1,
      side,
      limit: price(limit),
      energies: [energy(800n)],
      fromMs: NOON_MS,
      untilMs: NOON_MS + 24 * HOUR_MS,
    }),
  ]);
}

async function read(name: string, meter: number, slotMs: number, counted: [bigint, bigint]) {
  const signer = device(name);
  const [imported, exported] = counted.map((wh) => energy(wh)) as [
    ReturnType<typeof energy>,
    ReturnType<typeof energy>,
  ];
  const said = {
    meter,
    slotMs,
    counter: slotMs / SLOT_MS,
    quality: 'measured' as const,
    version: 1,
  };
  const chain = toHex(node.ledger.chain);
  const text = readingText({ chain, ...said, importedWh: imported, exportedWh: exported });
  const signature = signer.sign(utf8Bytes(text));
  const key = signer.publicKey;
  const [answer] = await node.readings.take([{ ...said, imported, exported, key, signature }]);
  expect(answer).toBeUndefined();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-dispute-'));
  const host = { random: nodeRandom, scrypt: nodeScrypt };
  for (const name of ['officer', 'zoe', 'ana', 'ben']) {
    const given = { seed: seedOf(name), password: PASSWORD, label: name };
    writeFileSync(place(`${name}.json`), await createKeystore(host, given), { mode: 0o600 });
  }
  const config = readConfig(CONFIG, 'node.yaml', folder);
  const founders = ['officer', 'zoe'].map((name) =>
    officerFounder({
      publicKey: signerOf(name).publicKey,
      agreementKey: agreementKeyFromSeed(seedOf(name)).publicKey,
      recordCommitment: new Uint8Array(32),
    }),
  );
  node = await CommunityNode.open({
    dir: place('ledger'),
    clock,
    genesis: genesisOf(config, founders, NOON_MS),
    officer: signerOf('officer'),
    settlement: config.settlement,
    http: { host: '127.0.0.1', port: 0, requestClock: systemClock },
  });
  await node.listen();
  await admit('ana', 'home solar system');
  await admit('ben', 'household');
  await stand('ana', 'sell', 100_000n);
  await stand('ben', 'buy', 300_000n);
  for (let slot = 0; slot < 8; slot++) await advance(SLOT_MS);
  for (let at = ONE_O_CLOCK; at < ONE_O_CLOCK + HOUR_MS; at += SLOT_MS) {
    await read('ana', 1, at, [0n, 800n]);
    await read('ben', 2, at, [800n, 0n]);
  }
  await advance(SLOT_MS);
}, 120_000);
afterAll(async () => {
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a disputed line alone is held back, proven offline, and paid as the checkers decide', async () => {
  // The run stands open: the node's own checker signed it by proposing.
  const listed = (await json('ben', 'dispute', 'list')).answer;
  const open = listed.runs.find(
    (one: { periodFromMs: number }) => one.periodFromMs === ONE_O_CLOCK,
  );
  expect(open.lines).toHaveLength(4);
  expect(open.earliestMs).toBeGreaterThanOrEqual(ONE_O_CLOCK + 3 * HOUR_MS);
  expect((await json('zoe', 'dispute', 'list')).answer.runs).toEqual([]);
  const [line] = open.lines;
  const paid = -BigInt(line.money);
  expect(paid).toBeGreaterThan(0n);
  const evidence = place('evidence.json');
  const words = ['dispute', 'open', '--run', open.runHash, '--reason', 'I was away'];
  const named = ['--trade', line.trade, '--evidence', evidence];
  const disputed = await json('ben', ...words, ...named);
  expect(disputed).toEqual({ status: 0, answer: { code: 'done', lines: 1, held: `${paid}` } });

  // A second checker executes the run again, from a file that was exported beside the running node.
  const { path } = await exportReadings(place('ledger'), place('audit'));
  const look = ['check-run', '--ledger', place('ledger'), '--readings', path];
  const seen = (await json('zoe', 'decisions')).answer;
  expect(seen.disputes).toMatchObject([{ member: number('ben'), lines: [{ trade: line.trade }] }]);
  const { runs } = (await json('zoe', ...look)).answer;
  const own = runs.find((one: { runHash: string }) => one.runHash === open.runHash);
  expect(own).toMatchObject({ agrees: true, sent: 'done' });

  // What the member hands over proves itself, and against the run that checkers are shown.
  const client = createClient({
    baseUrl: node.url ?? '',
    signer: signerOf('zoe'),
    chain: toHex(node.ledger.chain),
  });
  const proposed = await client.proposedRun({ params: { runHash: open.runHash } });
  writeFileSync(place('run.json'), JSON.stringify(proposed));
  expect((await run('ben', 'dispute', 'verify', evidence)).status).toBe(0);
  const offline = ['dispute', 'verify', evidence, '--run', place('run.json')];
  expect((await run('zoe', ...offline)).out).toContain('1 lines, each proven against the run');
  const text = readFileSync(evidence, 'utf8');
  writeFileSync(evidence, text.replace(`"delivered":"${line.delivered}"`, '"delivered":"799"'));
  const changed = await run('zoe', ...offline);
  expect([changed.status, changed.out]).toEqual([1, expect.stringContaining('lines[0].lineLeaf')]);

  // By time alone it takes effect; three lines are paid, and one waits.
  const before = balance('ana', 'available');
  expect(node.ledger.state.get(settledPeriods, ONE_O_CLOCK)).toBeUndefined();
  await advance(2 * HOUR_MS);
  expect(node.ledger.state.get(settledPeriods, ONE_O_CLOCK)?.signedBy).toHaveLength(2);
  const amounts: readonly { readonly money: string }[] = open.lines;
  const total = amounts.reduce((sum, one) => sum - BigInt(one.money), 0n);
  expect(balance('ana', 'available') - before).toBe(total - paid);
  const { held } = (await json('zoe', 'decisions')).answer;
  expect(held).toMatchObject([
    { trade: line.trade, payer: number('ben'), payee: number('ana'), amount: `${paid}` },
  ]);

  // Two checkers decide that half of it is paid.
  const message = { periodFromMs: ONE_O_CLOCK, trade: line.trade, paid: `${paid / 2n}` };
  const decide = ['act', 'decideDispute', '--message', JSON.stringify(message)];
  expect((await run('zoe', ...decide)).err).toContain('needs_decision');
  expect((await run('zoe', ...decide, '--propose')).status).toBe(0);
  const [{ proposal }] = (await json('officer', 'decisions')).answer.proposals;
  const approve = ['act', 'approve', '--message', JSON.stringify({ proposal })];
  expect((await run('officer', ...approve)).status).toBe(0);
  expect(balance('ana', 'available') - before).toBe(total - paid + paid / 2n);
  expect((await json('zoe', 'decisions')).answer.held).toEqual([]);
});

test('inputs of sharing go in from a file, row by row, and what does not stand is told', async () => {
  const slot = new Date(ONE_O_CLOCK + 2 * HOUR_MS).toISOString();
  writeFileSync(
    place('allocated.csv'),
    `slot,member,received_wh,given_wh\n${slot},${number('ben')},500,0\n${slot},999,1,0\n`,
  );
  const words = ['sharing', 'import', '--allocated', place('allocated.csv')];
  const dry = await json('officer', ...words, '--dry-run');
  expect(dry).toMatchObject({ status: 0, answer: { rows: 2, stored: 0 } });
  const { status, answer } = await json('officer', ...words);
  expect([status, answer.stored, answer.refused]).toEqual([
    1,
    1,
    [{ file: place('allocated.csv'), line: 3, code: 'member_unknown' }],
  ]);
  expect((await run('ben', ...words)).err).toContain('forbidden');
  const span = ['--from', '2026-03-21T00:00Z', '--until', '2026-03-22T00:00Z'];
  const told = await json('officer', 'sharing', 'differences', ...span);
  expect(told.answer).toEqual({ differences: [], cut: false });
  const both = await run('officer', ...words, '--shares', place('allocated.csv'));
  expect([both.status, both.err]).toEqual([2, expect.stringContaining('one of --shares')]);
});
