import { describe, expect, test } from 'vitest';
import { BEGIN_MS } from '../wallet/testing/bare-ledger.ts';
import { debtOf } from './debts.ts';
import { periodOf } from './periods.ts';
import { SOURCE_ENERGY_MAX } from './receive.ts';
import {
  BareCertificates,
  nanoPerWh,
  PERIOD_MS,
  stretch,
  wh,
} from './testing/bare-certificates.ts';
import { offerCertificates, transferCertificates } from './trade.ts';
import { retireCertificates } from './use.ts';

function three(): { ledger: BareCertificates; ana: number; ben: number } {
  const ledger = new BareCertificates();
  return { ledger, ana: ledger.member(), ben: ledger.member() };
}

describe('a claimed source', () => {
  test('gives one certificate for each Wh, numbered within its issuance', () => {
    const { ledger, ana, ben } = three();
    expect(ledger.arrives(ana, 'renewable', 1000)).toBeUndefined();
    expect(ledger.arrives(ben, 'renewable', 500)).toBeUndefined();
    expect(ledger.listed()).toEqual([`1/0+1000 live of ${ana}`, `2/0+500 live of ${ben}`]);
    ledger.endBlock();
  });

  test('is claimed once: the same version and any earlier one give nothing', () => {
    const { ledger, ana } = three();
    ledger.arrives(ana, 'renewable', 1000, { version: 2 });
    for (const version of [1, 2]) {
      const refusal = ledger.arrives(ana, 'renewable', 1000, { version });
      expect(refusal).toEqual({ code: 'source_claimed', version, claimed: 2 });
    }
    expect(ledger.listed()).toHaveLength(1);
  });

  test('corrected upwards gives what is more behind what was issued', () => {
    const { ledger, ana } = three();
    ledger.arrives(ana, 'renewable', 1000);
    ledger.arrives(ana, 'renewable', 1200);
    expect(ledger.listed()).toEqual([`1/0+1000 live of ${ana}`, `1/1000+200 live of ${ana}`]);
    ledger.endBlock();
  });

  test.each([
    ['before the first period', { fromMs: BEGIN_MS - 1 }],
    ['that ends before it begins', { untilMs: BEGIN_MS }],
  ])('with a production interval %s is refused', (_name, changes) => {
    const { ledger, ana } = three();
    expect(ledger.arrives(ana, 'renewable', 5, changes)?.code).toBe('asset_wrong');
  });

  test('never changes when, where and by what it was produced', () => {
    const { ledger, ana } = three();
    ledger.arrives(ana, 'renewable', 5);
    expect(ledger.arrives(ana, 'renewable', 6, { region: 'B' })?.code).toBe('asset_wrong');
    expect(ledger.arrives(ana, 'renewable', 6, { technology: 'solar' })?.code).toBe('asset_wrong');
  });

  test('of more energy than anyone produces is refused, whatever the peer says', () => {
    const { ledger, ana } = three();
    const most = Number(SOURCE_ENERGY_MAX);
    expect(ledger.arrives(ana, 'renewable', most + 1)?.code).toBe('energy_too_large');
    // Up and down again and again: the sum of all ever issued has a bound as well.
    let code: string | undefined;
    for (let turn = 0; turn < 2100 && code === undefined; turn++) {
      code = ledger.arrives(ana, 'renewable', turn % 2 === 0 ? most : 0)?.code;
    }
    expect(code).toBe('energy_too_large');
  });
});

describe('a correction downwards', () => {
  test('withdraws what is free first, then what is offered, by rising number', () => {
    const { ledger, ana, ben } = three();
    ledger.arrives(ana, 'renewable', 1000);
    const offer = { ...stretch(1, 0, 300), price: nanoPerWh(5) };
    expect(ledger.code(ana, offerCertificates, offer)).toBe('done');
    const gift = { ...stretch(1, 300, 200), to: ben };
    expect(ledger.code(ana, transferCertificates, gift)).toBe('done');
    ledger.endBlock();
    ledger.arrives(ana, 'renewable', 400);
    expect(ledger.listed()).toEqual([
      `1/0+100 withdrawn of ${ana}`,
      `1/100+200 offered of ${ana}`,
      `1/300+200 live of ${ben}`,
      `1/500+500 withdrawn of ${ana}`,
    ]);
    expect(debtOf(ledger.state, ana)).toBe(0n);
    ledger.endBlock();
  });

  test('takes nothing from who bought it or from what is used up: the issuer’s member owes it', () => {
    const { ledger, ana, ben } = three();
    ledger.arrives(ana, 'renewable', 1000);
    ledger.run(ana, transferCertificates, { ...stretch(1, 0, 600), to: ben });
    ledger.run(ana, retireCertificates, { ...stretch(1, 600, 300), beneficiary: 'school' });
    ledger.endBlock();
    ledger.arrives(ana, 'renewable', 250);
    expect(ledger.listed()).toEqual([
      `1/0+600 live of ${ben}`,
      `1/600+300 retired of ${ana}`,
      `1/900+100 withdrawn of ${ana}`,
    ]);
    expect(debtOf(ledger.state, ana)).toBe(650n);
    expect(ledger.named('certificate debt changed')).toEqual([{ member: ana, energy: 650n }]);
    ledger.endBlock();
  });

  test('a debt withholds what is issued next until it is served', () => {
    const { ledger, ana, ben } = three();
    ledger.arrives(ana, 'renewable', 1000);
    ledger.run(ana, transferCertificates, { ...stretch(1, 0, 1000), to: ben });
    ledger.arrives(ana, 'renewable', 0);
    expect(debtOf(ledger.state, ana)).toBe(1000n);
    ledger.arrives(ana, 'renewable', 700, { deal: 'second' });
    expect(debtOf(ledger.state, ana)).toBe(300n);
    ledger.arrives(ana, 'renewable', 700, { deal: 'third' });
    expect(debtOf(ledger.state, ana)).toBe(0n);
    expect(ledger.listed().slice(1)).toEqual([
      `2/0+700 withdrawn of ${ana}`,
      `3/0+300 withdrawn of ${ana}`,
      `3/300+400 live of ${ana}`,
    ]);
    ledger.endBlock();
  });
});

describe('a duty', () => {
  test('is owed in the period of its energy, by the sum of all sources', () => {
    const { ledger, ana } = three();
    ledger.arrives(ana, 'quota', 300);
    ledger.arrives(ana, 'quota', 200, { deal: 'second' });
    const fromMs = BEGIN_MS + PERIOD_MS;
    const later = { fromMs, untilMs: fromMs + 1, deal: 'later' };
    ledger.arrives(ana, 'quota', 50, later);
    ledger.arrives(ana, 'obligation', 20);
    expect(ledger.held(ana).quota).toEqual({ owed: 500n, met: 0n, missing: 500n });
    expect(ledger.held(ana).obligation.owed).toBe(20n);
    expect(ledger.held(ana, 1).quota.owed).toBe(50n);
    expect(ledger.listed()).toEqual([]);
    ledger.arrives(ana, 'quota', 100, { deal: 'second' });
    expect(ledger.held(ana).quota.owed).toBe(400n);
    ledger.endBlock();
  });

  test('periods are counted from the origin, and there is none before', () => {
    const { ledger } = three();
    const at = [BEGIN_MS - 1, BEGIN_MS, BEGIN_MS + PERIOD_MS - 1, BEGIN_MS + PERIOD_MS];
    expect(at.map((instant) => periodOf(ledger.state, instant))).toEqual([undefined, 0, 0, 1]);
    expect(wh(1)).toBe(1n);
  });
});
