import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyOf, TestingCommunity } from './http/testing-community.test-support.ts';
import { READING_REFUSALS } from './reading-refusal.ts';

let community: TestingCommunity;
beforeAll(async () => {
  community = await TestingCommunity.open();
});
afterAll(() => community.close());

async function figures(): Promise<Map<string, number>> {
  const answer = await community.knock({ url: '/metrics' });
  expect(answer.headers['content-type']).toContain('text/plain');
  const rows = answer.body.split('\n').filter((row) => row !== '' && !row.startsWith('#'));
  return new Map(
    rows.map((row) => [row.slice(0, row.lastIndexOf(' ')), Number(row.split(' ').at(-1))]),
  );
}

test('figures follow what happens', async () => {
  const before = await figures();
  expect(before.get('commonwatt_height')).toBe(0);
  await community.knock({ url: '/api/members/3/balance', as: keyOf('ana') });
  await community.knock({ url: '/api/blocks/99' });
  const bytes = community.sign(keyOf('stranger'), [{ type: 300, body: new Uint8Array() }]);
  const body = { transaction: Buffer.from(bytes).toString('hex') };
  await community.knock({ method: 'POST', url: '/api/transactions', body });
  const after = await figures();
  const refusals = (code: string) => after.get(`commonwatt_refusals_total{code="${code}"}`);
  expect([refusals('forbidden'), refusals('block_unknown'), refusals('wrong_user')]).toEqual([
    1, 1, 1,
  ]);
  expect(after.get('commonwatt_transactions_refused_at_door')).toBe(1);
  const count = 'commonwatt_request_duration_seconds_count{route="blockDetail",status="4xx"}';
  expect(after.get(count)).toBe(1);
});

test('labels come from closed lists, whatever is asked', async () => {
  for (let at = 0; at < 50; at++) await community.knock({ url: `/made-up-${at}` });
  const names = [...(await figures()).keys()].join('\n');
  expect(names).not.toContain('made-up');
  expect(names).toContain('route="other"');
});

test('refused readings are counted by every code that the store has, and by no other', async () => {
  const source = ['readings-store', 'refuse-reading']
    .map((file) => readFileSync(new URL(`./personal/${file}.ts`, import.meta.url), 'utf8'))
    .join('\n');
  const codes = new Set([...source.matchAll(/code: '([a-z_]+)'/g)].map(([, code]) => code));
  expect([...codes].sort()).toEqual([...READING_REFUSALS].sort());

  const before = await figures();
  const reading = {
    ...{ meter: 1, slotMs: 0, counter: 1, importedWh: '0', exportedWh: '0' },
    ...{ quality: 'measured', version: 1, key: '00'.repeat(32), signature: '00'.repeat(64) },
  };
  for (const code of [...READING_REFUSALS, 'made_up']) {
    community.fakes.answer = () => ({ code });
    const body = { readings: [reading] };
    const answer = await community.knock({ method: 'POST', url: '/api/readings', body });
    expect(answer.json()).toEqual({ results: [code] });
  }
  const after = await figures();
  for (const code of [...READING_REFUSALS, 'other']) {
    const name = `commonwatt_refusals_total{code="${code}"}`;
    expect([code, (after.get(name) ?? 0) - (before.get(name) ?? 0)]).toEqual([code, 1]);
  }
});
