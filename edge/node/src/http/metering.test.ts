/** Meters, data quality and the history of readings on a real node behind real sockets. */

import { createHash, randomBytes } from 'node:crypto';
import { formatRequestProof, requestText, routes, schemaFault } from '@commonwatt/api';
import { ACTION, setParticipationCodec } from '@commonwatt/contracts';
import { type Signer, toHex } from '@commonwatt/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actionOf } from '../officer.ts';
import { HOUR_MS, NOON_MS, SLOT_MS, signerOf, TestCommunity } from '../testing/community.ts';

const SPAN = `from=${NOON_MS}&until=${NOON_MS + HOUR_MS}`;
const officer = signerOf('officer');
let community: TestCommunity;

beforeAll(async () => {
  community = await TestCommunity.open({ http: { port: 0 } });
  await community.node.listen();
  for (const name of ['ana', 'ben', 'cleo']) await community.enrol(name);
  const { meter } = community.member('ana');
  await community.node.officer.submit([
    actionOf(ACTION.setParticipation, setParticipationCodec, {
      meter,
      fromMs: NOON_MS + HOUR_MS,
      thousandths: 250,
    }),
  ]);
  community.clock.ms = NOON_MS + HOUR_MS;
  const say = (slot: number, imported: bigint, changes = {}) =>
    community.deliver(community.reading('ana', NOON_MS + slot * SLOT_MS, { imported }, changes));
  expect(await say(0, 100n)).toBeUndefined();
  expect(await say(0, 200n, { quality: 'substituted', signer: officer })).toBeUndefined();
  expect(await say(1, 999_999n, { quality: 'estimated', signer: officer })).toBeUndefined();
  expect(await say(3, 300n, { signer: officer })).toBeUndefined();
  expect(await say(3, 301n, { signer: officer, version: 2 })).toBeUndefined();
});
afterAll(() => community.node.stop());

async function get<T>(target: string, signer: Signer): Promise<{ status: number; body: T }> {
  const chain = toHex(community.node.ledger.chain);
  const [timeMs, nonce] = [Date.now(), randomBytes(16).toString('hex')];
  const bodyHash = createHash('sha256').digest('hex');
  const text = requestText({ chain, method: 'GET', target, timeMs, nonce, bodyHash });
  const signature = toHex(signer.sign(Buffer.from(text)));
  const proof = { key: toHex(signer.publicKey), timeMs, nonce, signature };
  const headers = { authorization: formatRequestProof(proof) };
  const response = await fetch(`${community.node.url}${target}`, { headers });
  return { status: response.status, body: (await response.json()) as T };
}

interface Quality {
  meters: { meter: number; counts: object; flagged: number; stretches: object[] }[];
  next: number | null;
}

describe('data quality', () => {
  test('of everyone goes to the operator, without any energy', async () => {
    const { status, body } = await get<Quality>(`/api/operator/readings/quality?${SPAN}`, officer);
    expect(status).toBe(200);
    expect(schemaFault(routes.readingQualityList.response, body, 'answer')).toBeUndefined();
    const [anas, bens] = body.meters;
    expect(anas).toMatchObject({
      expected: 4,
      counts: { measured: 1, substituted: 1, estimated: 1, missing: 1 },
      flagged: 1,
      corrected: 0,
    });
    expect(anas?.stretches).toMatchObject([
      { fromMs: NOON_MS, quality: 'substituted', source: 'provider', flags: [] },
      { quality: 'estimated', flags: ['over_connection'] },
      { quality: 'missing', source: null },
      { quality: 'measured', untilMs: NOON_MS + HOUR_MS },
    ]);
    expect(bens?.stretches).toEqual([
      {
        fromMs: NOON_MS,
        untilMs: NOON_MS + HOUR_MS,
        quality: 'missing',
        source: null,
        flags: [],
      },
    ]);
    const text = JSON.stringify(body);
    for (const energy of ['100', '200', '999999', '301']) {
      expect(text).not.toMatch(new RegExp(`[":]${energy}[",}]`));
    }
  });

  test('comes page by page', async () => {
    const seen: number[] = [];
    let after = 0;
    for (let page = 0; page < 4; page++) {
      const url = `/api/operator/readings/quality?${SPAN}&limit=1&after=${after}`;
      const { body } = await get<Quality>(url, officer);
      seen.push(...body.meters.map(({ meter }) => meter));
      if (body.next === null) break;
      after = body.next;
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  test('of a member goes to the member', async () => {
    const { number, signer } = community.member('ana');
    const own = `/api/members/${number}/readings/quality?${SPAN}`;
    const { body } = await get<Quality>(own, signer);
    expect(body.meters.map(({ meter }) => meter)).toEqual([community.member('ana').meter]);
    expect((await get(own, community.member('ben').signer)).status).toBe(403);
  });

  test('of too long a span is not begun', async () => {
    const url = `/api/operator/readings/quality?from=0&until=${NOON_MS}`;
    const { status, body } = await get<{ code: string }>(url, officer);
    expect([status, body.code]).toEqual([422, 'span_too_long']);
  });
});

test('the history shows every word and which one rules; the readings show that one alone', async () => {
  const { number, signer } = community.member('ana');
  const { body } = await get<{ readings: { signature: string }[] }>(
    `/api/members/${number}/readings/history?${SPAN}`,
    signer,
  );
  expect(schemaFault(routes.memberReadingHistory.response, body, 'answer')).toBeUndefined();
  expect(body.readings).toMatchObject([
    { source: 'device', imported: '100', rules: false, correction: false },
    { source: 'provider', imported: '200', rules: true },
    { source: 'provider', imported: '999999', rules: true, flags: ['over_connection'] },
    { source: 'provider', imported: '300', version: 1, rules: false },
    { source: 'provider', imported: '301', version: 2, rules: true },
  ]);
  const counted = await get<{ readings: object[] }>(
    `/api/members/${number}/readings?${SPAN}`,
    signer,
  );
  expect(counted.body.readings).toMatchObject([
    { imported: '200', quality: 'substituted', source: 'provider', version: 1 },
    { imported: '999999', quality: 'estimated' },
    { imported: '301', version: 2 },
  ]);
});

test('a provider learns what providers have said of a meter, page by page', async () => {
  const { meter } = community.member('ana');
  const url = `/api/operator/meters/${meter}/provided?until=${NOON_MS + HOUR_MS}`;
  const ask = (fromMs: number) =>
    get<{ readings: object[]; nextMs: number | null }>(`${url}&from=${fromMs}&limit=2`, officer);
  const first = await ask(NOON_MS);
  expect(first.body).toMatchObject({
    readings: [
      { slotMs: NOON_MS, imported: '200', quality: 'substituted', version: 1 },
      { slotMs: NOON_MS + SLOT_MS, imported: '999999' },
    ],
    nextMs: NOON_MS + 3 * SLOT_MS,
  });
  const rest = await ask(first.body.nextMs as number);
  expect(rest.body).toMatchObject({ readings: [{ imported: '301', version: 2 }], nextMs: null });
  expect((await get(`${url}&from=0`, community.member('ana').signer)).status).toBe(403);
});

test('the list of meters says what the ledger says', async () => {
  const { body } = await get<{ meters: object[]; next: number | null }>(
    '/api/operator/meters?limit=2',
    officer,
  );
  expect(schemaFault(routes.meterList.response, body, 'answer')).toBeUndefined();
  expect(body.meters[0]).toMatchObject({
    meter: community.member('ana').meter,
    member: community.member('ana').number,
    source: 'device',
    direction: 'both',
    importLimitW: '11000',
    position: { feeder: 'north', transformer: '' },
    status: 'active',
    predecessor: null,
    participation: [{ fromMs: NOON_MS + HOUR_MS, thousandths: 250 }],
  });
  expect([body.meters.length, body.next]).toEqual([2, 2]);
});
