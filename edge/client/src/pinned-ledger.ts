/** What a client holds on to of a ledger before it believes anything a node says of it. */
import { type Crypto, chainOf, fromHex, readGenesis, toHex } from '@commonwatt/ledger';
import type { PinnedLedger } from './checkpoint-memory.ts';
import { browserCrypto } from './crypto/browser-crypto.ts';
import type { Client } from './http/typed-client.ts';
import { demand } from './verify/steps.ts';

export interface PinOptions {
  /** From an invite link or from the operator, in hex; the node's own word where it is missing. */
  readonly chain?: string;
  /** Verifier keys of the ledger and of witnesses; the node's own word where they are missing. */
  readonly keys?: readonly string[];
  /** How many of the keys must have signed; 1 unless given. */
  readonly threshold?: number;
  readonly crypto?: Crypto;
}

/**
 * Asks a node once for what is not known yet and pins it: from then on nobody, this node included,
 * can show another ledger. What comes from the node itself is trust on first use; chain and keys
 * from elsewhere need none.
 * @throws StepFault when the genesis document is not that of the chain.
 */
export async function pinLedger(client: Client, options: PinOptions = {}): Promise<PinnedLedger> {
  const crypto = options.crypto ?? browserCrypto;
  const answer = await client.genesisDocument();
  const document = fromHex(answer.document);
  const hash = toHex(chainOf(crypto, document));
  const chain = options.chain ?? answer.chain;
  demand(hash === chain, () => `genesis: expected the chain ${chain}, got ${hash}`);
  const origin = readGenesis(document).name;
  const keys = options.keys ?? (await client.ledgerStatus()).keys;
  return { chain, origin, keys, threshold: options.threshold ?? 1 };
}
