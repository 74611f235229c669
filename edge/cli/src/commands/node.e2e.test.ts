import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createClient } from '@commonwatt/client';
import { formatInstant } from '@commonwatt/units';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD, RunningNode } from './running-node.test-support.ts';

const HOUR_MS = 3_600_000;

let node: RunningNode;
beforeAll(async () => {
  node = await RunningNode.start('debug');
}, 60_000);
afterAll(() => node.remove());

const place = (name: string) => node.place(name);
const run = (words: readonly string[], input = '') => node.run(words, input);
const json = (...words: readonly string[]) => node.json(...words);
const officer = () => ['--keystore', place('officer.keystore.json')];
const ana = () => ['--keystore', place('ana.json')];

test('a member makes a key, is enrolled by its proof, and trades', async () => {
  const { answer: keys } = await json('key', 'new', place('ana.json'), '--label', 'Ana');
  expect(keys.label).toBe('Ana');
  expect(statSync(place('ana.json')).mode & 0o777).toBe(0o600);
  const { chain } = await createClient({ baseUrl: node.url }).ledgerStatus();
  const proof = await run(['key', 'prove', place('ana.json'), '--chain', chain]);
  writeFileSync(place('ana.proof'), proof.out);
  const admission = ['--label', 'Ana, 1 Lime Street', '--kind', 'home solar system'];
  const enrolment = ['enrol', '--proof', place('ana.proof'), '--credit-eur', '100', ...admission];
  const { status, answer } = await json(...enrolment, ...officer());
  expect([status, answer.members]).toEqual([
    0,
    [{ label: 'Ana, 1 Lime Street', how: 'enrol', answer: 'done' }],
  ]);
  expect((await run([...enrolment, ...officer()])).status).toBe(1);

  const slotMs = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS;
  const slot = ['--slot', formatInstant(slotMs)];
  const offer = await json('offer', ...slot, '--energy', '1.5', '--limit', '10.5', ...ana());
  expect([offer.status, offer.answer.actions]).toEqual([0, ['done']]);
  const asked = await json('request', ...slot, '--energy', '1', '--limit', '20', ...ana());
  expect(asked.status).toBe(0);
  const balance = await json('balance', ...ana());
  expect(balance.answer).toMatchObject({ reserved: '200000000', creditLimit: '100000000000' });
  expect(balance.answer.proven.checkpointSize).toBe(balance.answer.proven.height + 1);
  const shown = await run(['balance', ...ana()]);
  expect(shown.out).toMatch(/reserved\s+0\.2\s+proven/);
  expect(shown.out).toMatch(/proven as of block \d+, under a signed checkpoint of \d+ blocks\n$/);
  const order = `${offer.answer.transactionId}:0`;
  expect((await json('withdraw', order, ...ana())).status).toBe(0);
  expect((await run(['withdraw', order, ...ana()])).status).toBe(1);
});

test('what the ledger refuses is a no in one line, and what it cannot hold bad input', async () => {
  const slot = ['--slot', formatInstant(Math.ceil(Date.now() / HOUR_MS) * HOUR_MS)];
  const dear = await run(['offer', ...slot, '--energy', '1', '--limit', '1000', ...ana()]);
  expect(dear.status).toBe(1);
  expect(dear.err).toMatch(/^commonwatt: .*price_outside_collar.*\n$/);
  const fine = await run(['offer', ...slot, '--energy', '0.0001', '--limit', '1', ...ana()]);
  expect(fine.status).toBe(2);
  expect(fine.err).toBe('commonwatt: --energy: expected at most 3 decimals of kWh, got "0.0001"\n');
  const nobody = await run(['blocks', '--node', 'http://127.0.0.1:1']);
  expect(nobody.status).toBe(2);
  expect(nobody.err).toMatch(/^commonwatt: --node: expected a node that answers, got /);
});

test('a standing order, its end, trades, blocks and prices', async () => {
  const fromMs = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS;
  const span = ['--from', formatInstant(fromMs), '--until', formatInstant(fromMs + HOUR_MS)];
  const terms = ['--side', 'buy', '--energy', '0.25', '--limit', '18'];
  const { status, answer } = await json('standing', ...terms, ...span, ...ana());
  expect(status).toBe(0);
  const ended = await json('end-standing', `${answer.transactionId}:0`, ...ana());
  expect(ended.status).toBe(0);
  expect((await json('trades', ...ana())).answer).toEqual({ trades: [] });
  expect((await json('prices')).answer).toEqual({ prices: [] });
  const { blocks } = (await json('blocks')).answer;
  expect(blocks.at(-1).height).toBe(0);
  expect((await run(['blocks'])).out).toContain('what happened');
});

test('the proof of a member is verified offline by chain and keys of the asker', async () => {
  const out = place('proof.json');
  expect((await run(['proof', '--out', out, ...ana()])).status).toBe(0);
  const { chain, keys } = await createClient({ baseUrl: node.url }).ledgerStatus();
  const bundle = JSON.parse(readFileSync(out, 'utf8'));
  const request = { type: 'bundle', bundle, chain, keys, threshold: 1 };
  const foreign = { ...request, chain: '0'.repeat(64) };
  const input = [request, foreign].map((one) => `${JSON.stringify(one)}\n`).join('');
  const { status, out: answers } = await run(['verify'], input);
  expect(status).toBe(0);
  expect(
    answers
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).ok),
  ).toEqual([true, false]);
});

test('members from a file: checked first, then enrolled or invited', async () => {
  const head = 'label,kind,roles,import_w,export_w,credit_eur\n';
  writeFileSync(place('bad.csv'), `${head},household,,1,1,0\nCid,castle,,1,1,0\n`);
  const bad = await run(['members', 'import', place('bad.csv'), '--dry-run']);
  expect(bad.status).toBe(2);
  expect(bad.err).toContain('bad.csv, line 2, column label: expected 1 to 200 characters, got 0');
  expect(bad.err).toContain('bad.csv, line 3, column kind: expected one of');
  const rows = 'Ben,household,,11000,11000,50\nCid,factory,consumer,500000,1,1000\n';
  writeFileSync(place('members.csv'), head + rows);
  const height = async () => (await json('blocks', '--limit', '1')).answer.blocks[0].height;
  const before = await height();
  const dry = await json('members', 'import', place('members.csv'), '--dry-run');
  expect(dry.answer).toEqual({ dryRun: true, enrol: 0, invite: 2 });
  expect(await height()).toBe(before);
  const { answer } = await json('members', 'import', place('members.csv'), ...officer());
  for (const one of answer.members) {
    expect(one).toMatchObject({ how: 'invite', answer: 'done' });
    expect(one.link).toMatch(/#\/join\?invite=[0-9a-f]{64}&chain=[0-9a-f]{64}$/);
  }
  expect((await run(['invite', '--label', 'Dee', ...ana()])).status).toBe(1);
});

test('a key under another password, here and for another device', async () => {
  expect((await run(['key', 'export', place('ana.json'), place('phone.json')])).status).toBe(0);
  expect((await run(['balance', '--keystore', place('phone.json')])).status).toBe(2);
  expect((await run(['key', 'export', place('ana.json'), place('phone.json')])).status).toBe(2);
  expect((await run(['key', 'password', place('ana.json')])).status).toBe(0);
  expect((await run(['balance', ...ana()])).status).toBe(2);
  const shown = (path: string) => json('key', 'show', path).then((one) => one.answer);
  expect(await shown(place('phone.json'))).toEqual(await shown(place('ana.json')));
});

test('its log says what it does, and nothing that is secret or personal', async () => {
  const { log } = node;
  expect(log).toContain('"msg":"listening"');
  expect(log).toContain('"msg":"block"');
  expect(log).toContain('"route":"submitTransaction","status":200');
  const canaries = [
    PASSWORD,
    'Lime Street',
    'authorization',
    'Commonwatt key=',
    'keystore',
    readFileSync(place('ana.proof'), 'utf8').trim(),
  ];
  for (const name of ['phone', 'officer.keystore']) {
    const text = readFileSync(place(`${name}.json`), 'utf8');
    const { publicKey, agreementPublicKey, ciphertext, salt } = JSON.parse(text);
    canaries.push(publicKey, agreementPublicKey, ciphertext, salt);
  }
  for (const canary of canaries) expect(log).not.toContain(canary);
  for (const secret of [/[0-9a-f]{64}/, /\/members\/\d/, /invite=/]) {
    expect(log).not.toMatch(secret);
  }
});

test('while it works, its readings are written out for an auditor', async () => {
  const { status, answer } = await json('readings', 'export', place('ledger'));
  expect([status, answer.readings]).toEqual([0, 0]);
});

test('told to stop, the node ends well, and what it leaves is clean', async () => {
  expect(await node.stop()).toBe(0);
  const { status, answer } = await json('audit', place('ledger'));
  expect([status, answer.clean]).toEqual([0, true]);
  const exported = await json('readings', 'export', place('ledger'));
  expect(exported.answer.readings).toBe(0);
  const again = await json('audit', place('ledger'), '--readings', place('ledger/readings'));
  const nothing = { runs: 0, corrected: 0, later: 0, lines: 0, readings: 0, unopened: 0 };
  expect(again.answer.readings).toEqual(nothing);
});
