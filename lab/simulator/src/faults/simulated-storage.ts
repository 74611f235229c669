/**
 * A disk that tells the truth only about what was synced. Everything written since the last sync
 * lies apart; when the power fails, each such piece is kept, lost or torn, in any combination and so
 * in any order, as a seeded stream decides. The store above it takes the same steps as the one on
 * LMDB: the block, its sync, the head beside, its sync, the rename, the sync of the directory.
 */

import { sha256 } from '@commonwatt/consensus';
import { equalBytes, type Storage, type StoredHead } from '@commonwatt/ledger';
import type { SeededRandom } from '../households/seeded-random.ts';

/** The machine lost power in the middle of something; nothing on it runs any more. */
export class PowerLossError extends Error {
  override readonly name = 'PowerLossError';
}

/** A sync the disk could not do. */
export class SyncFailedError extends Error {
  override readonly name = 'SyncFailedError';
}

/** The disk has no room for a write. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';
  readonly code = 'ENOSPC';
}

/** The steps of storing one block, each a moment at which something can happen. */
export const STEPS_PER_BLOCK = 6;

type SyncedPart = 'genesis' | 'block' | 'head' | 'directory';

export interface SimulatedFaults {
  /** Decides what of the unsynced pieces survives. */
  readonly random: SeededRandom;
  /** The power fails when this many steps were begun; never unless given. */
  readonly powerLossAtStep?: number;
  /** The sync at this step fails; never unless given. */
  readonly syncFailureAtStep?: number;
  /** From this step on nothing that is written finds room; never unless given. */
  readonly fullAtStep?: number;
  /** A disk, or a store, that leaves out a sync and says it was done: to see that a test notices. */
  readonly skippedSync?: SyncedPart;
}

/** Bytes with their checksum, as an append-only file would hold them. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly checksum: Uint8Array;
}

function pieceOf(bytes: Uint8Array): Piece {
  return { bytes: Uint8Array.from(bytes), checksum: sha256(bytes) };
}

function isWhole({ bytes, checksum }: Piece): boolean {
  return equalBytes(sha256(bytes), checksum);
}

/** As much of a piece as there was room for. */
function cutShort(piece: Piece): Piece {
  return { ...piece, bytes: piece.bytes.slice(0, piece.bytes.length >> 1) };
}

interface HeadPiece extends Piece {
  readonly head: StoredHead;
}

/** What lies on the platters. */
interface Disk {
  genesis: Piece | undefined;
  readonly log: Piece[];
  head: HeadPiece | undefined;
}

export class SimulatedStorage implements Storage {
  readonly #faults: SimulatedFaults;
  /** What is certain to be there after a power loss. */
  readonly #durable: Disk;
  /** What a running machine reads: all that was written. */
  readonly #seen: Disk;
  /** The head as written beside, and whether it was synced there. */
  #beside: { readonly piece: HeadPiece; isSynced: boolean } | undefined;
  #isRenamed = false;
  #steps = 0;
  #down: Error | undefined;

  constructor(
    faults: SimulatedFaults,
    disk: Disk = { genesis: undefined, log: [], head: undefined },
  ) {
    this.#faults = faults;
    this.#durable = disk;
    this.#seen = { ...disk, log: [...disk.log] };
  }

  /** Steps begun so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Why the store stopped; nothing while it works. */
  get down(): Error | undefined {
    return this.#down;
  }

  genesis(): Uint8Array | undefined {
    return this.#seen.genesis?.bytes.slice();
  }
  head(): StoredHead | undefined {
    return this.#seen.head?.head;
  }
  lastHeight(): number | undefined {
    return this.#seen.log.length === 0 ? undefined : this.#seen.log.length - 1;
  }
  record(height: number): Uint8Array | undefined {
    return this.#seen.log[height]?.bytes.slice();
  }
  async close(): Promise<void> {}

  /** One moment passes: other work runs, and the fault that is due strikes. */
  async #step(): Promise<void> {
    await Promise.resolve();
    if (this.#down !== undefined) throw this.#down;
    this.#steps++;
    if (this.#steps === this.#faults.powerLossAtStep) {
      throw this.#stop(new PowerLossError(`the power failed at step ${this.#steps}`));
    }
  }

  #stop(reason: Error): Error {
    this.#down = reason;
    return reason;
  }

  /**
   * Writes bytes, unless there is no room for all of them. What lies there then is torn, and nobody
   * may have been told of it.
   */
  async #writes(torn: () => void): Promise<void> {
    await this.#step();
    if (this.#steps < (this.#faults.fullAtStep ?? Number.POSITIVE_INFINITY)) return;
    torn();
    throw this.#stop(new DiskFullError(`ENOSPC: no room for the write at step ${this.#steps}`));
  }

  /** Whether this sync is really done. A sync that fails leaves its piece in doubt for good. */
  async #syncs(part: SyncedPart): Promise<boolean> {
    await this.#step();
    if (this.#steps === this.#faults.syncFailureAtStep) {
      throw this.#stop(new SyncFailedError(`EIO: the sync at step ${this.#steps} failed`));
    }
    return part !== this.#faults.skippedSync;
  }

  async putGenesis(document: Uint8Array): Promise<void> {
    if (this.#seen.genesis !== undefined)
      throw new Error('simulated disk: a genesis stands already');
    await this.#writes(() => undefined);
    this.#seen.genesis = pieceOf(document);
    if (await this.#syncs('genesis')) this.#durable.genesis = this.#seen.genesis;
  }

  async append(height: number, hash: Uint8Array, record: Uint8Array): Promise<void> {
    if (height !== this.#seen.log.length) {
      throw new Error(`simulated disk: expected height ${this.#seen.log.length}, got ${height}`);
    }
    const written = pieceOf(record);
    await this.#writes(() => this.#seen.log.push(cutShort(written)));
    this.#seen.log.push(written);
    if (await this.#syncs('block')) {
      this.#durable.log.push(...this.#seen.log.slice(this.#durable.log.length));
    }
    await this.#writes(() => undefined);
    const head: StoredHead = { height, hash: Uint8Array.from(hash) };
    const piece = { ...pieceOf(Uint8Array.of(...head.hash, height & 255)), head };
    this.#beside = { piece, isSynced: false };
    this.#beside.isSynced = await this.#syncs('head');
    await this.#step();
    this.#seen.head = piece;
    this.#isRenamed = true;
    if (!(await this.#syncs('directory'))) return;
    this.#durable.head = this.#beside.isSynced ? piece : this.#afterLoss(piece);
    this.#isRenamed = false;
    this.#beside = undefined;
  }

  /** One unsynced piece after the power came back: whole, torn, or gone. */
  #afterLoss<P extends Piece>(piece: P): P | undefined {
    const { random } = this.#faults;
    const fate = random.below(3);
    if (fate === 0) return piece;
    if (fate === 1) return undefined;
    // Sectors are written in any order: some are new, the others hold what lay there before.
    const bytes = piece.bytes.map((byte) => (random.below(2) === 0 ? byte : random.below(256)));
    return { ...piece, bytes };
  }

  /**
   * What is found when the machine starts again, on a disk with the given faults. A torn block above
   * the head was never acknowledged and is cut off; at or below the head it is left to be refused.
   * @throws Error when the head itself is torn, which renaming it into place is there to prevent.
   */
  restart(faults: SimulatedFaults): SimulatedStorage {
    const disk: Disk = { ...this.#durable, log: [...this.#durable.log] };
    if (disk.genesis === undefined && this.#seen.genesis !== undefined) {
      const genesis = this.#afterLoss(this.#seen.genesis);
      if (genesis !== undefined && isWhole(genesis)) disk.genesis = genesis;
    }
    if (this.#isRenamed && this.#beside !== undefined && this.#faults.random.below(2) === 0) {
      const { piece, isSynced } = this.#beside;
      disk.head = isSynced ? piece : this.#afterLoss(piece);
    }
    if (disk.head !== undefined && !isWhole(disk.head)) {
      throw new Error('simulated disk: the head is torn');
    }
    for (const piece of this.#seen.log.slice(disk.log.length)) {
      const found = this.#afterLoss(piece);
      if (found === undefined) break;
      if (!isWhole(found) && disk.log.length > (disk.head?.head.height ?? -1)) break;
      disk.log.push(found);
    }
    return new SimulatedStorage(faults, disk);
  }
}
