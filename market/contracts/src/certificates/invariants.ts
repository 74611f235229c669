/** No certificate twice, none without its Wh, none counted that is not used up. */

import type { State } from '@commonwatt/ledger';
import {
  type CertificateRange,
  debts,
  duties,
  issuances,
  ranges,
  rangesOfIssuance,
  sources,
} from './state.ts';

/**
 * C-1 to C-3, over what the block changed.
 * @throws Error when ranges of an issuance overlap or leave something out, certificates stand for more
 *   or less energy than their sources have, or a duty is met by others than those used up for it
 */
export function checkCertificates(state: State): void {
  const changed = state.changes(ranges);
  for (const issuance of new Set(changed.map(({ key }) => key.issuance))) {
    checkIssuance(state, issuance);
  }
  let standing = 0n;
  for (const { before, after } of changed) standing += standingOf(after) - standingOf(before);
  for (const { before, after } of state.changes(debts)) {
    standing -= (after?.energy ?? 0n) - (before?.energy ?? 0n);
  }
  for (const { key, before, after } of state.changes(sources)) {
    if (key.kind === 'quota' || key.kind === 'obligation') continue;
    standing -= (after?.energy ?? 0n) - (before?.energy ?? 0n);
  }
  if (standing !== 0n) {
    throw new Error(`C-2: expected certificates for their sources' energy, got ${standing} more`);
  }
  checkMet(state, changed);
}

/** Ranges of an issuance follow each other from 0 to what was issued. */
function checkIssuance(state: State, issuance: number): void {
  let next = 0n;
  for (const [{ first }, one] of state.group(rangesOfIssuance, `${issuance}`)) {
    if (first !== next || one.energy === 0n) {
      throw new Error(`C-1: issuance ${issuance}: expected a range from ${next}, got ${first}`);
    }
    next = first + one.energy;
  }
  const key = state.get(issuances, issuance);
  const issued = key && state.get(sources, key)?.issued;
  if (issued !== next) {
    throw new Error(`C-1: issuance ${issuance}: expected ${issued} certificates, got ${next}`);
  }
}

function standingOf(range: CertificateRange | undefined): bigint {
  return range === undefined || range.status === 'withdrawn' ? 0n : range.energy;
}

function checkMet(
  state: State,
  changed: ReturnType<typeof state.changes<unknown, CertificateRange>>,
): void {
  const more = new Map<string, bigint>();
  const add = (name: string, amount: bigint): void => {
    more.set(name, (more.get(name) ?? 0n) + amount);
  };
  for (const { before, after } of changed) {
    if (after !== undefined) add(dutyNameOf(after), after.energy);
    if (before !== undefined) add(dutyNameOf(before), -before.energy);
  }
  for (const { key, before, after } of state.changes(duties)) {
    const name = `${key.duty}/${key.member}/${key.period}`;
    add(name, (before?.met ?? 0n) - (after?.met ?? 0n));
  }
  for (const [name, difference] of more) {
    if (name !== UNCOUNTED && difference !== 0n) {
      throw new Error(`C-3: ${name}: expected what was counted to be met, got ${difference} more`);
    }
  }
}

const UNCOUNTED = '';

function dutyNameOf({ status, owner, period }: CertificateRange): string {
  if (status === 'counted') return `quota/${owner}/${period}`;
  return status === 'surrendered' ? `obligation/${owner}/${period}` : UNCOUNTED;
}
