/** Who owes certificates and has met it: the report of a period, and what a member holds. */

import type { State } from '@commonwatt/ledger';
import { type Energy, energy } from '@commonwatt/units';
import { debtOf } from './debts.ts';
import { dutyOf } from './periods.ts';
import {
  type CertificateRange,
  type CertificateSource,
  debts,
  duties,
  issuances,
  RANGE_STATUSES,
  type RangeKey,
  type RangeStatus,
  ranges,
  rangesByStatus,
  rangesOfMember,
  type SourceKey,
  sources,
} from './state.ts';

export interface DutyReport {
  readonly owed: Energy;
  readonly met: Energy;
  readonly missing: Energy;
}
export interface MemberCompliance {
  readonly member: number;
  /** A large consumer's. */
  readonly quota: DutyReport;
  /** A thermal producer's. */
  readonly obligation: DutyReport;
  /** Everything it holds or has used up, of all periods. */
  readonly held: Readonly<Record<RangeStatus, Energy>>;
  readonly debt: Energy;
}

/** Of every member that owes something in the period, holds certificates or has a debt; rising. */
export function complianceReport(state: State, period: number): readonly MemberCompliance[] {
  const concerned = new Set<number>([
    ...state
      .entries(duties)
      .filter(([key]) => key.period === period)
      .map(([key]) => key.member),
    ...state.groupNames(rangesOfMember).map(Number),
    ...state.entries(debts).map(([member]) => member),
  ]);
  return [...concerned].sort((a, b) => a - b).map((one) => complianceOf(state, one, period));
}

export function complianceOf(state: State, member: number, period: number): MemberCompliance {
  return {
    member,
    quota: reported(dutyOf(state, { member, duty: 'quota', period })),
    obligation: reported(dutyOf(state, { member, duty: 'obligation', period })),
    held: heldBy(state, member),
    debt: debtOf(state, member),
  };
}

function reported({ owed, met }: Omit<DutyReport, 'missing'>): DutyReport {
  return { owed, met, missing: energy(owed > met ? owed - met : 0n) };
}

function heldBy(state: State, member: number): MemberCompliance['held'] {
  const sums = Object.fromEntries(RANGE_STATUSES.map((status) => [status, energy(0n)]));
  for (const [, one] of state.group(rangesOfMember, `${member}`)) {
    sums[one.status] = energy((sums[one.status] ?? 0n) + one.energy);
  }
  return sums as MemberCompliance['held'];
}

/** A range with what it certifies, as a register of certificates shows it. */
export interface Certificate extends CertificateRange, RangeKey {
  readonly source: CertificateSource;
  readonly sourceKey: SourceKey;
}

/** A member's certificates, whatever became of them. */
export function certificatesOf(state: State, member: number): readonly Certificate[] {
  return state.group(rangesOfMember, `${member}`).map(([key, one]) => shown(state, key, one));
}

/** What can be bought now. */
export function certificateOffers(state: State): readonly Certificate[] {
  return state.group(rangesByStatus, 'offered').map(([key, one]) => shown(state, key, one));
}

function shown(state: State, key: RangeKey, range: CertificateRange): Certificate {
  const sourceKey = state.get(issuances, key.issuance);
  const source = sourceKey && state.get(sources, sourceKey);
  if (sourceKey === undefined || source === undefined) {
    throw new Error(`issuance ${key.issuance}: expected its source`);
  }
  return { ...key, ...range, source, sourceKey };
}

/** How many certificates stand, withdrawn ones left out. */
export function certificatesStanding(state: State): bigint {
  return state
    .entries(ranges)
    .reduce((sum, [, one]) => (one.status === 'withdrawn' ? sum : sum + one.energy), 0n);
}
