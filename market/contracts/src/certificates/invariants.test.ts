import { energy } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { checkCertificates } from './invariants.ts';
import { duties, ranges } from './state.ts';
import { BareCertificates, stretch, wh } from './testing/bare-certificates.ts';
import { countCertificates } from './use.ts';

function issued(): { ledger: BareCertificates; ana: number } {
  const ledger = new BareCertificates();
  const ana = ledger.member();
  ledger.arrives(ana, 'renewable', 1000);
  ledger.arrives(ana, 'quota', 100);
  ledger.endBlock();
  return { ledger, ana };
}
const KEY = { issuance: 1, first: wh(0) };

describe('a state that cannot be stops the node', () => {
  test('certificates out of nothing', () => {
    const { ledger } = issued();
    const range = ledger.state.get(ranges, KEY);
    if (range === undefined) throw new Error('expected a range');
    ledger.state.set(ranges, { issuance: 1, first: wh(1000) }, { ...range, energy: wh(1) });
    expect(() => checkCertificates(ledger.state)).toThrow(
      'C-1: issuance 1: expected 1000 certificates, got 1001',
    );
  });

  test('two live certificates for one Wh', () => {
    const { ledger } = issued();
    const range = ledger.state.get(ranges, KEY);
    if (range === undefined) throw new Error('expected a range');
    ledger.state.set(ranges, { issuance: 1, first: wh(999) }, { ...range, energy: wh(1) });
    expect(() => checkCertificates(ledger.state)).toThrow('C-1: issuance 1: expected a range from');
  });

  test('certificates that vanish, as if their Wh had been corrected away', () => {
    const { ledger } = issued();
    const range = ledger.state.get(ranges, KEY);
    if (range === undefined) throw new Error('expected a range');
    ledger.state.set(ranges, KEY, { ...range, status: 'withdrawn' });
    expect(() => checkCertificates(ledger.state)).toThrow('C-2:');
  });

  test('a duty that is met by nothing', () => {
    const { ledger, ana } = issued();
    const key = { member: ana, duty: 'quota', period: 0 } as const;
    ledger.state.set(duties, key, { owed: energy(100n), met: energy(1n) });
    expect(() => checkCertificates(ledger.state)).toThrow(`C-3: quota/${ana}/0`);
  });

  test('and what the actions do is none of these', () => {
    const { ledger, ana } = issued();
    const count = { ...stretch(1, 0, 100), duty: 'quota', period: 0 } as const;
    expect(ledger.code(ana, countCertificates, count)).toBe('done');
    expect(() => checkCertificates(ledger.state)).not.toThrow();
  });
});
