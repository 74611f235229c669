import { describe, expect, test } from 'vitest';
import { BEGIN_MS } from '../wallet/testing/bare-ledger.ts';
import { certificatesOf, certificatesStanding, complianceReport } from './compliance.ts';
import { debtOf } from './debts.ts';
import { BareCertificates, nanoPerWh, PERIOD_MS, stretch } from './testing/bare-certificates.ts';
import { offerCertificates, transferCertificates } from './trade.ts';
import { countCertificates, freeExcess, retireCertificates, settleDebt } from './use.ts';

function world(): { ledger: BareCertificates; plant: number; wind: number; coal: number } {
  const ledger = new BareCertificates();
  return { ledger, plant: ledger.member(), wind: ledger.member(), coal: ledger.member() };
}
const quota = (issuance: number, first: number, count: number, period = 0) =>
  ({ ...stretch(issuance, first, count), duty: 'quota', period }) as const;
const obligation = (issuance: number, first: number, count: number, period = 0) =>
  ({ ...stretch(issuance, first, count), duty: 'obligation', period }) as const;

describe('green certificates', () => {
  test('count to their holder’s quota; counted ones cannot be sold, given, retired or counted again', () => {
    const { ledger, plant, wind } = world();
    ledger.arrives(plant, 'green', 500);
    ledger.arrives(plant, 'quota', 300);
    expect(ledger.code(plant, countCertificates, quota(1, 0, 300))).toBe('done');
    expect(ledger.held(plant).quota).toEqual({ owed: 300n, met: 300n, missing: 0n });
    const price = nanoPerWh(1);
    const counted = stretch(1, 0, 1);
    expect(ledger.code(plant, offerCertificates, { ...counted, price })).toBe('range_not_live');
    expect(ledger.code(plant, transferCertificates, { ...counted, to: wind })).toBe(
      'range_not_live',
    );
    expect(ledger.code(plant, retireCertificates, { ...counted, beneficiary: '' })).toBe(
      'range_not_live',
    );
    expect(ledger.code(plant, countCertificates, quota(1, 0, 1))).toBe('range_not_live');
    ledger.endBlock();
  });

  test('are not for sale before the quota is full; then the excess alone is', () => {
    const { ledger, plant } = world();
    ledger.arrives(plant, 'green', 500);
    const offer = { ...stretch(1, 300, 200), price: nanoPerWh(1) };
    expect(ledger.code(plant, freeExcess, stretch(1, 0, 200))).toBe('quota_open');
    ledger.arrives(plant, 'quota', 300);
    expect(ledger.code(plant, freeExcess, stretch(1, 0, 200))).toBe('quota_open');
    ledger.run(plant, countCertificates, quota(1, 0, 300));
    expect(ledger.code(plant, offerCertificates, offer)).toBe('range_not_live');
    expect(ledger.code(plant, freeExcess, stretch(1, 300, 200))).toBe('done');
    expect(ledger.code(plant, offerCertificates, offer)).toBe('done');
    ledger.endBlock();
  });

  test('never meet an obligation', () => {
    const { ledger, coal } = world();
    ledger.arrives(coal, 'green', 500);
    ledger.arrives(coal, 'obligation', 100);
    expect(ledger.code(coal, countCertificates, obligation(1, 0, 100))).toBe('range_not_live');
  });
});

describe('a duty', () => {
  test('is met by bought certificates too, never beyond what is owed', () => {
    const { ledger, wind, coal } = world();
    ledger.arrives(wind, 'renewable', 1000);
    ledger.arrives(coal, 'obligation', 200);
    ledger.run(wind, transferCertificates, { ...stretch(1, 0, 300), to: coal });
    expect(ledger.code(coal, countCertificates, obligation(1, 0, 201))).toBe('duty_exceeded');
    expect(ledger.code(coal, countCertificates, obligation(1, 0, 150))).toBe('done');
    expect(ledger.code(coal, countCertificates, obligation(1, 150, 50))).toBe('done');
    expect(ledger.code(coal, countCertificates, obligation(1, 200, 1))).toBe('duty_exceeded');
    expect(ledger.held(coal).obligation).toEqual({ owed: 200n, met: 200n, missing: 0n });
    expect(ledger.held(coal).held).toMatchObject({ surrendered: 200n, live: 100n });
    ledger.endBlock();
  });

  test('of a period is not met by what was produced later', () => {
    const { ledger, coal } = world();
    const fromMs = BEGIN_MS + PERIOD_MS;
    ledger.arrives(coal, 'renewable', 10, { fromMs, untilMs: fromMs + 1 });
    ledger.arrives(coal, 'obligation', 10);
    ledger.arrives(coal, 'obligation', 5, { fromMs, untilMs: fromMs + 1, deal: 'later' });
    expect(ledger.code(coal, countCertificates, obligation(1, 0, 1))).toBe('period_invalid');
    expect(ledger.code(coal, countCertificates, obligation(1, 0, 5, 1))).toBe('done');
  });
});

describe('a debt', () => {
  test('is settled with certificates of any source, never with more than is owed', () => {
    const { ledger, wind, plant } = world();
    ledger.arrives(wind, 'renewable', 100);
    ledger.arrives(plant, 'renewable', 100);
    ledger.run(wind, transferCertificates, { ...stretch(1, 0, 100), to: plant });
    ledger.arrives(wind, 'renewable', 40);
    expect(debtOf(ledger.state, wind)).toBe(60n);
    ledger.run(plant, transferCertificates, { ...stretch(2, 0, 100), to: wind });
    expect(ledger.code(wind, settleDebt, stretch(2, 0, 61))).toBe('debt_exceeded');
    expect(ledger.code(wind, settleDebt, stretch(2, 0, 60))).toBe('done');
    expect(debtOf(ledger.state, wind)).toBe(0n);
    expect(certificatesStanding(ledger.state)).toBe(140n);
    ledger.endBlock();
  });
});

test('the report of a period names who owes, who holds and who is in debt', () => {
  const { ledger, plant, wind, coal } = world();
  const idle = ledger.member();
  ledger.arrives(plant, 'quota', 300);
  ledger.arrives(plant, 'green', 200);
  ledger.arrives(wind, 'renewable', 100);
  ledger.arrives(coal, 'obligation', 20);
  ledger.run(plant, countCertificates, quota(1, 0, 200));
  const report = complianceReport(ledger.state, 0);
  expect(report.map(({ member }) => member)).toEqual([plant, wind, coal]);
  expect(report.map(({ member }) => member)).not.toContain(idle);
  expect(report.map((one) => [one.quota.missing, one.obligation.missing, one.held.live])).toEqual([
    [100n, 0n, 0n],
    [0n, 0n, 100n],
    [0n, 20n, 0n],
  ]);
  expect(complianceReport(ledger.state, 1).map(({ quota: { owed } }) => owed)).toEqual([0n, 0n]);
  expect(certificatesOf(ledger.state, wind)).toMatchObject([
    { issuance: 2, first: 0n, energy: 100n, source: { region: 'A' }, sourceKey: { peer: 1 } },
  ]);
});

test('retired certificates say for whom', () => {
  const { ledger, wind } = world();
  ledger.arrives(wind, 'renewable', 100);
  const retired = { ...stretch(1, 0, 30), beneficiary: 'school' };
  expect(ledger.code(wind, retireCertificates, retired)).toBe('done');
  expect(certificatesOf(ledger.state, wind)[0]).toMatchObject({
    status: 'retired',
    beneficiary: 'school',
    energy: 30n,
  });
  ledger.endBlock();
});
