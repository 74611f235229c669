/**
 * The provable entries of the state: balances and open positions. Their changes collect from block
 * to block and enter the sparse map at every checkpoint, whose root stands in the headers.
 */

import { concatBytes, toHex } from './bytes.ts';
import { BalanceMap, type MapProof } from './merkle/balance-map.ts';
import type { Sha256 } from './merkle/tree.ts';
import type { State, Table, Write } from './state.ts';
import type { Crypto } from './world.ts';

export class Balances {
  readonly #sha256: Sha256;
  readonly #state: State;
  readonly #map: BalanceMap;
  /** The last write to each entry of a provable table since the last checkpoint. */
  readonly #since = new Map<string, Write>();
  #height = 0;

  constructor(sha256: Sha256, state: State) {
    this.#sha256 = sha256;
    this.#state = state;
    this.#map = new BalanceMap(sha256);
  }

  /** The height of the last checkpoint: what the root speaks of. */
  get height(): number {
    return this.#height;
  }

  root(): Uint8Array {
    return this.#map.root();
  }

  /** Takes up a block's writes, and brings the map up to date where the block is a checkpoint. */
  follow(writes: readonly Write[], height: number, checkpointBlocks: number): void {
    for (const write of writes) {
      if (!this.#state.tableOf(write.table)?.provable) continue;
      this.#since.set(entryName(write.table, write.key), write);
    }
    if (height % checkpointBlocks !== 0) return;
    this.#map.update(
      [...this.#since.values()].map((write) => ({
        keyHash: balanceKeyHash({ sha256: this.#sha256 }, write.table, write.key),
        value: write.value,
      })),
    );
    this.#since.clear();
    this.#height = height;
  }

  /** Proves an entry or its absence under the root; nothing while a change waits in front of it. */
  proof(of: Table<unknown, unknown>, key: Uint8Array): MapProof | undefined {
    if (!of.provable || this.#since.has(entryName(of.id, key))) return undefined;
    return this.#map.proof(balanceKeyHash({ sha256: this.#sha256 }, of.id, key));
  }
}

function entryName(tableId: number, key: Uint8Array): string {
  return `${tableId}/${toHex(key)}`;
}

/** The place of a table's entry in the balance map. */
export function balanceKeyHash(
  crypto: Pick<Crypto, 'sha256'>,
  tableId: number,
  key: Uint8Array,
): Uint8Array {
  return crypto.sha256(concatBytes(Uint8Array.of(tableId >> 8, tableId & 255), key));
}
