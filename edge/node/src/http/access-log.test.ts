/** T63: whoever reads a member's rows by right of an audit or a grant stands in that member's log. */

import { type Route, type RouteName, routes } from '@commonwatt/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isNotedForOfficers } from './read-notes.ts';
import { keyOf, numberOf, SLOT_MS, TestingCommunity } from './testing-community.test-support.ts';
import { FRIEND, fillRows, type Rows, scopeKey } from './testing-rows.test-support.ts';

let community: TestingCommunity;
let rows: Rows;

beforeAll(async () => {
  community = await TestingCommunity.open();
  rows = await fillRows(community);
});
afterAll(() => community.close());

const ANA = numberOf('ana');
const hex = (name: string) => Buffer.from(keyOf(name).publicKey).toString('hex');

async function logOf(name: string) {
  const answer = await community.knock({ url: '/api/me/access-log?limit=500', as: keyOf(name) });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<{
    member: number;
    reads: { what: string; key: string; as: string; reader: number | null; count: number }[];
  }>();
}

/** What some routes cannot do without. */
const QUERIES: { readonly [N in RouteName]?: string } = {
  memberPeriod: '?fromDay=2026-01-01&untilDay=2026-01-02',
  memberReadingQuality: `?from=${SLOT_MS}&until=${SLOT_MS + 1}`,
};

/** Every personal row of ana's, as its route names it. */
function personal(): [RouteName, string][] {
  return (Object.entries(routes) as [RouteName, Route][])
    .filter(([, { access, method }]) => method === 'GET' && /own|parties/.test(access.kind))
    .map(([name, { path }]) => {
      const id = name === 'transactionDetail' ? rows.transactions.ana : rows.negotiations.ana;
      const url = path
        .replace('{member}', `${ANA}`)
        .replace('{id}', id)
        .replace('{number}', 'RE-0001');
      return [name, `${url}${QUERIES[name] ?? ''}`];
    });
}

async function read(url: string, as: string): Promise<number> {
  if (!url.endsWith('/events')) return (await community.knock({ url, as: keyOf(as) })).statusCode;
  // A stream would not end: its head is enough.
  return (await community.knock({ method: 'HEAD', url, as: keyOf(as) })).statusCode;
}

describe('T63: reads by others', () => {
  test('an auditor’s read of every personal route stands in the log of each party', async () => {
    for (const [name, url] of personal()) {
      // This node keeps no certificates: who asked for them is noted all the same.
      const status = name === 'memberCertificates' ? 404 : 200;
      expect(await read(url, 'auditor'), name).toBe(status);
      const { reads } = await logOf('ana');
      expect(reads).toContainEqual(
        expect.objectContaining({
          what: name,
          as: 'auditor',
          key: hex('auditor'),
          reader: numberOf('auditor'),
          count: 1,
        }),
      );
    }
    expect(personal().length).toBeGreaterThan(8);
    const ofBob = (await logOf('bob')).reads.map((one) => one.what);
    expect(ofBob).toEqual(['negotiationMessages']);
  });

  test('a granted key’s read too; its holder need not be a member', async () => {
    await read(`/api/members/${ANA}/readings?from=5&until=${SLOT_MS}`, scopeKey('readings'));
    await read(`/api/members/${ANA}/readings`, FRIEND);
    const granted = (await logOf('ana')).reads.filter((one) => one.as === 'grant');
    expect(granted).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          what: 'memberReadings',
          key: hex(scopeKey('readings')),
          reader: null,
          fromMs: 5,
          untilMs: SLOT_MS,
        }),
        expect.objectContaining({ what: 'memberReadings', key: hex(FRIEND) }),
      ]),
    );
  });

  test.each<[RouteName, string, string, string]>([
    ['billingRecord', `/api/billing/records?member=${ANA}`, 'treasurer', 'officer'],
    ['billingDocument', '/api/billing/documents/RE-0001', 'treasurer', 'officer'],
    ['billingDocument', '/api/billing/documents/RE-0001', 'auditor', 'auditor'],
    ['billingDocuments', '/api/billing/documents', 'auditor', 'auditor'],
    [
      'billingTable',
      '/api/billing/table?fromDay=2000-01-01&untilDay=2100-01-01',
      'auditor',
      'auditor',
    ],
  ])('what an office shows of a member too: %s at %s, to the %s', async (what, url, who, as) => {
    const before = (await logOf('bob')).reads;
    expect(await read(url, who)).toBe(200);
    expect((await logOf('ana')).reads).toContainEqual(
      expect.objectContaining({ what, as, key: hex(who) }),
    );
    expect((await logOf('bob')).reads).toEqual(before);
  });

  test('every route for officers alone is noted, or shows nothing that is kept off the ledger', () => {
    const unnoted = (Object.entries(routes) as [RouteName, Route][])
      .filter(([, { access, method }]) => method === 'GET' && access.kind === 'role')
      .map(([name]) => name)
      .filter((name) => !isNotedForOfficers(name));
    expect(unnoted.sort()).toEqual([
      'clockStatus',
      'memberList',
      'meterList',
      'openDecisions',
      'proposedRun',
    ]);
  });

  test('own reads, refused reads and reads of nobody do not stand in it', async () => {
    const before = await logOf('ana');
    expect(await read(`/api/members/${ANA}/trades`, 'ana')).toBe(200);
    expect(await read(`/api/negotiations/${rows.negotiations.ana}/messages`, 'bob')).toBe(200);
    expect(await read(`/api/members/${ANA}/trades`, 'bob')).toBe(403);
    expect(await read(`/api/members/${ANA}/trades`, scopeKey('readings'))).toBe(403);
    expect(await read('/api/members/999/trades', 'auditor')).toBe(404);
    expect(await logOf('ana')).toEqual(before);
    expect(community.desks.accessLog.of(999, 0, Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
  });

  test('the log is its member’s alone: an auditor sees its own', async () => {
    expect((await logOf('auditor')).member).toBe(numberOf('auditor'));
    expect((await logOf('auditor')).reads).toEqual([]);
  });

  test('what cannot be noted is not answered', async () => {
    const desk = community.desks.accessLog;
    const { note } = desk;
    desk.note = () => {
      throw new Error('no room');
    };
    try {
      const answer = await community.knock({
        url: `/api/members/${ANA}/trades`,
        as: keyOf('auditor'),
      });
      expect(answer.statusCode).toBe(500);
      expect(answer.body).not.toContain('trades');
    } finally {
      desk.note = note.bind(desk);
    }
  });
});
