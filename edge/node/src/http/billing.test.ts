import { issuedBillCodec } from '@commonwatt/contracts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  keyOf,
  type MemberName,
  numberOf,
  TestingCommunity,
} from './testing-community.test-support.ts';

let community: TestingCommunity;
beforeEach(async () => {
  community = await TestingCommunity.open();
});
afterEach(() => community.close());

const ANA = numberOf('ana');
const BOB = numberOf('bob');

async function get(url: string, as: MemberName) {
  const answer = await community.knock({ url, as: keyOf(as) });
  return { status: answer.statusCode, json: answer.json() };
}
async function post(url: string, as: MemberName, body: unknown) {
  const answer = await community.knock({ method: 'POST', url, as: keyOf(as), body });
  return { status: answer.statusCode, json: answer.json() };
}
const states = async () => {
  const { json } = await get('/api/billing/documents', 'treasurer');
  return json.documents[0].delivery.map((step: { state: string }) => step.state);
};

describe('a member’s own bills', () => {
  test('are downloaded whole, and that is noted', async () => {
    const { status, json } = await get(`/api/members/${ANA}/bills/RE-0001`, 'ana');
    expect(status).toBe(200);
    expect(json).toMatchObject({ name: 'RE-0001.json', mediaType: 'application/json' });
    const text = Buffer.from(json.content, 'hex').toString('utf8');
    expect(issuedBillCodec.fromJson(JSON.parse(text), 'bill').number).toBe('RE-0001');
    expect(await states()).toEqual(['prepared', 'downloaded']);
  });

  test('are nobody else’s: another member’s number is unknown', async () => {
    const { status, json } = await get(`/api/members/${BOB}/bills/RE-0001`, 'bob');
    expect([status, json.code]).toEqual([404, 'document_unknown']);
    expect((await get(`/api/members/${BOB}/bills`, 'bob')).json.bills).toEqual([]);
  });

  test('seen by an auditor are not downloaded by their member', async () => {
    expect((await get(`/api/members/${ANA}/bills/RE-0001?format=csv`, 'auditor')).status).toBe(200);
    expect(await states()).toEqual(['prepared']);
  });
});

const record = {
  name: 'Bob Bauer',
  street: 'Lindengasse 9',
  postcode: '1070',
  city: 'Wien',
  country: 'AT',
  status: 'private',
  vatNumber: null,
  taxNumber: null,
  registrationNumber: null,
  meteringPoint: 'AT001',
  iban: 'AT611904300234573201',
};

describe('billing records', () => {
  test('are kept and read again, and what they lack is said', async () => {
    const put = await post('/api/billing/records', 'registrar', { member: BOB, record });
    expect(put).toEqual({ status: 200, json: { flaws: [] } });
    const got = await get(`/api/billing/records?member=${BOB}`, 'treasurer');
    expect(got.json).toEqual({ member: BOB, record });
    const wrong = { ...record, iban: 'AT611904300234573202', status: 'registered' };
    const { json } = await post('/api/billing/records', 'registrar', {
      member: BOB,
      record: wrong,
    });
    expect(json.flaws).toHaveLength(2);
  });

  test('with a control character in a name are refused', async () => {
    const wrong = { ...record, name: 'Bob\nBauer' };
    const { status, json } = await post('/api/billing/records', 'registrar', {
      member: BOB,
      record: wrong,
    });
    expect([status, json.facts.field]).toEqual([400, 'body.record.name']);
  });
});

test('delivery is noted for named documents, and a stale preview makes nothing', async () => {
  const sent = { numbers: ['RE-0001', 'RE-7777'], state: 'sent', note: 'by post' };
  const { json } = await post('/api/billing/delivery', 'treasurer', sent);
  expect(json).toEqual({ unknown: ['RE-7777'] });
  expect(await states()).toEqual(['prepared', 'sent']);
  const days = { fromDay: '2025-12-30', untilDay: '2025-12-31', accept: [] };
  const stale = await post('/api/billing/finalise', 'treasurer', {
    ...days,
    hash: '00'.repeat(32),
  });
  expect([stale.status, stale.json.code]).toEqual([409, 'preview_changed']);
  const none = await post('/api/billing/preview', 'treasurer', { ...days, untilDay: '2025-12-30' });
  expect([none.status, none.json.code]).toEqual([422, 'days_invalid']);
});
