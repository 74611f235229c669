/** Everybody's way to the ledgers: signs with the party's own key and knocks at the node's doors. */

import { type Client, ClientError, createClient } from '@commonwatt/client';
import { ACTION, approveCodec, keys, lanes, proposalId, proposeCodec } from '@commonwatt/contracts';
import {
  type Action,
  type Codec,
  type Ledger,
  readTransaction,
  signTransaction,
  toHex,
} from '@commonwatt/ledger';
import { actionOf, type CertificateLedger, type CommunityNode } from '@commonwatt/node';
import type { DemoClock } from '../street/demo-clock.ts';
import { CENTRE, type Party, REGULATOR } from './dplc-parties.ts';

const HOUR_MS = 3_600_000;
/** How long a proposal waits for the second officer. */
const VOTE_MS = 24 * HOUR_MS;

/** What a submitted batch is told for each action: `done`, or the refusal's code. */
export type Codes = readonly string[];

interface Signed {
  readonly bytes: Uint8Array;
  readonly id: Uint8Array;
}

export class Doors {
  readonly node: CommunityNode;
  readonly certificates: CertificateLedger;
  readonly clock: DemoClock;
  readonly #client: Client;
  readonly #clientThere: Client;

  /** The node must be listening. */
  constructor(node: CommunityNode, client: Client, clock: DemoClock) {
    if (node.certificates === undefined) throw new Error('demo: expected a ledger of certificates');
    this.node = node;
    this.certificates = node.certificates;
    this.clock = clock;
    this.#client = client;
    this.#clientThere = createClient({ baseUrl: `${node.url ?? ''}${CERTIFICATES_PATH}` });
  }

  /** The party's number on the market's ledger. */
  memberOf(party: Party): number {
    return this.#memberOn(this.node.ledger, party);
  }

  /** The party's number on the ledger of certificates. */
  holderOf(party: Party): number {
    return this.#memberOn(this.certificates.ledger, party);
  }

  #memberOn({ state }: Ledger, { name, keys: own }: Party): number {
    const found = state.get(keys, own.signer.publicKey)?.member;
    if (found === undefined) throw new Error(`demo: ${name} is no member`);
    return found;
  }

  /** Sends a batch to the market's ledger, over HTTP. */
  async send(party: Party, ...actions: readonly Action[]): Promise<Codes> {
    return (await this.#send(party, actions)).codes;
  }

  /** @throws Error unless all of it is done */
  async must(party: Party, ...actions: readonly Action[]): Promise<void> {
    requireDone(party, await this.send(party, ...actions));
  }

  /** One proposes, the other approves: k of n is two of two here. Alone each is refused. */
  async decide<M>(type: number, codec: Codec<M>, ...messages: readonly M[]): Promise<void> {
    const actions = messages.map((message) => actionOf(type, codec, message));
    const alone = await this.send(CENTRE, ...actions);
    if (alone[0] !== 'needs_decision') {
      throw new Error(`demo: expected needs_decision for one officer, got ${alone.join(', ')}`);
    }
    const expiresMs = this.clock.nowMs() + VOTE_MS;
    const { id, codes } = await this.#send(
      CENTRE,
      actions.map((action) => actionOf(ACTION.propose, proposeCodec, { ...action, expiresMs })),
    );
    requireDone(CENTRE, codes);
    const approvals = actions.map((_, at) => {
      const proposal = proposalId(this.node, { id }, at);
      return actionOf(ACTION.approve, approveCodec, { proposal });
    });
    await this.must(REGULATOR, ...approvals);
  }

  /** Sends a batch to the ledger of certificates. @throws Error unless all of it is done */
  async mustThere(party: Party, ...actions: readonly Action[]): Promise<void> {
    const signed = this.#sign(this.certificates.ledger, party, actions);
    requireDone(party, await codesOf(this.#clientThere, signed.bytes));
  }

  async #send(party: Party, actions: readonly Action[]): Promise<{ id: Uint8Array; codes: Codes }> {
    const { bytes, id } = this.#sign(this.node.ledger, party, actions);
    return { id, codes: await codesOf(this.#client, bytes) };
  }

  #sign(ledger: Ledger, { keys: { signer } }: Party, actions: readonly Action[]): Signed {
    const nowMs = this.clock.nowMs();
    const envelope = {
      chain: ledger.chain,
      onBehalfOf: undefined,
      lane: 0,
      sequence: ledger.state.get(lanes, { key: signer.publicKey, lane: 0 })?.next ?? 0,
      validFromMs: nowMs - HOUR_MS,
      validUntilMs: nowMs + HOUR_MS,
      atomic: false,
    };
    const bytes = signTransaction(this.node.crypto, signer, envelope, actions);
    return { bytes, id: readTransaction(this.node.crypto, bytes).id };
  }

  /** Moves the clock; the node makes the blocks that are due, and carries what is to be carried. */
  async until(instantMs: number): Promise<void> {
    await this.clock.until(instantMs);
    await this.node.tick();
  }
}

/** Where the doors of the ledger of certificates begin, below the node's address. */
const CERTIFICATES_PATH = '/certificates';

async function codesOf(client: Client, bytes: Uint8Array): Promise<Codes> {
  try {
    const answer = await client.submitTransaction({ body: { transaction: toHex(bytes) } });
    return answer.code === 'done' ? answer.actions : [answer.code];
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== 'refused') throw error;
    return [String(error.facts.code)];
  }
}

function requireDone({ name }: Party, codes: Codes): void {
  const refused = codes.find((code) => code !== 'done');
  if (refused !== undefined) throw new Error(`demo: ${name} was refused: ${refused}`);
}
