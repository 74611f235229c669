import { type RouteName, routes, schemaFault } from '@commonwatt/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CALL,
  GENESIS_MS,
  keyOf,
  numberOf,
  SLOT_MS,
  TestingCommunity,
} from './testing-community.test-support.ts';
import { admit, openRound } from './testing-round.test-support.ts';
import { fillRows, INVITE, type Rows } from './testing-rows.test-support.ts';

let community: TestingCommunity;
let rows: Rows;

beforeAll(async () => {
  community = await TestingCommunity.open();
  rows = await fillRows(community);
  await openRound(community, 1);
  await admit(community, 'ana', 'none', 'B');
  // The gate closes, the slot is cleared.
  await community.passTo(SLOT_MS - 300_000);
  await community.passTo(SLOT_MS - 200_000);
});
afterAll(() => community.close());

const ANA = numberOf('ana');

/** Every route that answers with JSON, as somebody entitled asks for it. */
function questions(): [RouteName, string, string | undefined][] {
  const member = `/api/members/${ANA}`;
  const key = Buffer.from(keyOf('ana').publicKey).toString('hex');
  const span = `?from=${SLOT_MS}&until=${SLOT_MS + 900_000}`;
  const invite = Buffer.from(keyOf(INVITE).publicKey).toString('hex');
  return [
    ['health', '/health', undefined],
    ['openapi', '/openapi.json', undefined],
    ['ledgerStatus', '/api/ledger', undefined],
    ['genesisDocument', '/api/genesis', undefined],
    ['blockList', '/api/blocks?limit=3&before=9', undefined],
    ['blockDetail', '/api/blocks/0', undefined],
    ['blockProof', '/api/blocks/2/proof?size=5', undefined],
    ['consistencyProof', '/api/consistency?from=3&to=7', undefined],
    ['laneStatus', `/api/keys/${key}/lanes/0`, undefined],
    ['marketList', '/api/markets', undefined],
    ['openBook', `/api/markets/${CALL}/slots/${SLOT_MS + 43_200_000}/book`, undefined],
    ['slotClearing', `/api/markets/${CALL}/slots/${SLOT_MS}/clearing`, undefined],
    ['priceList', `/api/markets/${CALL}/prices?from=${GENESIS_MS}`, undefined],
    ['availableQuotes', `/api/markets/${CALL}/slots/${SLOT_MS}/quotes`, 'bob'],
    ['communityTotals', '/api/community', undefined],
    ['ownMember', '/api/me', 'ana'],
    ['memberBalance', `${member}/balance`, 'ana'],
    ['memberOrders', `${member}/orders`, 'ana'],
    ['memberTrades', `${member}/trades`, 'ana'],
    ['memberReadings', `${member}/readings?limit=10`, 'ana'],
    ['memberReadingHistory', `${member}/readings/history?limit=10`, 'ana'],
    ['memberReadingQuality', `${member}/readings/quality${span}`, 'ana'],
    ['memberStatement', `${member}/statements`, 'ana'],
    ['memberOpenRuns', `${member}/open-runs`, 'ana'],
    ['memberPeriod', `${member}/period?fromDay=2026-01-01&untilDay=2026-01-02&slots=yes`, 'ana'],
    ['memberBills', `${member}/bills`, 'ana'],
    ['memberBill', `${member}/bills/RE-0001?format=ubl`, 'ana'],
    ['billingDocument', '/api/billing/documents/RE-0001', 'treasurer'],
    ['billingRecord', `/api/billing/records?member=${ANA}`, 'treasurer'],
    ['billingDocuments', '/api/billing/documents', 'treasurer'],
    ['memberBundle', `${member}/bundle`, 'ana'],
    ['inviteStatus', `/api/invites/${invite}`, undefined],
    ['transactionDetail', `/api/transactions/${rows.transactions.ana}`, 'ana'],
    ['negotiationMessages', `/api/negotiations/${rows.negotiations.ana}/messages`, 'bob'],
    ['memberList', '/api/operator/members', 'registrar'],
    ['ownAccess', '/api/me/access', 'ana'],
    ['accessLog', '/api/me/access-log?limit=5', 'ana'],
    ['clockStatus', '/api/operator/clock', 'operator'],
    ['meterList', '/api/operator/meters?limit=2', 'operator'],
    ['readingQualityList', `/api/operator/readings/quality${span}`, 'operator'],
    ['providedReadings', `/api/operator/meters/1/provided${span}`, 'provider'],
    ['sharingDifferences', `/api/operator/sharing/differences${span}`, 'provider'],
    ['openDecisions', '/api/officer/decisions', 'registrar'],
    ['directRounds', '/api/direct/rounds', 'ana'],
    ['directRound', '/api/direct/rounds/1', 'ana'],
    ['directListings', '/api/direct/rounds/1/listings', 'ana'],
    ['directMatrix', '/api/direct/rounds/1/matrix?after=1&limit=2', 'ana'],
    ['directMatching', '/api/direct/rounds/1/matching', 'ana'],
    ['directContracts', '/api/direct/rounds/1/contracts?limit=2', 'ana'],
    ['directAdmissions', '/api/direct/admissions', 'registrar'],
    ['memberDirect', `${member}/direct`, 'ana'],
    ['memberDirectContracts', `${member}/direct/contracts`, 'ana'],
  ];
}

async function ask<T>(url: string, name?: string): Promise<T> {
  const answer = await community.knock({ url, as: name === undefined ? undefined : keyOf(name) });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

describe('answers', () => {
  test('hold the fields of their routes and no others', async () => {
    const asked = questions();
    for (const [name, url, who] of asked) {
      const answer = await community.knock({ url, as: who === undefined ? undefined : keyOf(who) });
      expect(answer.statusCode, `${name}: ${answer.body}`).toBe(200);
      const route = routes[name] as { response?: Parameters<typeof schemaFault>[0] };
      expect(schemaFault(route.response as never, answer.json(), name)).toBeUndefined();
    }
    const withJson = Object.entries(routes).filter(
      ([, route]) => route.method === 'GET' && 'response' in route,
    );
    // A run that waits for its checkers is asked for in access.test.ts, certificates in theirs.
    const elsewhere = /^proposedRun$|^memberCertificates$|^certificate/;
    const here = withJson.map(([name]) => name).filter((name) => !elsewhere.test(name));
    expect(asked.map(([name]) => name).sort()).toEqual(here.sort());
  });

  test('show the price, the fills and the trade of the cleared slot', async () => {
    const { clearing, trades, why } = await ask<{
      clearing: { price: string; volume: string; lines: { filled: string; side: string }[] };
      trades: number;
      why: string;
    }>(`/api/markets/${CALL}/slots/${SLOT_MS}/clearing`);
    expect(clearing).toMatchObject({ price: '150000', volume: '600' });
    expect(clearing.lines.map(({ filled }) => filled)).toEqual(['600', '600']);
    expect(trades).toBe(1);
    expect(why).toBe(`why ${SLOT_MS}`);
    const mine = await ask<{ trades: object[] }>(`/api/members/${ANA}/trades`, 'ana');
    expect(mine.trades).toEqual([
      expect.objectContaining({
        side: 'sell',
        counterparty: numberOf('bob'),
        energy: '600',
        price: '150000',
        money: '90000000',
        settled: false,
        delivered: null,
        paid: null,
      }),
    ]);
  });

  test('derive the open book from standing orders, and name nobody in it', async () => {
    const url = `/api/markets/${CALL}/slots/${SLOT_MS + 43_200_000}/book`;
    const book = await ask<{ lines: object[] }>(url);
    expect(book.lines).toEqual([{ side: 'buy', limit: '100000', energy: '50' }]);
  });

  test('show a transaction with its actions read', async () => {
    const url = `/api/transactions/${rows.transactions.ana}`;
    const detail = await ask<object>(url, 'ana');
    expect(detail).toMatchObject({
      member: ANA,
      onBehalfOf: null,
      actions: [{ name: 'share', message: { market: CALL, slotMs: SLOT_MS, energy: '1000' } }],
      receipt: { code: 'done', actions: ['done'] },
    });
  });

  test('keep labels for the registrar', async () => {
    type List = { members: { member: number; label: string | null }[] };
    const url = '/api/operator/members';
    const labelFor = async (name: string) =>
      (await ask<List>(url, name)).members.find(({ member }) => member === ANA)?.label;
    expect(await labelFor('registrar')).toBe('label of ana');
    for (const name of ['operator', 'treasurer', 'auditor'])
      expect(await labelFor(name)).toBeNull();
  });

  test('say what is not there', async () => {
    const asked: [string, number, string][] = [
      ['/api/blocks/999', 404, 'block_unknown'],
      ['/api/blocks/999/proof', 404, 'block_unknown'],
      ['/api/blocks/1/proof?size=1', 404, 'size_unknown'],
      ['/api/consistency?from=0&to=1', 404, 'size_unknown'],
      ['/api/consistency?from=2&to=1', 404, 'size_unknown'],
      [`/api/keys/${'ab'.repeat(32)}/lanes/1`, 404, 'lane_unknown'],
      ['/api/markets/9/prices', 404, 'market_unknown'],
      [`/api/markets/${CALL}/slots/${SLOT_MS + 1}/book`, 400, 'slot_invalid'],
      [`/api/markets/${CALL}/slots/0/book`, 400, 'slot_invalid'],
      [`/api/markets/${CALL}/slots/${SLOT_MS + 900_000}/clearing`, 404, 'not_cleared'],
      [`/api/invites/${'ab'.repeat(32)}`, 404, 'invite_unknown'],
      ['/api/nothing', 404, 'not_found'],
      ['/api/ledger/', 404, 'not_found'],
      ['/api//ledger', 404, 'not_found'],
      ['/API/blocks', 404, 'not_found'],
      ['/', 404, 'not_found'],
    ];
    for (const [url, status, code] of asked) {
      const answer = await community.knock({ url });
      expect([url, answer.statusCode, answer.json().code]).toEqual([url, status, code]);
    }
  });

  test('begin the lane of a key that nobody knows like that of one that sent nothing', async () => {
    const unknown = await ask<{ next: number }>(`/api/keys/${'ab'.repeat(32)}/lanes/0`);
    const silent = Buffer.from(keyOf('checker').publicKey).toString('hex');
    const known = await ask<{ next: number }>(`/api/keys/${silent}/lanes/0`);
    expect([unknown.next, known.next]).toEqual([0, 0]);
  });
});
