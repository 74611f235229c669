/**
 * Ranges of certificates: one for each Wh, numbered within their issuance. A range is split where
 * a part of it takes another way; no certificate is ever in two ranges or in none.
 */

import type { BlockContext, State } from '@commonwatt/ledger';
import { type Energy, energy } from '@commonwatt/units';
import type { ContractRefusal } from '../refusals.ts';
import { type CertificatesMoved, certificatesMoved } from './events.ts';
import type { Stretch } from './messages.ts';
import {
  type CertificateRange,
  RANGES_MAX,
  type RangeStatus,
  ranges,
  rangesOfIssuance,
} from './state.ts';

/** The range whose beginning a member names, or why it cannot do with it what it wants. */
export function ownRange(
  state: State,
  owner: number,
  stretch: Stretch,
  statuses: readonly RangeStatus[],
): CertificateRange | ContractRefusal {
  const found = rangeAt(state, stretch, statuses);
  if ('code' in found || found.owner === owner) return found;
  return { code: 'range_not_yours', issuance: stretch.issuance, first: stretch.first };
}

/** The same whoever owns it. */
export function rangeAt(
  state: State,
  { issuance, first, energy: wanted }: Stretch,
  statuses: readonly RangeStatus[],
): CertificateRange | ContractRefusal {
  const found = state.get(ranges, { issuance, first });
  if (found === undefined) return { code: 'range_unknown', issuance, first };
  const { status } = found;
  if (!statuses.includes(status)) return { code: 'range_not_live', status, expected: statuses };
  if (wanted === 0n) return { code: 'energy_not_positive', energy: wanted };
  if (wanted > found.energy) {
    return { code: 'range_exceeded', energy: wanted, energyMax: found.energy };
  }
  const count = state.group(rangesOfIssuance, `${issuance}`).length;
  return wanted < found.energy && count >= RANGES_MAX
    ? { code: 'ranges_too_many', most: RANGES_MAX }
    : found;
}

/** Gives a stretch of a range another fate; the rest of the range stays as it is. */
export function change(
  context: Pick<BlockContext, 'state' | 'emit'>,
  stretch: Stretch,
  changes: Partial<Omit<CertificateRange, 'energy'>>,
  step: CertificatesMoved['step'],
): void {
  const { state } = context;
  const { issuance, first, energy: taken } = stretch;
  const before = state.get(ranges, { issuance, first });
  if (before === undefined || taken === 0n || taken > before.energy) {
    throw new Error(`certificates ${issuance}/${first}: expected ${taken}, got ${before?.energy}`);
  }
  const after = { ...before, ...changes, energy: taken };
  state.set(ranges, { issuance, first }, after);
  if (taken < before.energy) {
    const rest = { issuance, first: energy(first + taken) };
    state.set(ranges, rest, { ...before, energy: energy(before.energy - taken) });
  }
  const price = step === 'bought' ? before.price : after.price;
  const moved = { issuance, first, energy: taken, from: before.owner, to: after.owner };
  context.emit<CertificatesMoved>(certificatesMoved, { ...moved, step, price });
}

/** Adds certificates behind those that an issuance has so far. */
export function append(
  context: Pick<BlockContext, 'state' | 'emit'>,
  place: { readonly issuance: number; readonly first: Energy },
  range: { readonly energy: Energy; readonly owner: number; readonly status: RangeStatus },
): void {
  if (range.energy === 0n) return;
  context.state.set(ranges, place, {
    ...range,
    price: undefined,
    period: undefined,
    beneficiary: '',
  });
  const step = range.status === 'withdrawn' ? 'withdrawn' : 'issued';
  const { owner, energy: added } = range;
  context.emit<CertificatesMoved>(certificatesMoved, {
    ...place,
    energy: added,
    from: owner,
    to: owner,
    step,
    price: undefined,
  });
}
