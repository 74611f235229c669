/** The mechanisms that `clear` is to run: a name of the registry, a module of one's own, or two of them. */

import { pathToFileURL } from 'node:url';
import * as mechanisms from '@commonwatt/mechanisms';
import {
  type AuctionMechanism,
  defineAuction,
  defineSharing,
  MECHANISMS,
  type SharingMechanism,
} from '@commonwatt/mechanisms';
import { UsageError } from '../../terminal/usage-error.ts';

export type Clearable = AuctionMechanism | SharingMechanism;

/** A pair is compared; more would need a table of its own. */
const COMPARED_MAX = 2;

/** Those of the registry that clear a book of orders, newest versions alone, in its order. */
export function clearables(): readonly Clearable[] {
  const all = MECHANISMS.filter((line) => line.kind !== 'negotiation');
  return all.filter(
    ({ name, version }) => !all.some((one) => one.name === name && one.version > version),
  );
}

/** `NAME`, `A,B` or `./mine.js`. @throws UsageError for a name that nobody has */
export async function chosenMechanisms(text: string): Promise<readonly Clearable[]> {
  const names = text.split(',');
  if (names.length > COMPARED_MAX) {
    throw new UsageError('--mechanism', 'one name or two joined by a comma', text);
  }
  return Promise.all(names.map(named));
}

/** @throws UsageError */
export async function named(name: string): Promise<Clearable> {
  if (/\.[cm]?js$/.test(name)) return loaded(name);
  const found = clearables().find((one) => one.name === name);
  if (found !== undefined) return found;
  const known = clearables().map((one) => one.name);
  throw new UsageError('--mechanism', `one of ${known.join(', ')} or a file ./NAME.js`, name);
}

/**
 * The default export of a module: a mechanism, the rule of one (then the usual checks are put around
 * it), or a function that makes either from the exports of the mechanisms' own room.
 */
async function loaded(path: string): Promise<Clearable> {
  let module: { readonly default?: unknown };
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError('--mechanism', 'a module that can be loaded', `${path}: ${why}`);
  }
  const exported = module.default;
  const made: unknown = typeof exported === 'function' ? exported(mechanisms) : exported;
  if (typeof made !== 'object' || made === null) throw unusable(path, typeof made);
  const rule: Record<string, unknown> = {
    version: 1,
    source: path,
    rule: path,
    ties: 'not said',
    settings: [],
    properties: [],
    ...made,
  };
  if (typeof rule.name !== 'string') throw unusable(path, 'no name');
  if (typeof rule.clear !== 'function' && typeof rule.share !== 'function') {
    throw unusable(path, 'neither clear nor share');
  }
  if (typeof rule.refuse === 'function') return rule as unknown as Clearable;
  return typeof rule.clear === 'function'
    ? defineAuction(rule as unknown as Parameters<typeof defineAuction>[0])
    : defineSharing(rule as unknown as Parameters<typeof defineSharing>[0]);
}

function unusable(path: string, got: string): UsageError {
  const expected = 'a module whose default export is a mechanism (name, clear or share)';
  return new UsageError('--mechanism', expected, `${path}: ${got}`);
}
