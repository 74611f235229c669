/**
 * The provable entries of the state: balances and open positions. Their changes collect from block
 * to block and enter the sparse map at every checkpoint, whose root stands in the headers.
 */

import { concatBytes } from './bytes.ts';
import { decode } from './codec.ts';
import { BalanceMap, type MapProof } from './merkle/balance-map.ts';
import type { Sha256 } from './merkle/tree.ts';
import type { State } from './state.ts';
import type { Table } from './table.ts';
import type { Crypto } from './world.ts';

export class Balances {
  readonly #sha256: Sha256;
  readonly #state: State;
  readonly #map: BalanceMap;
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

  /** Brings the map up to date, to the entries as they stand now, where the block is a checkpoint. */
  follow(height: number, checkpointBlocks: number): void {
    if (height % checkpointBlocks !== 0) return;
    const host = { sha256: this.#sha256 };
    this.#map.update(
      this.#state
        .takeFollowed()
        .flatMap(({ table, entries }) =>
          entries.map(({ key, value }) => ({ keyHash: balanceKeyHash(host, table, key), value })),
        ),
    );
    this.#height = height;
  }

  /** Proves an entry or its absence under the root; nothing while a change waits in front of it. */
  proof(of: Table<unknown, unknown>, key: Uint8Array): MapProof | undefined {
    if (!of.provable || this.#state.isFollowed(of, decode(of.key, key, `${of.name}.key`))) {
      return undefined;
    }
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
