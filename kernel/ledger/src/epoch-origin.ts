/**
 * Epochs: a ledger that was restored from a backup lacks blocks that its key once signed, so what it
 * signs from then on cannot continue its log. A log's origin names it for all time
 * (c2sp.org/tlog-checkpoint), so the restored ledger goes on under another one: the first epoch is
 * the log of the ledger's own name, each later epoch a log of its own.
 */

export const FIRST_EPOCH = 1;
export const EPOCH_MAX = 999_999_999;
const SEPARATOR = '#epoch-';

/** The origin line of an epoch's checkpoints. */
export function epochOrigin(name: string, epoch: number): string {
  if (!Number.isSafeInteger(epoch) || epoch < FIRST_EPOCH || epoch > EPOCH_MAX) {
    throw new RangeError(`epoch: expected ${FIRST_EPOCH} to ${EPOCH_MAX}, got ${epoch}`);
  }
  return epoch === FIRST_EPOCH ? name : `${name}${SEPARATOR}${epoch}`;
}

/** The epoch of a ledger that an origin names; nothing where it names another ledger's log. */
export function epochOfOrigin(name: string, origin: string): number | undefined {
  if (origin === name) return FIRST_EPOCH;
  if (!origin.startsWith(`${name}${SEPARATOR}`)) return undefined;
  const written = origin.slice(name.length + SEPARATOR.length);
  // One text for one epoch: no leading zero, and none for the first.
  if (!/^[1-9][0-9]{0,8}$/.test(written) || written === '1') return undefined;
  return Number(written);
}
