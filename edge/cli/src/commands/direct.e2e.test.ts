/** Direct purchase and certificates from a command line, against a node that keeps both ledgers. */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningNode } from './running-node.test-support.ts';

const HOUR_MS = 3_600_000;
const WHOLE_HOURS = (ms: number) => Math.ceil(ms / HOUR_MS) * HOUR_MS;

let node: RunningNode;
let officer: readonly string[];
let ana: readonly string[];
let ben: readonly string[];
let anaNumber = 0;

beforeAll(async () => {
  node = await RunningNode.start(
    'silent',
    '\ncertificates:\n  name: commonwatt/test/certificates\n',
  );
  officer = ['--keystore', node.place('officer.keystore.json')];
  ana = await node.enrol('ana', 'organisation');
  ben = await node.enrol('ben', 'organisation');
  anaNumber = (await node.json('me', ...ana)).answer.member;
}, 60_000);
afterAll(() => node.remove());

/** Sends an action and answers what became of it: done, or the code of its refusal at the door. */
async function act(name: string, message: object, ...words: readonly string[]) {
  const command = ['act', name, ...words, '--message', JSON.stringify(message), '--json'];
  const { status, out, err } = await node.run(command);
  const code = /refused \{"code":"(\w+)"/.exec(err)?.[1];
  return [status, code ?? JSON.parse(out).actions.join()] as const;
}
const DONE = [0, 'done'];

function rules() {
  const deadlineMs = WHOLE_HOURS(Date.now() + HOUR_MS);
  const day = { checkMs: HOUR_MS, transferMs: HOUR_MS, statementMs: HOUR_MS };
  return {
    name: 'Spring',
    mode: 'listing',
    market: 0,
    form: 'open',
    deadlineMs,
    revealMs: 0,
    ...day,
    deliveryFromMs: deadlineMs + 3 * HOUR_MS,
    deliveryUntilMs: deadlineMs + 4 * HOUR_MS,
    correctionMs: 0,
    corridors: [{ from: 'A', to: 'B', lossMillionths: 60_000, transmissionPrice: '800000' }],
    limits: [{ from: 'A', to: 'B', energy: '5000000' }],
    certificatePrice: '19000',
    bundlingThousandths: null,
    collateralPrice: '0',
    sealDeposit: '0',
    sellerDeviationPrice: '0',
    buyerDeviationPrice: '0',
    quotaMillionths: 200_000,
    gridMember: 1,
    feeMember: 1,
    dispatchMember: 1,
    certificateMember: 0,
  };
}

async function admit(words: readonly string[], type: string, region: string): Promise<number> {
  const { member } = (await node.json('me', ...words)).answer;
  const side = type === 'none' ? 'buyer' : 'seller';
  const application = { side, type, region, papersCommitment: '11'.repeat(32) };
  expect(await act('applyAdmission', application, ...words)).toEqual(DONE);
  const amount = '100000000000';
  const reference = `${member}`.padStart(64, '2');
  expect(await act('deposit', { member, amount, reference }, ...officer)).toEqual(DONE);
  return member;
}

test('a round is read by who was admitted to it, and by nobody else', async () => {
  expect(await act('openRound', { round: 1, rules: rules() }, ...officer)).toEqual(DONE);
  const refused = await node.run(['direct', 'rounds', ...ana]);
  expect([refused.status, refused.err]).toEqual([1, expect.stringContaining('not_admitted')]);
  const benNumber = await admit(ben, 'wind', 'A');
  expect(await admit(ana, 'none', 'B')).toBe(anaNumber);
  expect((await node.run(['direct', 'matrix', '1', ...ana])).err).toContain('not_admitted');
  const { admissions } = (await node.json('direct', 'admissions', ...officer)).answer;
  expect(admissions).toMatchObject([
    { member: benNumber, side: 'seller', type: 'wind', status: 'applied' },
    { member: anaNumber, side: 'buyer', status: 'applied' },
  ]);
  for (const member of [anaNumber, benNumber]) {
    const limits = { energyMost: '1000000000', valueMost: '1000000000000000000000' };
    const review = { member, decision: 'admit', ...limits, reason: '' };
    expect(await act('reviewAdmission', review, ...officer)).toEqual(DONE);
  }
  const told = (await node.run(['direct', 'rounds', ...ana])).out;
  expect(told).toMatch(/ 1 +Spring +listing +open +listing +20\d\d-/);
});

test('listings, the matrix with its parts and the contracts are printed', async () => {
  for (const words of [ana, ben]) {
    expect(await act('exchangeTokens', { amount: '90000000000' }, ...words)).toEqual(DONE);
  }
  const bare = { environmentalPrice: '0', crossSubsidy: '0', greenEnergyWh: '0' };
  const wants = { side: 'buyer', type: 'none', region: 'B', price: '5000000' };
  const offers = { side: 'seller', type: 'wind', region: 'A', price: '3500000' };
  const listed = (terms: object, energyWh: string) => ({
    round: 1,
    terms: { ...bare, ...terms, energyWh },
  });
  expect(await act('listEnergy', listed(wants, '100000'), ...ana)).toEqual(DONE);
  expect(await act('listEnergy', listed(offers, '50000'), ...ben)).toEqual(DONE);
  const listings = (await node.run(['direct', 'listings', '1', ...ben])).out;
  expect(listings).toMatch(/ buyer +B +0\.1\d* .*5\.000000/);
  const matrix = (await node.run(['direct', 'matrix', '1', ...ana])).out;
  // S, W, F_S / (1 - e), df, X of wind sold with its certificate: 5 - (3.5 / 0.94 + 0.8).
  expect(matrix).toMatch(/0\.800000 +0\.000000 +3\.723404 +0\.476596 +-0\.019000/);
  const round = (await node.run(['direct', 'round', '1', ...ana])).out;
  expect(round).toMatch(/round 1, Spring: listing, ends .*, in \d+ h \d+ min/);
  expect(round).toMatch(/A-B +6% +0\.800000 +5/);
  expect((await node.run(['direct', 'matching', '1', ...ana])).out).toBe(
    'nothing is matched before the lots are drawn\n',
  );
  const own = (await node.json('direct', 'own', ...ana)).answer;
  expect(own).toMatchObject({ member: anaNumber, tokens: { held: '500000000000' } });
  const file = node.place('contracts.csv');
  const saved = await node.run(['direct', 'contracts', '1', '--csv', '--out', file, ...ana]);
  expect([saved.status, readFileSync(file, 'utf8')]).toEqual([
    0,
    expect.stringMatching(/^round,contract,status,.*,reason\r\n$/),
  ]);
  expect((await node.run(['direct', 'contracts', '--csv', ...ana])).out).toMatch(/^round,/);
  expect((await node.json('direct', 'contracts', '1', ...ana)).answer).toEqual({ contracts: [] });
  expect((await node.run(['direct', 'round', 'x', ...ana])).status).toBe(2);
});

test('the ledger of certificates is acted on and read', async () => {
  expect(await act('openLane', { lane: 7 }, '--certificates', ...officer)).toEqual(DONE);
  const bridge = (await node.json('certificates', 'bridge')).answer;
  expect(bridge).toMatchObject({ locked: '0', minted: '0', underWay: '0' });
  expect((await node.run(['certificates', 'bridge'])).out).toContain(
    'locked 0 = minted 0 + under way 0',
  );
  const own = (await node.run(['certificates', 'own', ...ana])).out;
  expect(own).toContain('this key is not enrolled on the ledger of certificates');
  expect((await node.json('certificates', 'offers', ...ana)).answer.offers).toEqual([]);
  const report = (await node.run(['certificates', 'compliance', ...officer])).out;
  expect(report).toMatch(/^period 0, .*: 0\S* MWh of certificates stand/);
  expect((await node.run(['certificates', 'compliance', ...ana])).status).toBe(1);
});
