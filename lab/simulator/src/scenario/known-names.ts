/** What a scenario may name, and what of its market each of the named takes. */

import { findMechanism, MECHANISMS, TRADERS } from '@commonwatt/mechanisms';
import { isModule } from './from-folder.ts';
import type { Scenario } from './scenario.ts';
import type { KnownNames } from './scenario-rules.ts';

/** Mechanisms that clear a book of orders or share what there is, and all traders. */
export const KNOWN_NAMES: KnownNames = {
  mechanisms: [
    ...new Set(MECHANISMS.filter(({ kind }) => kind !== 'negotiation').map(({ name }) => name)),
  ],
  traders: TRADERS.map(({ name }) => name),
};

/**
 * The market under another mechanism than the scenario's own: settings and files that only the own one
 * takes are left out, so that both can be compared. What neither takes stays, to be refused, and so does
 * what a sweep varies; a module is handed everything, for nobody has asked it yet.
 */
export function marketUnder(
  market: Scenario['market'],
  mechanism: string,
  isSwept: (path: string) => boolean,
): Scenario['market'] {
  if (mechanism === market.mechanism || isModule(mechanism) || isModule(market.mechanism)) {
    return { ...market, mechanism };
  }
  const [theirs, own] = [takenBy(mechanism), takenBy(market.mechanism)];
  const stays = (part: 'settings' | 'files') => (name: string) =>
    theirs[part].has(name) || !own[part].has(name) || isSwept(`market.${part}.${name}`);
  return {
    ...market,
    mechanism,
    settings: only(market.settings, stays('settings')),
    files: only(market.files, stays('files')),
  };
}

function takenBy(name: string): Record<'settings' | 'files', ReadonlySet<string>> {
  const mechanism = findMechanism(name);
  const tables = mechanism?.kind === 'negotiation' ? [] : (mechanism?.tables ?? []);
  return {
    settings: new Set((mechanism?.settings ?? []).map((field) => field.name)),
    files: new Set(tables.map((table) => table.name)),
  };
}

function only<Value>(
  section: Readonly<Record<string, Value>>,
  stays: (name: string) => boolean,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(section).filter(([name]) => stays(name)));
}
