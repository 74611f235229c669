/** Proofs of receipts and events under their block's root, for the blocks asked about last. */

import {
  type Crypto,
  HistoryTree,
  type Ledger,
  receiptLeafHashes,
  toHex,
} from '@commonwatt/ledger';

const BLOCKS_MAX = 16;

interface Leaves {
  readonly leaves: readonly Uint8Array[];
  readonly tree: HistoryTree;
}

export interface ReceiptProof {
  readonly leaf: string;
  readonly index: number;
  readonly size: number;
  readonly proof: string[];
  readonly root: string;
}

export class ReceiptProofs {
  readonly #ledger: Ledger;
  readonly #crypto: Crypto;
  /** In order of use. The tree is built once for all submitters of a block. */
  readonly #blocks = new Map<number, Leaves>();

  constructor(ledger: Ledger, crypto: Crypto) {
    this.#ledger = ledger;
    this.#crypto = crypto;
  }

  /** @throws Error when there is no such block or leaf. */
  proof(height: number, index: number): ReceiptProof {
    const { leaves, tree } = this.#leaves(height);
    const leaf = leaves[index];
    if (leaf === undefined) throw new Error(`receipt ${index} of block ${height}: there is none`);
    return {
      leaf: toHex(leaf),
      index,
      size: tree.size,
      proof: tree.inclusionProof(index).map(toHex),
      root: toHex(tree.root()),
    };
  }

  #leaves(height: number): Leaves {
    const known = this.#blocks.get(height);
    this.#blocks.delete(height);
    const leaves = known ?? this.#read(height);
    this.#blocks.set(height, leaves);
    if (this.#blocks.size > BLOCKS_MAX) {
      for (const oldest of this.#blocks.keys()) {
        this.#blocks.delete(oldest);
        break;
      }
    }
    return leaves;
  }

  #read(height: number): Leaves {
    const record = this.#ledger.record(height);
    if (record === undefined) throw new Error(`block ${height}: there is none`);
    const tree = new HistoryTree(this.#crypto.sha256);
    for (const hash of receiptLeafHashes(this.#crypto, record.receipts)) tree.append(hash);
    return { leaves: record.receipts, tree };
  }
}
