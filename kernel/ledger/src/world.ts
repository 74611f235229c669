/**
 * The six ports through which the outside world reaches what stands above the line. Nothing in the
 * kernel or the market knows the clock, the network, the disk or chance except through these.
 */

/** Unix time in whole milliseconds. */
export interface Clock {
  nowMs(): number;
}

/** Unpredictable bytes, for salts and nonces; never for anything that consensus decides. */
export interface Random {
  bytes(length: number): Uint8Array;
}

/** SHA-256 and Ed25519 verification. The kernel's strict pre-checks stand before `verify`. */
export interface Crypto {
  /** The 32-byte SHA-256 digest. */
  sha256(message: Uint8Array): Uint8Array;
  /**
   * The cofactorless RFC 8032 equation, with the recomputed nonce point compared byte for byte.
   * Keys and signatures that reach it already passed the kernel's strict pre-checks.
   */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /**
   * The RFC 9162 root over leaves that lie one behind the other, each ending where `ends` says.
   * For hosts that hash many messages faster together; what it answers is the plain root.
   */
  packedRoot?(leaves: Uint8Array, ends: readonly number[]): Uint8Array;
  /** The same verdict off the main thread, where the host has one to spare. */
  verifyLater?(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** Holds one Ed25519 key and signs with it. The private half never leaves it. */
export interface Signer {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** The head as it is kept apart from the blocks. */
export interface StoredHead {
  readonly height: number;
  readonly hash: Uint8Array;
}

/** A durable sequence of block records with a separately kept head. */
export interface Storage {
  /** The canonical genesis document, once one was written. */
  genesis(): Uint8Array | undefined;
  putGenesis(document: Uint8Array): Promise<void>;
  /** The separately kept head: synced after the block it names and before any reply. */
  head(): StoredHead | undefined;
  /** The highest block record present; never below the head in a healthy store. */
  lastHeight(): number | undefined;
  /** One block's record: block, receipts and write set in one value. */
  record(height: number): Uint8Array | undefined;
  /** Resolves when the record, and then the head that names it, are on disk. */
  append(height: number, hash: Uint8Array, record: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Delivers bytes to a named peer, perhaps late, twice or never. */
export interface Network {
  send(peer: string, message: Uint8Array): void;
  onMessage(receive: (peer: string, message: Uint8Array) => void): void;
}
