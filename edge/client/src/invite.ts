/**
 * One-time invites: a link that carries the invite's private key behind the `#`, which browsers do
 * not send to anyone, and the joining that uses it up.
 */
import { type Crypto, fromHex, type Random, toHex } from '@commonwatt/ledger';
import { actions, signInvited } from './actions.ts';
import type { CheckpointMemory, PinnedLedger } from './checkpoint-memory.ts';
import { browserRandom, browserSigner, SEED_LENGTH } from './crypto/browser-crypto.ts';
import {
  type Client,
  type ClientOptions,
  createClient,
  type RouteAnswer,
} from './http/typed-client.ts';
import { type MemberKeys, memberKeysFromSeed } from './keys/member-keys.ts';
import { MemberClient } from './ledger-client.ts';
import type { VerifiedSubmission } from './verify/submission.ts';

export interface Invitation {
  /** Seed of the invite's key: whoever holds it can join. */
  readonly seed: Uint8Array;
  /** The ledger, in hex: pinned by the link, so that no node can show another. */
  readonly chain: string;
}

/** `<base>/#/join?invite=<seed in hex>&chain=<hex>`. */
export function formatInviteLink(base: string, { seed, chain }: Invitation): string {
  return `${base.replace(/\/$/, '')}/#/join?invite=${toHex(seed)}&chain=${chain}`;
}

const LINK = /#\/join\?invite=([0-9a-f]{64})&chain=([0-9a-f]{64})$/;

/** The invitation in a link, or in the part of it from `#` on; nothing in any other text. */
export function parseInviteLink(link: string): Invitation | undefined {
  const [, seed, chain] = LINK.exec(link) ?? [];
  return seed === undefined || chain === undefined ? undefined : { seed: fromHex(seed), chain };
}

export function inviteKeyOf({ seed }: Invitation): Uint8Array {
  return browserSigner(seed).publicKey;
}

/** What the invite admits to and whether it is still open. @throws ClientError `invite_unknown`. */
export function readInvite(
  client: Client,
  invitation: Invitation,
): Promise<RouteAnswer<'inviteStatus'>> {
  return client.inviteStatus({ params: { inviteKey: toHex(inviteKeyOf(invitation)) } });
}

export interface JoinOptions {
  readonly http: Omit<ClientOptions, 'signer' | 'chain'>;
  readonly invitation: Invitation;
  readonly ledger: PinnedLedger;
  readonly memory: CheckpointMemory;
  /** The member's own seed, kept before this is called; made here unless given. */
  readonly seed?: Uint8Array;
  readonly random?: Random;
  readonly crypto?: Crypto;
}

export interface Joined {
  /** Keep it, encrypted: it is the membership. */
  readonly seed: Uint8Array;
  readonly keys: MemberKeys;
  /** Signs its calls as the new member. */
  readonly client: Client;
  readonly memberClient: MemberClient;
  readonly member: RouteAnswer<'ownMember'>;
  readonly submission: VerifiedSubmission;
}

/** The invite was taken into a block and refused there: somebody was faster, for instance. */
export class JoinRefusedError extends Error {
  override readonly name = 'JoinRefusedError';
  readonly code: string;
  constructor(code: string) {
    super(`join: the ledger refused it: ${code}`);
    this.code = code;
  }
}

/**
 * Makes the member's keys, proves their possession by signing the join with them, and answers with
 * the member that they now are.
 * @throws RangeError when the invitation is for another ledger, JoinRefusedError, and whatever
 * `MemberClient.submit` throws; joining again with the same seed is then safe.
 */
export async function join(options: JoinOptions): Promise<Joined> {
  const { invitation, ledger, memory, http } = options;
  if (invitation.chain !== ledger.chain) {
    throw new RangeError(`invite: expected the chain ${ledger.chain}, got ${invitation.chain}`);
  }
  const seed = options.seed ?? (options.random ?? browserRandom).bytes(SEED_LENGTH);
  const keys = memberKeysFromSeed(seed);
  const { signer, agreementKey } = keys;
  const { chain } = ledger;
  const ports = options.crypto === undefined ? {} : { crypto: options.crypto };
  const client = createClient({ ...ports, ...http, signer, chain });
  const memberClient = new MemberClient({ ...ports, client, signer, ledger, memory });
  const inviteSigner = browserSigner(invitation.seed);
  const submission = await memberClient.submit([
    actions.join({
      inviteKey: inviteSigner.publicKey,
      inviteSignature: signInvited(inviteSigner, { chain, newKey: signer.publicKey }),
      agreementKey: agreementKey.publicKey,
    }),
  ]);
  const code = submission.actions[0] ?? submission.code;
  if (code !== 'done') throw new JoinRefusedError(code);
  return { seed, keys, client, memberClient, member: await client.ownMember(), submission };
}
