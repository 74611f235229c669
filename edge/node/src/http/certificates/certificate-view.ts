/** Certificates, duties and entitlements as JSON, with EnergyTag's names beside the ledger's own. */

import {
  type Certificate,
  certificateLedgerOf,
  dutiesOfMember,
  entitlementsOfMember,
  type MemberCompliance,
  type RangeStatus,
} from '@commonwatt/contracts';
import { type State, toHex } from '@commonwatt/ledger';

/** EnergyTag's status of a bundle, as the README of certificates holds it against ours. */
const BUNDLE_STATUS = {
  live: 'Active',
  offered: 'Reserved',
  green: 'Locked',
  counted: 'Claimed',
  surrendered: 'Claimed',
  retired: 'Cancelled',
  withdrawn: 'Withdrawn',
} as const satisfies Readonly<Record<RangeStatus, string>>;

export function certificateView(one: Certificate) {
  const { issuance, first, energy, status, owner, price, period, beneficiary } = one;
  const { fromMs, untilMs, technology, region, version } = one.source;
  const { peer, member, kind, source } = one.sourceKey;
  return {
    issuance,
    first: `${first}`,
    last: `${first + energy - 1n}`,
    energy: `${energy}`,
    faceValueWh: '1' as const,
    status,
    bundleStatus: BUNDLE_STATUS[status],
    owner,
    price: price === undefined ? null : `${price}`,
    period: period ?? null,
    beneficiary,
    fromMs,
    untilMs,
    technology,
    region,
    carrier: 'electricity' as const,
    source: { peer, member, kind, source: toHex(source), version },
  };
}

/** From when until when a period lasts. @throws Error on a market's ledger */
export function periodSpan(state: State, period: number) {
  const ledger = certificateLedgerOf(state);
  if (ledger === undefined) throw new Error('period: expected a ledger of certificates');
  const fromMs = ledger.periodOriginMs + period * ledger.periodLengthMs;
  return { fromMs, untilMs: fromMs + ledger.periodLengthMs };
}

type Duty = Omit<MemberCompliance['quota'], 'missing'>;

export function dutyView({ owed, met }: Duty) {
  return { owed: `${owed}`, met: `${met}`, missing: `${owed > met ? owed - met : 0n}` };
}

export function dutyViews(state: State, there: number) {
  return state.group(dutiesOfMember, `${there}`).map(([{ duty, period }, one]) => ({
    duty,
    period,
    ...periodSpan(state, period),
    ...dutyView(one),
  }));
}

/** On the market's ledger. */
export function entitlementViews(state: State, member: number) {
  return state.group(entitlementsOfMember, `${member}`).map(([{ kind, source }, one]) => ({
    kind,
    source: toHex(source),
    fromMs: one.fromMs,
    untilMs: one.untilMs,
    technology: one.technology,
    region: one.region,
    energy: `${one.energy}`,
    version: one.version,
    lockedVersion: one.lockedVersion,
  }));
}

export function complianceView({ quota, obligation, held, debt }: MemberCompliance) {
  return {
    quota: dutyView(quota),
    obligation: dutyView(obligation),
    held: {
      live: `${held.live}`,
      offered: `${held.offered}`,
      green: `${held.green}`,
      counted: `${held.counted}`,
      surrendered: `${held.surrendered}`,
      retired: `${held.retired}`,
      withdrawn: `${held.withdrawn}`,
    },
    debt: `${debt}`,
  };
}
