/** One-time invites for visitors: there is always one to take. */

import { randomBytes } from 'node:crypto';
import { NodeSigner } from '@commonwatt/consensus';
import { ACTION, DEFAULT_ROLES, type Invite, inviteCodec, invites } from '@commonwatt/contracts';
import { encode, toHex } from '@commonwatt/ledger';
import type { CommunityNode } from '@commonwatt/node';
import { money, power } from '@commonwatt/units';
import { recordCommitment } from './street-genesis.ts';

const VALID_MS = 30 * 24 * 3_600_000;

/** A visitor is a household with an ordinary connection and the credit of every home. */
const ADMISSION = {
  kind: 'household',
  roles: DEFAULT_ROLES.household,
  importLimitW: power(11_000n),
  exportLimitW: power(11_000n),
  creditLimit: money(200_000_000_000n),
} as const;

export class Invites {
  readonly #node: CommunityNode;
  #open: Uint8Array | undefined;

  constructor(node: CommunityNode) {
    this.#node = node;
  }

  /** Puts a new invite on the ledger; its link holds the only key that can take it. */
  async open(url: string): Promise<string> {
    const seed = new Uint8Array(randomBytes(32));
    const inviteKey = new NodeSigner(seed).publicKey;
    const message: Invite = {
      ...ADMISSION,
      inviteKey,
      recordCommitment: recordCommitment(toHex(seed), 'visitor'),
      expiresMs: this.#node.clock.nowMs() + VALID_MS,
    };
    const body = encode(inviteCodec, message);
    await this.#node.officer.submit([{ type: ACTION.invite, body }]);
    this.#open = inviteKey;
    return `${url}/#/join?invite=${toHex(seed)}&chain=${toHex(this.#node.ledger.chain)}`;
  }

  /** A new link where the last one was taken; nothing while it is open. */
  async renewed(url: string): Promise<string | undefined> {
    const isOpen =
      this.#open !== undefined && this.#node.ledger.state.get(invites, this.#open) !== undefined;
    return isOpen ? undefined : this.open(url);
  }
}
