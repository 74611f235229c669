/** Billing from command lines, against a node that was configured for it. */

import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningNode } from './running-node.test-support.ts';

const BILLING = `
billing:
  issuer:
    name: Energy community of our street
    street: Lindengasse 1
    postcode: '1070'
    city: Wien
    country: AT
    status: registered
    vatNumber: ATU12345678
  rules:
    name: Our rules
    version: 1
    vatRates:
      - percent: 20
  tariffs:
    - name: Haus
      supplyPrice: 30
      feedInPrice: 8
`;
const RECORD = {
  name: 'Ana Ámbar',
  street: '1 Lime Street',
  postcode: '1070',
  city: 'Wien',
  country: 'AT',
  status: 'private',
  meteringPoint: 'AT001',
  iban: 'AT61 1904 3002 3457 3201',
};
const MONTH = ['--month', '2025-05'];

let node: RunningNode;
let officer: readonly string[];
let ana: readonly string[];

beforeAll(async () => {
  node = await RunningNode.start('silent', BILLING);
  officer = ['--keystore', node.place('officer.keystore.json')];
  ana = await node.enrol('ana', 'home solar system');
}, 60_000);
afterAll(() => node.remove());

function recordFile(changes: object): string {
  const path = node.place('record.json');
  writeFileSync(path, JSON.stringify({ ...RECORD, ...changes }));
  return path;
}

test('a record is kept as it was written, and a slip in an account number is named', async () => {
  const record = ['billing', 'record', '--member', '2', ...officer];
  const kept = await node.run([...record, '--file', recordFile({})]);
  expect([kept.status, kept.err]).toEqual([0, '']);
  const shown = await node.json(...record);
  expect(shown.answer).toMatchObject({ name: 'Ana Ámbar', iban: 'AT611904300234573201' });
  const lacking = await node.run([...record, '--file', recordFile({ status: 'registered' })]);
  expect(lacking.status).toBe(1);
  expect(lacking.out).toContain('record.vatNumber');
  const slipped = await node.run([...record, '--file', recordFile({ iban: 'AT62 1904' })]);
  expect(slipped.status).toBe(2);
  expect(slipped.err).toContain('one whose check digits fit');
});

test('a run is previewed and made final, by the treasurer alone', async () => {
  const preview = await node.json('billing', 'preview', ...MONTH, ...officer);
  expect(preview.answer).toMatchObject({ bills: [], exceptions: [] });
  const hash = ['--hash', preview.answer.hash];
  const final = await node.json('billing', 'finalise', ...MONTH, ...hash, ...officer);
  expect(final.answer).toEqual({ documents: [], exceptions: [] });
  const stale = ['--hash', '0'.repeat(64)];
  const changed = await node.run(['billing', 'finalise', ...MONTH, ...stale, ...officer]);
  expect([changed.status, changed.err]).toEqual([1, expect.stringContaining('preview_changed')]);
  const refused = await node.run(['billing', 'preview', ...MONTH, ...ana]);
  expect([refused.status, refused.err]).toEqual([1, expect.stringContaining('forbidden')]);
});

test('documents are listed, exported and noted; what is not there is said', async () => {
  expect((await node.json('billing', 'list', ...officer)).answer).toEqual({ documents: [] });
  const table = await node.run(['billing', 'export', ...MONTH, ...officer]);
  expect(table.out).toMatch(/^number,type,issued,/);
  const noted = await node.json('billing', 'delivery', 'RE-00001', ...officer);
  expect([noted.status, noted.answer]).toEqual([1, { unknown: ['RE-00001'] }]);
  const wrong = ['billing', 'correct', 'RE-00001', '--reason', 'x', ...officer];
  expect((await node.run(wrong)).err).toContain('document_unknown');
});

test('a member sees its bills and its statement', async () => {
  expect((await node.json('bills', ...ana)).answer).toEqual({ bills: [] });
  expect((await node.run(['bill', 'RE-00001', ...ana])).status).toBe(1);
  const statement = await node.json('statement', ...MONTH, ...ana);
  expect(statement.answer).toMatchObject({ member: 2, charges: [], findings: [] });
  const readable = await node.run(['statement', ...MONTH, ...ana]);
  expect(readable.out).toContain('supplier only = supply 0');
  expect(readable.out).not.toContain('allocated');
  const slots = await node.run(['statement', ...MONTH, '--slots', ...ana]);
  expect(slots.out).toMatch(/^slot +stage +traded +allocated +deviation +charge +amount +why$/m);
  const half = await node.run(['statement', '--from', '2025-05-31', ...ana]);
  expect(half.status).toBe(2);
});
