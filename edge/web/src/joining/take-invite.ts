/** Taking an invite: the key is kept first, so that no crash between can lose a membership. */

import {
  actions,
  browserRandom,
  type Client,
  ClientError,
  type Invitation,
  inviteKeyOf,
  type Joined,
  JoinRefusedError,
  join,
  SEED_LENGTH,
} from '@commonwatt/client';
import { type StandingTerms, standingMessage } from '../account/standing-terms.ts';
import { refusedCode } from '../account/use-submission.ts';
import { hexOfBytes } from '../hex.ts';
import { forgetSession, keepSession, readSession, type Session } from '../session.ts';
import { verifierOf } from '../verifier.ts';

export interface Taken {
  readonly session: Session;
  readonly member: number;
  /** The block that holds the membership. */
  readonly height: number;
  /** Why the first order was refused; nothing when it stands. */
  readonly orderRefused: string | undefined;
}

export type Stage = 'key' | 'join' | 'order';

/**
 * @throws RangeError when this device holds another account's key, JoinRefusedError, ClientError.
 * Beginning again with the same invite goes on with the same key.
 */
export async function takeInvite(options: {
  readonly open: Client;
  readonly invitation: Invitation;
  readonly terms: StandingTerms | undefined;
  readonly reached: (stage: Stage) => void;
}): Promise<Taken> {
  const { open, invitation, terms, reached } = options;
  reached('key');
  const seed = await seedFor(invitation);
  const { ledger, memory } = await verifierOf(open, invitation.chain);
  reached('join');
  let joined: Joined;
  try {
    joined = await join({ http: { baseUrl: '' }, invitation, ledger, memory, seed });
  } catch (fault) {
    if (isFinal(fault)) await forgetSession(invitation.chain);
    throw fault;
  }
  const session = await keepSession({ seed, chain: invitation.chain });
  reached('order');
  const orderRefused = terms && (await placeFirst(open, joined, terms));
  return {
    session,
    member: joined.member.member,
    height: joined.submission.height,
    orderRefused,
  };
}

/** The key of an interrupted attempt at this very invite, or a new one, kept either way. */
async function seedFor(invitation: Invitation): Promise<Uint8Array> {
  const inviteKey = hexOfBytes(inviteKeyOf(invitation));
  const kept = await readSession(invitation.chain);
  if (kept !== undefined && kept.joining === inviteKey) return kept.seed;
  if (kept !== undefined && kept.joining === undefined) {
    throw new RangeError('session: expected no account on this device, got one');
  }
  const seed = browserRandom.bytes(SEED_LENGTH);
  await keepSession({ seed, chain: invitation.chain, joining: inviteKey });
  return seed;
}

/** The ledger said no: the key will never be a member's. Everything else may still have worked. */
function isFinal(fault: unknown): boolean {
  return (
    fault instanceof JoinRefusedError || (fault instanceof ClientError && fault.code === 'refused')
  );
}

async function placeFirst(
  open: Client,
  { memberClient }: Joined,
  terms: StandingTerms,
): Promise<string | undefined> {
  const { markets } = await open.marketList();
  const market = markets.find((one) => one.kind === 'call auction');
  if (market === undefined) return 'market_unknown';
  const message = standingMessage(terms, market);
  try {
    return refusedCode(await memberClient.submit([actions.standingOrder(message)]));
  } catch (fault) {
    // The membership stands whatever became of the order, which can be placed again.
    if (fault instanceof ClientError) return fault.code;
    throw fault;
  }
}
