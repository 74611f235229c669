/** Everything the ledger knows is reached from a command line: by members, delegates and officers. */

import { createClient, openKeystore } from '@commonwatt/client';
import { nodeScrypt, readKeystoreFile } from '@commonwatt/client/node';
import { NodeCrypto } from '@commonwatt/consensus';
import { ACTION, ROLE, transferCodec } from '@commonwatt/contracts';
import { encode, fromHex, signTransaction, toHex } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD, RunningNode } from './running-node.test-support.ts';

const DAY_MS = 86_400_000;

let node: RunningNode;
let officer: readonly string[];
let ana: readonly string[];
let ben: readonly string[];
let chain = '';
let anaNumber = 0;

beforeAll(async () => {
  node = await RunningNode.start();
  officer = ['--keystore', node.place('officer.keystore.json')];
  ana = await node.enrol('ana', 'home solar system');
  ben = await node.enrol('ben', 'household');
  chain = (await createClient({ baseUrl: node.url }).ledgerStatus()).chain;
  anaNumber = (await node.json('me', ...ana)).answer.member;
}, 60_000);
afterAll(() => node.remove());

/** Sends an action and answers what became of it: done, or the code of its refusal at the door. */
async function act(name: string, message: object, ...words: readonly string[]) {
  const command = ['act', name, ...words, '--message', text(message), '--json'];
  const { status, out, err } = await node.run(command);
  const code = /refused \{"code":"(\w+)"/.exec(err)?.[1];
  return [status, code ?? JSON.parse(out).actions.join()] as const;
}
const text = (message: object): string => JSON.stringify(message);
const DONE = [0, 'done'];

async function publicKeyOf(name: string): Promise<string> {
  return (await node.json('key', 'show', node.place(`${name}.json`))).answer.publicKey;
}

test('every action has a name, its fields, and whoever decides it', async () => {
  const { answer } = await node.json('act', '--list');
  expect(answer.actions.map((one: { action: string }) => one.action)).toEqual(Object.keys(ACTION));
  for (const name of Object.keys(ACTION)) {
    const { status, out } = await node.run(['act', '--describe', name]);
    expect([name, status, out.split('\n')[1]]).toEqual([name, 0, '{']);
  }
  const deposit = await node.run(['act', '--describe', 'deposit']);
  expect(deposit.out).toBe(
    'deposit, number 200, decided by treasurers\n{\n' +
      '  "member": 0 to 4294967295\n' +
      '  "amount": "whole number of nano-currency (1 EUR = 1000000000) as text"\n' +
      '  "reference": "32 bytes in hex"\n}\n',
  );
});

test('a message that the layout cannot hold is bad input, named by its field', async () => {
  const refused = async (name: string, message: string, ...words: readonly string[]) => {
    const { status, out, err } = await node.run(['act', name, '--message', message, ...words]);
    expect([status, out]).toEqual([2, '']);
    return err;
  };
  expect(await refused('transfer', '{"to":1,"amount":5}')).toContain('--message.amount: expected');
  expect(await refused('transfer', '{"to":1,"amount":"5","so":1}')).toContain('--message.so');
  expect(await refused('transfer', '{"to":1,"to":2,"amount":"5"}')).toContain('duplicate_key');
  expect(await refused('steal', '{}')).toContain('NAME: expected an action');
  const free = await refused('transfer', '{"to":1,"amount":"5"}', '--propose');
  expect(free).toContain('--propose: expected an action that an authority decides');
  const dry = await node.json('act', 'openLane', '--message', '{"lane":3}', '--dry-run');
  expect(dry.answer).toEqual({ dryRun: true, action: 'openLane', type: 104, body: '0003' });
});

test('money comes in, goes across and out; credit is set', async () => {
  const reference = '11'.repeat(32);
  const amount = '7000000000';
  const money = { member: anaNumber, amount };
  expect(await act('deposit', { ...money, reference }, ...officer)).toEqual(DONE);
  expect(await act('deposit', { ...money, reference }, ...officer)).toEqual([1, 'reference_used']);
  expect(await act('deposit', { ...money, reference: '22'.repeat(32) }, ...ben)).toEqual([
    1,
    'role_missing',
  ]);
  const benNumber = (await node.json('me', ...ben)).answer.member;
  expect(await act('transfer', { to: benNumber, amount: '1000000000' }, ...ana)).toEqual(DONE);
  expect(await act('requestWithdrawal', { amount: '2000000000' }, ...ana)).toEqual(DONE);
  const waiting = await node.json('decisions', ...officer);
  expect(waiting.answer.withdrawals).toEqual([{ member: anaNumber, amount: '2000000000' }]);
  expect((await node.run(['decisions', ...ana])).status).toBe(1);
  const paid = { member: anaNumber, amount: '2000000000', reference: '33'.repeat(32) };
  expect(await act('confirmWithdrawal', paid, ...officer)).toEqual(DONE);
  expect(await act('setCreditLimit', { member: anaNumber, limit: '5' }, ...officer)).toEqual(DONE);
  const { answer } = await node.json('balance', ...ana);
  expect(answer).toMatchObject({ available: '4000000000', withdrawing: '0', creditLimit: '5' });
});

test('a community account that holds nothing pays nothing out, and says what it holds', async () => {
  const { community, held } = (await node.json('decisions', ...officer)).answer;
  expect(held).toEqual([]);
  expect(community).toHaveLength(6);
  expect(community[0]).toEqual({
    account: 'deviations',
    balance: '0',
    correctable: '0',
    payable: '0',
  });
  const pay = { account: 'deviations', amount: '5', member: anaNumber, reference: '44'.repeat(32) };
  expect(await act('payOut', pay, ...officer)).toEqual([1, 'balance_insufficient']);
  expect(await act('payOut', pay, ...ben)).toEqual([1, 'role_missing']);
});

test('a lane of its own, a key that may read, a delegate within its mandate', async () => {
  expect(await act('openLane', { lane: 1 }, ...ana)).toEqual(DONE);
  const untilMs = Date.now() + DAY_MS;
  const key = await publicKeyOf('ben');
  expect(await act('grantReading', { key, scopes: 1, untilMs }, ...ana, '--lane', '1')).toEqual(
    DONE,
  );
  const mandate = { delegateKey: key, actionTypes: [ACTION.transfer], untilMs };
  expect(await act('giveMandate', mandate, ...ana)).toEqual(DONE);
  const forAna = ['--on-behalf-of', `${anaNumber}`, ...ben];
  expect(await act('transfer', { to: 1, amount: '5' }, ...forAna)).toEqual(DONE);
  const beyond = await node.run(['act', 'openLane', '--message', '{"lane":2}', ...forAna]);
  expect([beyond.status, beyond.err]).toEqual([1, expect.stringContaining('mandate_lacks_action')]);
  const mine = (await node.json('me', ...ana)).answer;
  expect(mine.mandatesGiven).toMatchObject([{ actions: ['transfer'], untilMs }]);
  expect(mine.readingGrants).toEqual([{ key, scopes: ['balance'], untilMs }]);
  expect(mine.keys[0].lanes.map((one: { lane: number }) => one.lane)).toEqual([0, 1]);
  const held = (await node.json('me', ...ben)).answer.mandatesHeld;
  expect(held).toMatchObject([{ member: anaNumber, actions: ['transfer'] }]);
});

test('T63: a member is told who read its rows, and by what right', async () => {
  expect((await node.run(['access-log', ...ana])).out).toBe(
    `nobody else read the rows of member ${anaNumber}\n`,
  );
  const keystore = readKeystoreFile(node.place('ben.json'));
  const { signer } = await openKeystore({ scrypt: nodeScrypt }, keystore, PASSWORD);
  const client = createClient({ baseUrl: node.url, signer, chain });
  await client.memberBalance({ params: { member: anaNumber } });
  await client.memberBalance({ params: { member: anaNumber } });
  const { answer } = await node.json('access-log', ...ana);
  const key = await publicKeyOf('ben');
  expect(answer.reads).toMatchObject([{ what: 'memberBalance', as: 'grant', key, count: 2 }]);
  const told = (await node.run(['access-log', ...ana])).out;
  expect(told).toMatch(/ 2 +member \d+ +your grant +memberBalance/);
});

test('the operator is told that the clock is followed, and confirms no step that is not there', async () => {
  const { out, status } = await node.run(['clock', ...officer]);
  expect([status, out]).toEqual([0, expect.stringContaining("that of the machine's clock")]);
  const none = await node.run(['clock', '--confirm', '3600000', ...officer]);
  expect([none.status, none.err]).toEqual([1, expect.stringContaining('no_clock_step')]);
  expect((await node.run(['clock', '--confirm', '1h', ...officer])).status).toBe(2);
  expect((await node.run(['clock', ...ana])).status).toBe(1);
});

test('signed bytes are sent line by line: a verdict each, and one effect however often', async () => {
  const crypto = new NodeCrypto();
  const keystore = readKeystoreFile(node.place('ana.json'));
  const { signer } = await openKeystore({ scrypt: nodeScrypt }, keystore, PASSWORD);
  const client = createClient({ baseUrl: node.url });
  const key = await publicKeyOf('ana');
  const lane = await client.laneStatus({ params: { key, lane: 0 } });
  const nowMs = Date.now();
  const body = encode(transferCodec, { to: 1, amount: money(1n) });
  const envelope = {
    chain: fromHex(chain),
    onBehalfOf: undefined,
    lane: 0,
    sequence: lane.next,
    validFromMs: nowMs - 60_000,
    validUntilMs: nowMs + 60_000,
    atomic: false,
  };
  const good = signTransaction(crypto, signer, envelope, [{ type: ACTION.transfer, body }]);
  const forged = Uint8Array.from(good, (byte, at) => (at === good.length - 1 ? byte ^ 1 : byte));
  const lines = [toHex(forged), toHex(good), 'no hex', toHex(good)];
  const { status, out } = await node.run(['send', '--json'], `${lines.join('\n')}\n`);
  const verdicts = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(status).toBe(1);
  expect(verdicts.map((one) => one.code)).toEqual([
    'bad_signature',
    'done',
    'malformed_line',
    'done',
  ]);
  expect(verdicts[3].height).toBe(verdicts[1].height);
  const again = await node.run(['send'], toHex(good));
  expect([again.status, again.out]).toEqual([0, expect.stringMatching(/ proven: done\n$/)]);
});

test('a recovery under way is shown to its member, who stops it; a key is rotated', async () => {
  const fresh = node.place('fresh.json');
  await node.json('key', 'new', fresh);
  const proofFor = async (purpose: string) => {
    const words = ['key', 'prove', fresh, '--chain', chain, '--purpose', purpose];
    const { publicKey, ...proof } = JSON.parse((await node.run(words)).out);
    return { newKey: publicKey, ...proof };
  };
  const lost = { member: anaNumber, ...(await proofFor('recover')) };
  expect(await act('recoverKey', { ...lost, ...(await proofFor('enrol')) }, ...officer)).toEqual([
    1,
    'possession_missing',
  ]);
  expect(await act('recoverKey', lost, ...officer)).toEqual(DONE);
  const told = (await node.run(['me', ...ana])).out;
  expect(told).toContain(`ATTENTION: a registrar is giving your membership the key ${lost.newKey}`);
  expect(told).toContain(`commonwatt act cancelRecovery --message '{"member":${anaNumber}}'`);
  const seen = (await node.json('decisions', ...officer)).answer.recoveries;
  expect(seen).toMatchObject([{ member: anaNumber, newKey: lost.newKey }]);
  expect(await act('cancelRecovery', { member: anaNumber }, ...ana)).toEqual(DONE);
  expect((await node.json('me', ...ana)).answer.recovery).toBeNull();

  expect(await act('rotateKey', await proofFor('rotate'), ...ana)).toEqual(DONE);
  expect((await node.run(['me', ...ana])).status).toBe(1);
  const { answer } = await node.json('me', '--keystore', fresh);
  expect([answer.member, answer.keys.length]).toEqual([anaNumber, 2]);
  expect((await node.run(['key', 'prove', fresh, '--chain', chain, '--purpose', 'x'])).status).toBe(
    2,
  );
});

test('markets are defined and halted, meters registered, members changed and revoked', async () => {
  const market = {
    market: 9,
    name: 'Second street',
    kind: 'call auction',
    slotLengthMs: 900_000,
    gateLeadMs: 300_000,
    horizonMs: DAY_MS,
    priceLeast: '-500000',
    priceMost: '1000000',
    kThousandths: 500,
    mechanism: 'uniform',
    roundsMax: 0,
  };
  expect(await act('defineMarket', market, ...officer)).toEqual(DONE);
  const stepwise = {
    ...market,
    market: 10,
    mechanism: 'ascending-increment',
    settings: [{ name: 'increment', value: '0.250' }],
  };
  expect(await act('defineMarket', stepwise, ...officer)).toEqual(DONE);
  const halt = { market: 9, open: 'halted', reason: 'drill' };
  expect(await act('setMarketOpen', halt, ...officer)).toEqual(DONE);
  const meter = {
    member: anaNumber,
    source: 'device',
    key: await publicKeyOf('fresh'),
    direction: 'both',
    importLimitW: '11000',
    exportLimitW: '0',
    measures: 'connection',
    position: { feeder: 'north', transformer: '' },
    renewable: 'yes',
  };
  expect(await act('registerMeter', meter, ...officer)).toEqual(DONE);
  const benNumber = (await node.json('me', ...ben)).answer.member;
  const producer = {
    member: benNumber,
    roles: ROLE.producer,
    importLimitW: '1000',
    exportLimitW: '2000',
  };
  // One voice is enough here, so a proposal is carried out at once.
  expect(await act('amendMember', producer, ...officer, '--propose')).toEqual(DONE);
  expect((await node.json('me', ...ben)).answer).toMatchObject({
    roles: ['producer'],
    exportLimitW: '2000',
  });
  expect(await act('revokeMember', { member: benNumber, fromHeight: 0 }, ...officer)).toEqual([
    1,
    'height_past',
  ]);
  const run = { periodFromMs: 0, runHash: '00'.repeat(32) };
  expect(await act('signRun', run, ...officer)).toEqual([1, 'run_unknown']);
  expect(await act('disputeRun', { ...run, reason: 'not mine', lines: [] }, ...officer)).toEqual([
    1,
    'run_unknown',
  ]);
});
