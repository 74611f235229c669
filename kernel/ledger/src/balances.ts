/**
 * The provable entries of the state: balances and open positions. Their changes collect from block
 * to block and enter the sparse map at every checkpoint, whose root stands in the headers.
 */

import { concatBytes } from './bytes.ts';
import { BalanceMap, type MapProof } from './merkle/balance-map.ts';
import type { Sha256 } from './merkle/tree.ts';
import type { State, Write } from './state.ts';
import type { Name } from './state-rows.ts';
import type { Table } from './table.ts';
import type { Crypto } from './world.ts';

export class Balances {
  readonly #sha256: Sha256;
  readonly #state: State;
  readonly #map: BalanceMap;
  /** Per provable table, the names of the entries that changed since the last checkpoint. */
  readonly #since = new Map<Table<unknown, unknown>, Set<Name>>();
  #height = 0;

  constructor(sha256: Sha256, state: State) {
    this.#sha256 = sha256;
    this.#state = state;
    this.#map = new BalanceMap(sha256);
    for (const of of state.provableTables()) this.#since.set(of, new Set());
  }

  /** The height of the last checkpoint: what the root speaks of. */
  get height(): number {
    return this.#height;
  }

  root(): Uint8Array {
    return this.#map.root();
  }

  /** Takes up the changes of the block that is being made. */
  followBlock(height: number, checkpointBlocks: number): void {
    for (const [of, since] of this.#since) {
      for (const name of this.#state.changedNames(of)) since.add(name);
    }
    this.#checkpoint(height, checkpointBlocks);
  }

  /** The same for a stored block whose writes were applied. */
  followWrites(writes: readonly Write[], height: number, checkpointBlocks: number): void {
    for (const write of writes) {
      const of = this.#state.tableOf(write.table);
      if (of?.provable) this.#since.get(of)?.add(this.#state.nameOf(of, write.key));
    }
    this.#checkpoint(height, checkpointBlocks);
  }

  /** Brings the map up to date, to the entries as they stand now, where the block is a checkpoint. */
  #checkpoint(height: number, checkpointBlocks: number): void {
    if (height % checkpointBlocks !== 0) return;
    const changes: { keyHash: Uint8Array; value: Uint8Array | undefined }[] = [];
    for (const [of, since] of this.#since) {
      for (const name of since) {
        const { key, value } = this.#state.named(of, name);
        changes.push({ keyHash: balanceKeyHash({ sha256: this.#sha256 }, of.id, key), value });
      }
      since.clear();
    }
    this.#map.update(changes);
    this.#height = height;
  }

  /** Proves an entry or its absence under the root; nothing while a change waits in front of it. */
  proof(of: Table<unknown, unknown>, key: Uint8Array): MapProof | undefined {
    if (this.#since.get(of)?.has(this.#state.nameOf(of, key)) ?? true) return undefined;
    return this.#map.proof(balanceKeyHash({ sha256: this.#sha256 }, of.id, key));
  }
}

/** The place of a table's entry in the balance map. */
export function balanceKeyHash(
  crypto: Pick<Crypto, 'sha256'>,
  tableId: number,
  key: Uint8Array,
): Uint8Array {
  return crypto.sha256(concatBytes(Uint8Array.of(tableId >> 8, tableId & 255), key));
}
