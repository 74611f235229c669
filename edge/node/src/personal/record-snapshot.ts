/**
 * Records as they are at one moment, for reading beside a node that works on them. LMDB's readers see
 * one state and hold nobody up. What little is written goes to the present store, and only where
 * nothing was changed for that person since: else the reader begins anew from another moment.
 */

import { type Database, open } from 'lmdb';
import type { RecordChange, RecordStore } from './record-store.ts';

/** A person's keys are not those of the snapshot any more: somebody was erased, or joined. */
export class RecordsMovedError extends Error {
  override readonly name = 'RecordsMovedError';
}

/** @param guards the keys that must be as they were for a change of the given key to be made */
export function openRecordSnapshot(
  path: string,
  guards: (key: string) => readonly string[],
): RecordStore {
  const environment = open<Uint8Array, string>({
    path,
    encoding: 'binary',
    overlappingSync: false,
    maxDbs: 1,
  });
  const transaction = environment.useReadTransaction();
  const at = (key: string): Uint8Array | undefined => {
    const value = environment.get(key, { transaction });
    return value && Uint8Array.from(value);
  };
  return {
    get: at,
    write(changes) {
      const guarded = new Map(
        changes.flatMap(({ key }) => guards(key)).map((key) => [key, at(key)] as const),
      );
      environment.transactionSync(() => writeWhere(environment, guarded, changes));
    },
    *range(from, until, limit) {
      for (const { key, value } of environment.getRange({
        start: from,
        end: until,
        limit,
        transaction,
      })) {
        yield { key, value: Uint8Array.from(value) };
      }
    },
    close() {
      transaction.done();
      return environment.close();
    },
  };
}

function writeWhere(
  environment: Database<Uint8Array, string>,
  guarded: ReadonlyMap<string, Uint8Array | undefined>,
  changes: readonly RecordChange[],
): void {
  for (const [key, before] of guarded) {
    const now = environment.get(key);
    const isSame =
      now === undefined || before === undefined
        ? now === before
        : Buffer.compare(now, before) === 0;
    if (!isSame) throw new RecordsMovedError(`personal records: ${key} was changed meanwhile`);
  }
  for (const { key, value } of changes) {
    // Inside a transaction both take effect at once; their promises are the transaction's.
    if (value === undefined) void environment.remove(key);
    else void environment.put(key, value);
  }
}
