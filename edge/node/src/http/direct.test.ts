import { ACTION, checkRoundCodec, transferStageCodec } from '@commonwatt/contracts';
import { energy } from '@commonwatt/units';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { action, keyOf, numberOf, TestingCommunity } from './testing-community.test-support.ts';
import {
  admitPlants,
  apply,
  DEADLINE_MS,
  HOUR_MS,
  list,
  openRound,
  reveal,
  seal,
  TERMS,
} from './testing-round.test-support.ts';

const [ANA, BOB, CARL] = [numberOf('ana'), numberOf('bob'), numberOf('carl')];
let community: TestingCommunity;

beforeAll(async () => {
  community = await TestingCommunity.open();
  await admitPlants(community);
  await apply(community, 'checker', 'wind', 'A');
});
afterAll(() => community.close());

async function ask(name: string, url: string) {
  const answer = await community.knock({ url, as: keyOf(name) });
  const isJson = `${answer.headers['content-type']}`.startsWith('application/json');
  return { status: answer.statusCode, body: isJson ? answer.json() : answer.body };
}

async function read(name: string, url: string) {
  const { status, body } = await ask(name, url);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

const DOORS = ['', '/listings', '/matrix', '/matching', '/contracts', '/contracts/table'];

describe('an open round at the doors', () => {
  beforeAll(async () => {
    await openRound(community, 1);
    for (const name of ['ana', 'bob', 'carl'] as const) await list(community, name, 1);
  });

  test('is for the admitted, officers and the companies it names, and for nobody else', async () => {
    for (const door of DOORS) {
      const url = `/api/direct/rounds/1${door}`;
      for (const name of ['ana', 'bob', 'operator', 'auditor', 'provider']) {
        expect([name, door, (await ask(name, url)).status]).toEqual([name, door, 200]);
      }
      expect((await community.knock({ url })).statusCode).toBe(401);
    }
    expect((await ask('ana', '/api/direct/rounds/9')).body.code).toBe('round_unknown');
  });

  test('counts down to its deadline', async () => {
    const round = await read('bob', '/api/direct/rounds/1');
    expect(round).toMatchObject({
      stage: 'listing',
      stageUntilMs: DEADLINE_MS,
      nowMs: community.clock.ms,
      seed: null,
      check: null,
      listings: { buyers: 1, sellers: 2, sealed: 0 },
    });
    const { rounds, tokensPerCoin } = await read('bob', '/api/direct/rounds');
    expect(tokensPerCoin).toBe(10);
    expect(rounds).toMatchObject([{ round: 1, name: 'January', stage: 'listing', listings: 3 }]);
  });

  test('shows listings to the admitted, and what they hold to their members and officers', async () => {
    const { listings, hidden } = await read('bob', '/api/direct/rounds/1/listings');
    expect(hidden).toBe(0);
    expect(listings.map((one: { member: number }) => one.member)).toEqual([ANA, BOB, CARL]);
    expect(listings[0]).toMatchObject({ sealed: false, terms: { energy: '10000000' }, held: null });
    expect(listings[1].held).toBe(`${TERMS.bob.energyWh * 100_000n}`);
    const officers = await read('operator', '/api/direct/rounds/1/listings');
    expect(officers.listings[0].held).not.toBeNull();
  });

  test('gives every part of every converted price, by the equations', async () => {
    const { buyers, sellers, rows, next } = await read('ana', '/api/direct/rounds/1/matrix');
    expect([buyers.length, sellers.length, next]).toEqual([1, 2, null]);
    const [wind, thermal] = rows[0].cells;
    // 5 - (3.5 / 0.94 + 0.8) token/kWh; certificates of 19 token are 0.019 per kWh at the busbar.
    expect(wind).toMatchObject({
      seller: BOB,
      parts: {
        transmissionPrice: '800000',
        fees: '0',
        sellerAtMeter: '3723404',
        difference: '476596',
        buyerPrice: '4761702',
        sellerPrice: '3724000',
        ordinary: { certificateCost: '-19000', certificateAtMeter: '-20213', mayTrade: true },
        green: { certificateCost: '0', value: '476596', mayTrade: true },
      },
    });
    expect(thermal).toMatchObject({
      seller: CARL,
      parts: { fees: '100000', ordinary: { certificateCost: '3800', mayTrade: true }, green: null },
    });
    for (const { parts } of rows[0].cells) {
      const { ordinary } = parts;
      const seller = parts === wind.parts ? 3_500_000n : 3_000_000n;
      const q =
        5_000_000n - seller - BigInt(ordinary.certificateCost) - BigInt(ordinary.otherCosts);
      const off = q - BigInt(ordinary.value);
      expect(off >= -1n && off <= 1n).toBe(true);
    }
  });

  test('after the check names the limit, what was cut, and the transfers that are due', async () => {
    await community.passTo(DEADLINE_MS);
    await community.passTo(DEADLINE_MS + 1000);
    const before = await read('ana', '/api/direct/rounds/1/matching');
    const green = { buyerPrice: '4761702', sellerPrice: '3724000', convertedValue: '476596' };
    const first = { requested: '2000000', ...green };
    expect(before).toMatchObject({ basis: 'matched', pairs: [first, {}, {}] });
    const limits = [{ from: 'A', to: 'B', energy: energy(5_000_000n) }];
    const check = { round: 1, limits, reason: 'line A-B under repair' };
    await community.send('provider', action(ACTION.checkRound, checkRoundCodec, check));
    const round = await read('ana', '/api/direct/rounds/1');
    expect(round).toMatchObject({
      stage: 'committing',
      check: {
        checkedBy: numberOf('provider'),
        reason: 'line A-B under repair',
        corridors: [{ limit: '5000000', granted: '5000000', binding: true }],
      },
      contracts: { open: 3, paid: 0, cancelled: 0 },
      awaited: { committed: 6, stated: 3, released: 6 },
    });
    const after = await read('ana', '/api/direct/rounds/1/matching');
    expect(after.basis).toBe('checked');
    const granted = after.pairs.map((one: { amounts: { energy: string } }) => one.amounts.energy);
    expect(granted.reduce((sum: bigint, one: string) => sum + BigInt(one), 0n)).toBe(5_000_000n);
    expect(after.pairs[0].reason).toBe('limit of corridor ["A","B"]');
    expect(after.unmatched).toContainEqual(
      expect.objectContaining({ member: ANA, side: 'buyer', reason: 'limit' }),
    );
    const { contracts } = await read('ana', '/api/direct/rounds/1/contracts');
    expect(contracts[0].due).toMatchObject([
      { side: 'buyer', member: ANA, stage: 'committing', untilMs: round.stageUntilMs },
      { side: 'seller', member: BOB, stage: 'committing' },
    ]);
    const transfer = { round: 1, contract: 0 };
    await community.send('ana', action(ACTION.transferStage, transferStageCodec, transfer));
    const later = await read('ana', '/api/direct/rounds/1/contracts?limit=1');
    expect(later.contracts[0].due).toMatchObject([{ side: 'seller' }]);
    expect(later.contracts[0].buyerHeld).toBe(contracts[0].due[0].amount);
    expect(later.next).toBe(0);
    const rest = await read('ana', '/api/direct/rounds/1/contracts?after=0');
    expect(rest.contracts.map((one: { contract: number }) => one.contract)).toEqual([1, 2]);
  });

  test('tells each party its own contracts, officers and companies all, as JSON and as CSV', async () => {
    const url = '/api/direct/rounds/1/contracts';
    const countFor = async (name: string) => (await read(name, url)).contracts.length;
    expect(await Promise.all(['ana', 'bob', 'carl', 'provider', 'auditor'].map(countFor))).toEqual([
      3, 2, 1, 3, 3,
    ]);
    const lines = ((await read('bob', `${url}/table`)) as string).split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^round,contract,status,buyer,seller,type,green,.*,reason$/);
    expect(lines[1]).toContain(`1,0,open,${ANA},${BOB},wind,yes,A,B,60000,800000,`);
    expect(lines[1]).toContain('"limit of corridor [""A"",""B""]"');
    const own = await read('bob', `/api/members/${BOB}/direct/contracts`);
    expect(own.contracts).toHaveLength(2);
    expect(own.positions).toMatchObject([{ round: 1, side: 'seller', contracts: 2 }]);
    const table = await read('bob', `/api/members/${BOB}/direct/contracts/table`);
    expect((table as string).split('\r\n')).toEqual(lines);
    expect((await ask('bob', `/api/members/${ANA}/direct/contracts`)).status).toBe(403);
  });

  test('says what a member has in it, and who waits to be admitted', async () => {
    const own = await read('ana', `/api/members/${ANA}/direct`);
    expect(own).toMatchObject({
      admission: { side: 'buyer', status: 'admitted', region: 'B' },
      listings: [{ round: 1, member: ANA }],
      positions: [{ round: 1, contracts: 3 }],
    });
    expect(BigInt(own.tokens.free) + BigInt(own.tokens.held)).toBe(10_000_000n * 1_000_000_000n);
    const { admissions, needed } = await read('registrar', '/api/direct/admissions');
    expect(needed).toBe(1);
    type Admission = { member: number; status: string };
    const waiting = admissions.filter((one: Admission) => one.status === 'applied');
    expect(waiting.map((one: Admission) => one.member)).toEqual([numberOf('checker')]);
    expect(admissions).toHaveLength(4);
    expect((await ask('ana', '/api/direct/admissions')).status).toBe(403);
  });
});

describe('who is not admitted', () => {
  test('is refused the data of a round, and told of no rounds at all', async () => {
    const outsider = await TestingCommunity.open();
    try {
      await openRound(outsider, 1);
      await apply(outsider, 'bob', 'wind', 'A');
      for (const name of ['ana', 'bob'] as const) {
        for (const url of [
          '/api/direct/rounds',
          ...DOORS.map((one) => `/api/direct/rounds/1${one}`),
        ]) {
          const answer = await outsider.knock({ url, as: keyOf(name) });
          expect([url, answer.statusCode, answer.json().code]).toEqual([url, 403, 'not_admitted']);
        }
      }
    } finally {
      await outsider.close();
    }
  });
});

describe('a sealed round at the doors', () => {
  const url = '/api/direct/rounds/2';
  const deadlineMs = DEADLINE_MS + 24 * HOUR_MS;

  test('hides listings of others until the lots are drawn', async () => {
    await openRound(community, 2, {
      form: 'sealed',
      revealMs: HOUR_MS,
      deadlineMs,
      deliveryFromMs: deadlineMs + 48 * HOUR_MS,
      deliveryUntilMs: deadlineMs + 72 * HOUR_MS,
    });
    for (const name of ['ana', 'bob', 'carl'] as const) await seal(community, name, 2);
    const seen = await read('bob', `${url}/listings`);
    expect(seen).toMatchObject({
      listings: [{ member: BOB, sealed: true, terms: null }],
      hidden: 2,
    });
    const officers = await read('operator', `${url}/listings`);
    expect(officers.listings.map((one: { terms: unknown }) => one.terms)).toEqual([
      null,
      null,
      null,
    ]);

    await community.passTo(deadlineMs);
    await reveal(community, 'ana', 2);
    await reveal(community, 'bob', 2);
    expect((await read('bob', `${url}/listings`)).listings).toMatchObject([
      { member: BOB, terms: { price: '3500000' } },
    ]);
    for (const name of ['bob', 'operator']) {
      const listed = (await read(name, `${url}/listings`)).listings;
      expect(listed.filter((one: { member: number }) => one.member === ANA)).toEqual(
        name === 'bob' ? [] : [expect.objectContaining({ terms: null })],
      );
      expect((await read(name, `${url}/matrix`)).rows).toEqual([]);
    }

    await community.passTo(deadlineMs + HOUR_MS);
    await community.passTo(deadlineMs + HOUR_MS + 1000);
    expect((await read('bob', url)).stage).toBe('checking');
    const { listings, hidden } = await read('bob', `${url}/listings`);
    expect(hidden).toBe(0);
    expect(listings.map((one: { member: number }) => one.member)).toEqual([ANA, BOB]);
    expect((await read('bob', `${url}/matrix`)).rows).toHaveLength(1);
  });
});
