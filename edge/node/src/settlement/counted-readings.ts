/**
 * Which readings counted when a root over a meter's period was committed to. A closed period takes
 * corrections in from one closing to the next, so what counted at any time is what rules among the
 * words of the editions before; the root on the ledger says which of those it was.
 */

import {
  countsSlot,
  type Meter,
  type Reading,
  readingSalt,
  readingsRootOf,
  rulingOf,
} from '@commonwatt/contracts';
import { equalBytes, type Sha256 } from '@commonwatt/ledger';
import type { SignedWord } from '../desks.ts';

export interface CommittedMeter {
  readonly meter: Meter;
  readonly root: Uint8Array;
  /** The secret of the meter's member. */
  readonly secret: Uint8Array;
}

/**
 * The readings under the root, newest edition first; nothing where no edition gives it.
 * @param words every word on the slots of one meter in one period, by rising slot
 */
export function readingsUnderRoot(
  sha256: Sha256,
  words: readonly SignedWord[],
  { meter, root, secret }: CommittedMeter,
): readonly SignedWord[] | undefined {
  const slots = new Map<number, SignedWord[]>();
  for (const word of words) {
    if (!countsSlot(meter, word.slotMs)) continue;
    const ofSlot = slots.get(word.slotMs);
    if (ofSlot === undefined) slots.set(word.slotMs, [word]);
    else ofSlot.push(word);
  }
  const editions = [...new Set(words.map((word) => word.edition))].sort((a, b) => b - a);
  for (const last of editions) {
    const counted = [...slots.values()].flatMap((ofSlot) => {
      return rulingOf(ofSlot.filter((word) => word.edition <= last)) ?? [];
    });
    const salted = counted.map((word): Reading => {
      return { ...word, salt: readingSalt(sha256, secret, word) };
    });
    if (equalBytes(readingsRootOf(sha256, salted), root)) return counted;
  }
  return undefined;
}
