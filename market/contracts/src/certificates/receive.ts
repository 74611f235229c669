/**
 * An entitlement arrives: certificates are issued for it, or a duty is owed. A later version corrects
 * it: what is more is issued too; what is less is withdrawn from its member, what it has not given on
 * first, and the rest it owes.
 */

import type { BlockContext } from '@commonwatt/ledger';
import { type Energy, energy } from '@commonwatt/units';
import type { ContractRefusal } from '../refusals.ts';
import { addDebt, debtOf } from './debts.ts';
import { type DutyChanged, dutyChanged } from './events.ts';
import type { Grant } from './messages.ts';
import { dutyOf, periodOf } from './periods.ts';
import { append, change } from './ranges.ts';
import {
  type CertificateRange,
  type CertificateSource,
  duties,
  issuances,
  RANGES_MAX,
  type RangeKey,
  type RangeStatus,
  rangesOfIssuance,
  type SourceKey,
  sources,
} from './state.ts';

/** Far more than anyone produces: so that no sum of certificates leaves the range of energy. */
export const SOURCE_ENERGY_MAX: Energy = energy(1n << 50n);
const SUM_ENERGY_MAX = 1n << 60n;

export interface ArrivedEntitlement {
  readonly peer: number;
  /** The member here whose it is. */
  readonly holder: number;
  readonly grant: Grant;
  readonly version: number;
}

/** Takes an entitlement that is proven to have left a peer, or says why it cannot be. */
export function receiveEntitlement(
  context: BlockContext,
  { peer, holder, grant, version }: ArrivedEntitlement,
): ContractRefusal | undefined {
  const { state } = context;
  const { member, kind, source } = grant;
  const key: SourceKey = { peer, member, kind, source };
  const before = state.get(sources, key);
  if (before !== undefined && version <= before.version) {
    return { code: 'source_claimed', version, claimed: before.version };
  }
  if (grant.energy > SOURCE_ENERGY_MAX) {
    return { code: 'energy_too_large', energy: grant.energy, energyMax: SOURCE_ENERGY_MAX };
  }
  const { fromMs, untilMs, technology, region } = grant;
  const production = { fromMs, untilMs, technology, region };
  const at = periodOf(state, fromMs);
  if (at === undefined || untilMs <= fromMs || changed(before, grant)) {
    return { code: 'asset_wrong', ...production };
  }
  const held = before ?? { ...production, holder, issuance: 0, issued: energy(0n) };
  const next: CertificateSource = { ...held, version, energy: grant.energy };
  const less = before?.energy ?? energy(0n);
  return kind === 'quota' || kind === 'obligation'
    ? owe(context, key, next, { before: less, period: at })
    : certify(context, key, next, less);
}

function changed(before: CertificateSource | undefined, grant: Grant): boolean {
  return (
    before !== undefined &&
    (['fromMs', 'untilMs', 'technology', 'region'] as const).some(
      (field) => before[field] !== grant[field],
    )
  );
}

function owe(
  context: BlockContext,
  key: SourceKey,
  next: CertificateSource,
  { before, period }: { readonly before: Energy; readonly period: number },
): ContractRefusal | undefined {
  const { state } = context;
  const duty = key.kind === 'quota' ? 'quota' : 'obligation';
  const place = { member: next.holder, duty, period } as const;
  const { owed, met } = dutyOf(state, place);
  const now = owed - before + next.energy;
  if (now > SUM_ENERGY_MAX) return { code: 'energy_too_large', energy: now };
  state.set(sources, key, next);
  state.set(duties, place, { owed: energy(now), met });
  context.emit<DutyChanged>(dutyChanged, { ...place, owed: energy(now), met });
  return undefined;
}

function certify(
  context: BlockContext,
  key: SourceKey,
  next: CertificateSource,
  before: Energy,
): ContractRefusal | undefined {
  const { state } = context;
  const more = next.energy - before;
  const issued = more > 0n ? next.issued + more : next.issued;
  if (issued > SUM_ENERGY_MAX) return { code: 'energy_too_large', energy: issued };
  const count = state.group(rangesOfIssuance, `${next.issuance}`).length;
  if (more > 0n && count >= RANGES_MAX) return { code: 'ranges_too_many', most: RANGES_MAX };
  const issuance = next.issuance === 0 ? state.size(issuances) + 1 : next.issuance;
  if (next.issuance === 0) state.set(issuances, issuance, key);
  state.set(sources, key, { ...next, issuance, issued: energy(issued) });
  const { holder } = next;
  if (more < 0n) withdraw(context, { issuance, holder, energy: -more });
  else issue(context, { issuance, first: next.issued }, { holder, kind: key.kind, energy: more });
  return undefined;
}

/** What a member owes is withheld first: certificates for it stand elsewhere already. */
function issue(
  context: BlockContext,
  place: RangeKey,
  { holder, kind, energy: more }: { holder: number; kind: SourceKey['kind']; energy: bigint },
): void {
  const debt = debtOf(context.state, holder);
  const withheld = debt < more ? debt : more;
  if (withheld > 0n) addDebt(context, holder, -withheld);
  const { issuance, first } = place;
  const owner = holder;
  append(context, place, { energy: energy(withheld), owner, status: 'withdrawn' });
  const status = kind === 'green' ? 'green' : 'live';
  const free = { issuance, first: energy(first + withheld) };
  append(context, free, { energy: energy(more - withheld), owner, status });
}

/** In this order: what is free, what is only offered, what waits for the quota. */
const UNSOLD: readonly RangeStatus[] = ['live', 'offered', 'green'];

function withdraw(
  context: BlockContext,
  { issuance, holder, energy: less }: { issuance: number; holder: number; energy: bigint },
): void {
  const { state } = context;
  const all = state.group(rangesOfIssuance, `${issuance}`);
  const unsold = UNSOLD.flatMap((status) =>
    all.filter(([, one]) => one.owner === holder && one.status === status),
  );
  let left = less;
  for (const [{ first }, range] of unsold) {
    if (left === 0n) break;
    const taken = range.energy < left ? range.energy : energy(left);
    change(context, { issuance, first, energy: taken }, WITHDRAWN, 'withdrawn');
    left -= taken;
  }
  if (left > 0n) addDebt(context, holder, left);
}

export const WITHDRAWN: Partial<CertificateRange> = { status: 'withdrawn', price: undefined };
