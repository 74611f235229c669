/**
 * A member's balance, proven: each account's bytes stand in the balance map, or are shown to be
 * absent, under the root in a header of the history that the pinned ledger's keys have signed.
 */
import { type AccountKey, accountKeyCodec, accounts } from '@commonwatt/contracts';
import { balanceKeyHash, decode, encode, fromHex, toHex, verifyMapProof } from '@commonwatt/ledger';
import type { RouteAnswer } from '../http/typed-client.ts';
import { demandInHistory, latestCheckpoint, readHeader, type Verifier } from './proven-block.ts';
import { demand, StepFault } from './steps.ts';

export const PROVEN_ACCOUNTS = ['available', 'reserved', 'escrow', 'withdrawing'] as const;

export interface ProvenBalance {
  readonly member: number;
  /** Of the block whose header holds the root. */
  readonly height: number;
  readonly timeMs: number;
  /** Blocks under the signed checkpoint. */
  readonly checkpointSize: number;
}

type BalanceAnswer = RouteAnswer<'memberBalance'>;
type AccountProof = BalanceAnswer['proof']['available'];

/**
 * The credit limit beside the accounts stands in no proof: it is the node's word.
 * @throws StepFault for the first thing that does not hold.
 */
export async function verifyBalance(
  verifier: Verifier,
  { member, answer }: { readonly member: number; readonly answer: BalanceAnswer },
): Promise<ProvenBalance> {
  const { client } = verifier;
  const { height, root } = answer.proof;
  demand(answer.member === member, () => `member: expected ${member}, got ${answer.member}`);
  for (const kind of PROVEN_ACCOUNTS) {
    const claim = { root, amount: answer[kind], proof: answer.proof[kind] };
    demandAccount(verifier, { owner: member, kind }, claim);
  }
  const { headerBytes } = await client.blockDetail({ params: { height } });
  const { header, hash } = readHeader(verifier, { height, headerBytes });
  demand(header.balanceHeight === height, () => {
    return `balance: expected as of block ${height}, got ${header.balanceHeight}`;
  });
  const signed = toHex(header.balanceRoot);
  demand(signed === root, () => `balance root: expected ${signed}, got ${root}`);
  const outcome = await latestCheckpoint(verifier);
  if (!outcome.ok) throw new StepFault(`checkpoint: ${outcome.refusal.code}`);
  const { checkpoint } = outcome;
  const { proof } = await client.blockProof({
    params: { height },
    query: { size: checkpoint.size },
  });
  demandInHistory(verifier, checkpoint, { height, hash, proof });
  return { member, height, timeMs: header.timeMs, checkpointSize: checkpoint.size };
}

interface Claim {
  readonly root: string;
  readonly amount: string;
  readonly proof: AccountProof;
}

function demandAccount({ crypto }: Verifier, key: AccountKey, claim: Claim): void {
  const { value, siblings, other } = claim.proof;
  const bytes = value === null ? undefined : fromHex(value);
  const proven = verifyMapProof(crypto.sha256, {
    root: fromHex(claim.root),
    keyHash: balanceKeyHash(crypto, accounts.id, encode(accountKeyCodec, key)),
    value: bytes,
    proof: {
      siblings: siblings.map(fromHex),
      other:
        other === null
          ? undefined
          : { keyHash: fromHex(other.keyHash), valueHash: fromHex(other.valueHash) },
    },
  });
  demand(proven, () => `${key.kind}: not as the balance root has it`);
  const balance = bytes === undefined ? 0n : decode(accounts.value, bytes, key.kind).balance;
  demand(`${balance}` === claim.amount, () => {
    return `${key.kind}: expected ${balance}, got ${claim.amount}`;
  });
}
