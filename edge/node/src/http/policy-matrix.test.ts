/**
 * Walks every route and both event streams over real sockets' path: operation x requester x row of
 * ana's, of bob's, and one that is not there; compares with the committed table policy.table.txt.
 */

import { type Access, type Route, type RouteName, routes } from '@commonwatt/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CALL,
  type Knock,
  keyOf,
  MEMBERS,
  numberOf,
  SLOT_MS,
  TestingCommunity,
} from './testing-community.test-support.ts';
import { admit, openRound } from './testing-round.test-support.ts';
import {
  FRIEND,
  fillRows,
  INVITE,
  LATE_FRIEND,
  LATE_MS,
  type Rows,
  SCOPES,
  scopeKey,
} from './testing-rows.test-support.ts';

const NOBODY = 'no signature';
const STRANGER = 'unknown key';
const REQUESTERS = [
  NOBODY,
  STRANGER,
  ...MEMBERS,
  ...SCOPES.map(scopeKey),
  FRIEND,
  LATE_FRIEND,
] as const;
const TARGETS = ['ana', 'bob', 'absent'] as const;
type TargetName = (typeof TARGETS)[number];

let community: TestingCommunity;
let rows: Rows;
let base: string;

beforeAll(async () => {
  community = await TestingCommunity.open({
    limits: {
      // Thousands of requests on a busy machine: none of them is slow by its own fault.
      requestTimeoutMs: 120_000,
      headersTimeoutMs: 120_000,
      quarantine: { offencesMax: 1_000_000, decayMs: 1, keysMax: 10 },
      ofKey: { capacity: 1_000_000, refillPerSecond: 1, namesMax: 100 },
      failures: { capacity: 1_000_000, refillPerSecond: 1, namesMax: 100 },
    },
  });
  rows = await fillRows(community);
  await openRound(community, 1);
  await admit(community, 'ana', 'none', 'B');
  await community.passTo(LATE_MS + 1);
  base = await community.server.listen();
});
afterAll(() => community.close());

function memberOf(target: TargetName): number {
  return target === 'absent' ? 999 : numberOf(target);
}

/** What stands in a path's braces so that it means a row of the target's. */
function pathValue(name: RouteName, part: string, target: TargetName): string {
  switch (part) {
    case 'member':
      return `${memberOf(target)}`;
    case 'id': {
      if (name === 'transactionDetail') {
        return target === 'absent' ? 'ab'.repeat(32) : rows.transactions[target];
      }
      return target === 'absent' ? `${'ab'.repeat(32)}:0` : rows.negotiations[target];
    }
    case 'height':
      return target === 'absent' ? '99999' : '1';
    case 'market':
      return target === 'absent' ? '99' : `${CALL}`;
    case 'slotMs':
      return `${SLOT_MS}`;
    case 'key':
      return Buffer.from(keyOf(target).publicKey).toString('hex');
    case 'lane':
      return '0';
    case 'meter':
      return target === 'absent' ? '99' : '1';
    case 'runHash':
      return 'ab'.repeat(32);
    case 'round':
      return target === 'absent' ? '99' : '1';
    case 'number':
      return 'RE-0001';
    case 'inviteKey':
      return Buffer.from(keyOf(target === 'absent' ? 'no invite' : INVITE).publicKey).toString(
        'hex',
      );
    default:
      throw new Error(`${name}: the walk does not know {${part}}`);
  }
}

const SPAN = `?from=${SLOT_MS}&until=${SLOT_MS + 3_600_000}`;
const DAYS = '?fromDay=2026-01-01&untilDay=2026-01-02';
const RUN = { fromDay: '2026-01-01', untilDay: '2026-01-02', accept: [] };
const QUERIES: Partial<Record<RouteName, string>> = {
  consistencyProof: '?from=1&to=2',
  memberReadingQuality: SPAN,
  readingQualityList: SPAN,
  providedReadings: SPAN,
  sharingDifferences: SPAN,
  memberPeriod: DAYS,
  billingTable: DAYS,
};
const BODIES: Partial<Record<RouteName, (target: TargetName) => unknown>> = {
  submitTransaction: () => ({ transaction: '00' }),
  postNegotiationMessage: () => ({ sequence: 999, sealed: '00' }),
  postReadings: () => ({
    readings: [
      {
        meter: 1,
        slotMs: 0,
        counter: 0,
        importedWh: '0',
        exportedWh: '0',
        quality: 'measured',
        version: 1,
        key: '00'.repeat(32),
        signature: '00'.repeat(64),
      },
    ],
  }),
  postSharing: (target) => ({
    entries: [{ kind: 'share', slotMs: SLOT_MS, member: memberOf(target), shareMillionths: 1 }],
  }),
  putBillingRecord: (target) => ({
    member: memberOf(target),
    record: {
      name: 'x',
      street: 'x',
      postcode: 'x',
      city: 'x',
      country: 'AT',
      status: 'private',
      vatNumber: null,
      taxNumber: null,
      registrationNumber: null,
      meteringPoint: 'x',
      iban: null,
    },
  }),
  previewBilling: () => RUN,
  finaliseBilling: () => ({ ...RUN, hash: '00'.repeat(32) }),
  correctBill: () => ({ number: 'RE-0001', reason: 'x' }),
  noteDelivery: () => ({ numbers: ['RE-0001'], state: 'sent', note: '' }),
  confirmClock: () => ({ stepMs: 1 }),
  postRecord: (target) => ({ member: memberOf(target), label: 'x' }),
};

function queryOf(name: RouteName, target: TargetName): string {
  if (name === 'billingRecord') return `?member=${memberOf(target)}`;
  return QUERIES[name] ?? '';
}

function knockOf(name: RouteName, requester: string, target: TargetName): Knock {
  const route: Route = routes[name];
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, part: string) =>
    pathValue(name, part, target),
  );
  const body = BODIES[name]?.(target);
  return {
    method: route.method,
    url: `${path}${queryOf(name, target)}`,
    ...(requester !== NOBODY && { as: keyOf(requester) }),
    ...(body !== undefined && { body }),
  };
}

interface Outcome {
  readonly status: number;
  readonly body: string;
}

async function outcomeOf(name: RouteName, knock: Knock): Promise<Outcome> {
  const route: Route = routes[name];
  if (route.contentType === 'text/event-stream') return streamOutcome(knock);
  const { statusCode, body } = await community.knock(knock);
  return { status: statusCode, body };
}

/** A stream never ends: its status and first event are read from a socket, and it is let go. */
async function streamOutcome({ url, as }: Knock): Promise<Outcome> {
  const gone = new AbortController();
  const headers: Record<string, string> =
    as === undefined ? {} : { authorization: community.authorization(as, { method: 'GET', url }) };
  const response = await fetch(`${base}${url}`, { headers, signal: gone.signal });
  const first = await response.body?.getReader().read();
  gone.abort();
  return { status: response.status, body: Buffer.from(first?.value ?? []).toString('utf8') };
}

const names = Object.keys(routes) as RouteName[];

describe('the policy at every door', () => {
  const outcomes = new Map<string, Outcome>();
  const outcome = (name: RouteName, requester: string, target: TargetName) =>
    outcomes.get(`${name}/${requester}/${target}`) as Outcome;

  beforeAll(async () => {
    for (const name of names) {
      for (const requester of REQUESTERS) {
        for (const target of TARGETS) {
          const knock = knockOf(name, requester, target);
          outcomes.set(`${name}/${requester}/${target}`, await outcomeOf(name, knock));
        }
      }
    }
  }, 120_000);

  test('is the committed table', async () => {
    const lines = [`# status for a row of ${TARGETS.join(', ')}`];
    for (const name of names) {
      lines.push('', `${name} (${accessName(routes[name].access)})`);
      const byStatuses = new Map<string, string[]>();
      for (const requester of REQUESTERS) {
        const statuses = TARGETS.map((target) => outcome(name, requester, target).status).join(' ');
        byStatuses.set(statuses, [...(byStatuses.get(statuses) ?? []), requester]);
      }
      for (const [statuses, requesters] of [...byStatuses].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const isAll = requesters.length === REQUESTERS.length;
        lines.push(`  ${statuses}  ${isAll ? 'everyone' : requesters.join(', ')}`);
      }
    }
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('policy.table.txt');
  });

  test('has nothing but coded answers', () => {
    for (const [, { status }] of outcomes) {
      expect([200, 401, 403, 404, 409, 422]).toContain(status);
    }
  });

  const personal = names.filter((name) => ['own', 'parties'].includes(routes[name].access.kind));

  test.each(personal)('%s: an absent row answers the unentitled like one that is there', (name) => {
    const unentitled = REQUESTERS.filter((one) => one !== 'auditor');
    for (const requester of unentitled) {
      const absent = outcome(name, requester, 'absent');
      expect([401, 403]).toContain(absent.status);
      // Whoever may not see bob's row cannot tell it from none.
      const bobs = outcome(name, requester, 'bob');
      if (bobs.status === 401 || bobs.status === 403) expect(bobs).toEqual(absent);
    }
  });

  test.each(personal)('%s: goes to its owner, to keys it granted, to auditors', (name) => {
    const { access, method }: Route = routes[name];
    const scope = 'scope' in access && access.scope !== 'every' ? access.scope : undefined;
    const entitled = new Set<string>(['ana']);
    if (method === 'GET') {
      for (const one of ['auditor', FRIEND]) entitled.add(one);
      if (scope !== undefined) entitled.add(scopeKey(scope));
    }
    // The other side of ana's negotiation.
    if (name.toLowerCase().includes('negotiation')) entitled.add('bob');
    for (const requester of REQUESTERS) {
      const { status } = outcome(name, requester, 'ana');
      const isLetIn = status !== 401 && status !== 403;
      expect([requester, isLetIn]).toEqual([requester, entitled.has(requester)]);
    }
  });

  test('refuses ended keys, revoked members and grants that ran out as nobody', () => {
    for (const requester of [NOBODY, STRANGER, 'gone', LATE_FRIEND]) {
      for (const name of names) {
        if (routes[name].access.kind === 'public') continue;
        for (const target of TARGETS) expect(outcome(name, requester, target).status).toBe(401);
      }
    }
  });
});

function accessName(access: Access): string {
  switch (access.kind) {
    case 'own':
    case 'parties':
      return `${access.kind}, ${access.scope}`;
    case 'role':
      return access.roles.join(', ');
    default:
      return access.kind;
  }
}
