/** The mechanisms that `clear` is to run: a name of the registry, a module of one's own, or two of them. */

import { type AuctionMechanism, MECHANISMS, type SharingMechanism } from '@commonwatt/mechanisms';
import { UsageError } from '../../terminal/usage-error.ts';
import { ownModule } from './own-module.ts';

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
  if (/\.[cm]?js$/.test(name)) return ownModule(name);
  const found = clearables().find((one) => one.name === name);
  if (found !== undefined) return found;
  const known = clearables().map((one) => one.name);
  throw new UsageError('--mechanism', `one of ${known.join(', ')} or a file ./NAME.js`, name);
}
