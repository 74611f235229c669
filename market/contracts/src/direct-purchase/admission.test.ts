import { money, power } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { thresholds } from '../governance/state.ts';
import { ROLE } from '../identity/messages.ts';
import { applyAdmission, refuseRoundReader, reviewAdmission } from './admission.ts';
import { exchangeTokens } from './exchange.ts';
import { admissions } from './state.ts';
import { DirectLedger, mwh } from './testing/direct-ledger.ts';
import { sha256 } from './testing/sha256.ts';

const ledgerOf = () => new DirectLedger(sha256);

const papersCommitment = new Uint8Array(32).fill(7);
const asBuyer = { side: 'buyer', type: 'none', region: 'A', papersCommitment } as const;
const admit = (member: number, decision = 'admit', reason = '') => {
  return { member, decision, energyMost: mwh(10n), valueMost: money(10n ** 18n), reason };
};

describe('admission', () => {
  test('an application is told its code and address, and admits nobody by itself', () => {
    const ledger = ledgerOf();
    const [ana, ben] = [ledger.member(), ledger.member()];
    expect(ledger.code(ana, applyAdmission, asBuyer)).toBe('done');
    expect(ledger.code(ben, applyAdmission, asBuyer)).toBe('done');
    const [first, second] = [ana, ben].map((one) => ledger.state.get(admissions, one));
    expect([first?.code, second?.code]).toEqual([1, 2]);
    expect(first?.address).not.toEqual(second?.address);
    expect(first?.status).toBe('applied');
    expect(ledger.code(ana, exchangeTokens, { amount: money(1n) })).toBe('not_admitted');
    expect(ledger.named('admission moved')).toEqual([
      { member: ana, code: 1, status: 'applied', reason: '' },
      { member: ben, code: 2, status: 'applied', reason: '' },
    ]);
  });

  test('the checks of applications and reviews stand in their order', () => {
    const ledger = ledgerOf();
    const ana = ledger.member();
    expect(ledger.code(ana, applyAdmission, { ...asBuyer, type: 'wind' })).toBe('listing_invalid');
    expect(ledger.code(ana, applyAdmission, { ...asBuyer, region: '' })).toBe('listing_invalid');
    expect(ledger.code(ledger.centre, reviewAdmission, admit(ana))).toBe('admission_unknown');
    expect(ledger.code(ana, applyAdmission, asBuyer)).toBe('done');
    expect(ledger.code(ana, applyAdmission, asBuyer)).toBe('admission_known');
    expect(ledger.code(ana, reviewAdmission, admit(ana))).toBe('role_missing');
    const review = (decision: string, reason: string) =>
      ledger.code(ledger.centre, reviewAdmission, admit(ana, decision, reason));
    expect(review('suspend', 'no papers')).toBe('admission_known');
    expect(review('refuse', '')).toBe('reason_missing');
    expect(review('refuse', 'no papers')).toBe('done');
    expect(ledger.code(ana, applyAdmission, asBuyer)).toBe('done');
    expect(review('admit', '')).toBe('done');
    expect(review('refuse', 'too late')).toBe('admission_known');
    expect(review('suspend', 'unpaid')).toBe('done');
    expect(ledger.state.get(admissions, ana)).toMatchObject({ status: 'suspended', code: 1 });
  });

  test('a decision of registrars needs as many of them as the threshold says', () => {
    const ledger = ledgerOf();
    ledger.state.set(thresholds, 'registrar', { count: 2 });
    const ana = ledger.member();
    expect(ledger.code(ana, applyAdmission, asBuyer)).toBe('done');
    expect(ledger.code(ledger.centre, reviewAdmission, admit(ana))).toBe('needs_decision');
  });

  test('a round is read by the admitted, officers and its companies, and by nobody else', () => {
    const ledger = ledgerOf();
    ledger.open();
    const admitted = ledger.admitted('wind', 'A');
    const applied = ledger.member({ importLimitW: power(1n) });
    ledger.must(applied, applyAdmission, asBuyer);
    const auditor = ledger.member({ roles: ROLE.auditor });
    const stranger = ledger.member();
    const read = (member: number) => refuseRoundReader(ledger.state, 1, member)?.code ?? 'reads';
    expect([admitted, auditor, ledger.companies.dispatch, ledger.companies.grid].map(read)).toEqual(
      ['reads', 'reads', 'reads', 'reads'],
    );
    expect([applied, stranger].map(read)).toEqual(['not_admitted', 'not_admitted']);
    expect(refuseRoundReader(ledger.state, 2, admitted)?.code).toBe('round_unknown');
  });
});
