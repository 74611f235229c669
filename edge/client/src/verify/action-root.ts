/** From one action and its path to the root that its batch's signature covers. */
import { nodeHash, type Sha256, verifyInclusion } from '@commonwatt/ledger';

export interface LeafPath {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
}

/**
 * The root to which a path leads (RFC 9162, section 2.1.3.2, step 4), which is not known before:
 * nothing where the path does not fit the size.
 */
export function rootOfPath(sha256: Sha256, path: LeafPath): Uint8Array | undefined {
  let node = path.index;
  let last = path.size - 1;
  let root = path.leafHash;
  for (const sibling of path.proof) {
    const isRight = node % 2 === 1 || node === last;
    root = isRight ? nodeHash(sha256, sibling, root) : nodeHash(sha256, root, sibling);
    while (isRight && node % 2 === 0 && node !== 0) {
      node = Math.floor(node / 2);
      last = Math.floor(last / 2);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return verifyInclusion(sha256, { ...path, root }) ? root : undefined;
}
