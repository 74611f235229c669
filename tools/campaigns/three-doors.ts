/**
 * One community behind its doors: the engine in process, the HTTP door of the same node, the command
 * line in front of that, and a second ledger that executes decided blocks as a node of another engine
 * would.
 */

import { MemoryStorage } from '@commonwatt/consensus';
import {
  ACTION,
  DEFAULT_ROLES,
  depositCodec,
  enrolCodec,
  giveMandateCodec,
  keys,
  refusalCode,
  replyCodec,
  revokeMemberCodec,
  rotateKeyCodec,
  ruleBook,
  shareCodec,
} from '@commonwatt/contracts';
import { type Action, encodeWrites, Ledger, possessionBytes, toHex } from '@commonwatt/ledger';
import { CommunityNode, type NodeOptions } from '@commonwatt/node';
import {
  act,
  agreementKeyOf,
  COMMUNITY_FROM_MS,
  commitBlock,
  communityGenesis,
  Device,
  homeName,
  NEGOTIATED_MARKET,
  OFFICER,
  oneThreadCrypto,
  promise,
  SLOT_MS,
  signerOf,
  VirtualClock,
} from '@commonwatt/simulator';
import { energy, money, power, price } from '@commonwatt/units';
import { CommandDoor } from './command-door.ts';
import { HttpDoor } from './http-door.ts';
import { OPEN_LIMITS } from './open-limits.ts';

/** Members by what is the matter with them. */
export const ANA = homeName(0);
export const BEN = homeName(1);
export const REVOKED = homeName(2);
export const ROTATED = homeName(3);
export const LATE = 'late';
const HOMES = 5;
/** Everything stands open in this slot. */
export const OPEN_SLOT_MS = COMMUNITY_FROM_MS + 4 * SLOT_MS;

export class ThreeDoors {
  readonly node: CommunityNode;
  readonly http: HttpDoor;
  readonly command: CommandDoor;
  /** The second ledger. */
  readonly other: Ledger;
  readonly clock: VirtualClock;
  /** Ana's open share in the negotiated market, and ben's reply to it. */
  readonly order: { readonly transaction: string; readonly index: number };
  readonly negotiation: { readonly transaction: string; readonly index: number };

  private constructor(
    parts: Pick<
      ThreeDoors,
      'node' | 'http' | 'command' | 'other' | 'clock' | 'order' | 'negotiation'
    >,
  ) {
    this.node = parts.node;
    this.http = parts.http;
    this.command = parts.command;
    this.other = parts.other;
    this.clock = parts.clock;
    this.order = parts.order;
    this.negotiation = parts.negotiation;
  }

  /** `isLimited` keeps the limits of a node as it is shipped. */
  static async open({
    isLimited = false,
    clockWatch,
  }: {
    readonly isLimited?: boolean;
    readonly clockWatch?: NonNullable<NodeOptions['clockWatch']>;
  } = {}): Promise<ThreeDoors> {
    const clock = new VirtualClock(COMMUNITY_FROM_MS);
    const genesis = communityGenesis({ homes: HOMES });
    const node = await CommunityNode.open({
      clock,
      genesis,
      officer: signerOf('officer'),
      settlement: { enabled: false },
      ...(clockWatch && { clockWatch }),
      http: { port: 0, ...(!isLimited && { limits: OPEN_LIMITS }) },
    });
    await node.start();
    const other = new Ledger({
      crypto: oneThreadCrypto,
      storage: new MemoryStorage(),
      rules: ruleBook,
    });
    await other.initChain(genesis);
    const { order, negotiation } = await prepare(node);
    const http = new HttpDoor(node.url ?? '');
    const command = new CommandDoor(node.url ?? '');
    const doors = new ThreeDoors({ node, http, command, other, clock, order, negotiation });
    await doors.follow();
    return doors;
  }

  /** Lets the second ledger execute what the node's own chain holds. */
  async follow(): Promise<void> {
    const { ledger } = this.node;
    for (let height = 0; height <= (ledger.head?.height ?? -1); height++) {
      const record = ledger.record(height);
      if (record === undefined || height <= (this.other.head?.height ?? -1)) continue;
      await commitBlock(this.other, record.header.timeMs, record.transactions);
    }
    promise(toHex(this.other.headHash) === toHex(ledger.headHash), 'the two ledgers differ');
  }

  async engine(bytes: Uint8Array): Promise<string> {
    const answer = await this.node.engine.submit(bytes);
    if (answer.status === 'refused') return answer.refusal.code;
    return answer.refusal?.code ?? answer.actions.map((one) => one?.code ?? 'done').join(' ');
  }

  async overHttp(bytes: Uint8Array, from?: string): Promise<string> {
    const { status, text } = await this.http.submit(bytes, from);
    const body = JSON.parse(text) as {
      code: string;
      actions?: readonly string[];
      facts?: { code?: string };
    };
    if (status === 200) return body.code === 'done' ? (body.actions ?? []).join(' ') : body.code;
    return body.code === 'refused' ? `${body.facts?.code}` : `${status} ${body.code}`;
  }

  /** Verdicts of one block, and whether nothing at all was written. */
  async block(transactions: readonly Uint8Array[]) {
    const before = this.other.head?.stateDigest ?? new Uint8Array();
    const outcome = await commitBlock(this.other, this.clock.nowMs(), transactions);
    const empty = oneThreadCrypto.sha256(Buffer.concat([before, encodeWrites([])]));
    return {
      verdicts: outcome.receipts.map(({ code, actions }) =>
        code !== 0 ? named(code) : actions.map(named).join(' '),
      ),
      isUnchanged: toHex(outcome.header.stateDigest) === toHex(empty),
    };
  }

  async close(): Promise<void> {
    this.http.close();
    this.command.close();
    await this.node.stop();
  }
}

function named(code: number): string {
  return code === 0 ? 'done' : (refusalCode(code) ?? `number ${code}`);
}

/** Someone revoked, someone with a new key, someone not yet active, mandates, and open business. */
async function prepare(node: CommunityNode) {
  const { ledger, engine } = node;
  const send = async (name: string, ...actions: readonly Action[]) => {
    const device = new Device(name, ledger.chain);
    device.follow(ledger);
    const answer = await engine.submit(device.sign(actions, COMMUNITY_FROM_MS));
    const isDone =
      answer.status === 'committed' && answer.actions.every((one) => one === undefined);
    if (!isDone) throw new Error(`three doors: ${name}: ${JSON.stringify(answer)}`);
    return toHex(answer.receipt.transactionId);
  };
  const memberOf = (name: string) => ledger.state.get(keys, signerOf(name).publicKey)?.member ?? 0;
  const mandate = (actionType: number, delegate: string) =>
    act(ACTION.giveMandate, giveMandateCodec, {
      delegateKey: signerOf(delegate).publicKey,
      actionTypes: [actionType],
      untilMs: COMMUNITY_FROM_MS + 86_400_000,
    });
  const deposit = { member: ANY_MEMBER, amount: money(1_000_000n), reference: new Uint8Array(32) };
  await send('officer', enrolmentOfLate(ledger), act(ACTION.deposit, depositCodec, deposit));
  await send(
    'officer',
    act(ACTION.revokeMember, revokeMemberCodec, { member: memberOf(REVOKED), fromHeight: 1 }),
  );
  const newKey = signerOf('new key').publicKey;
  const agreementKey = agreementKeyOf('new key');
  const possession = signerOf('new key').sign(
    possessionBytes(ledger.chain, 'rotate', newKey, agreementKey),
  );
  await send(ROTATED, act(ACTION.rotateKey, rotateKeyCodec, { newKey, agreementKey, possession }));
  await send(ANA, mandate(ACTION.transfer, BEN), mandate(ACTION.share, homeName(4)));
  const terms = { energy: energy(100n), limit: price(100n) };
  const share = { market: NEGOTIATED_MARKET, slotMs: OPEN_SLOT_MS, ...terms };
  const order = { transaction: await send(ANA, act(ACTION.share, shareCodec, share)), index: 0 };
  const quoted = { transaction: Uint8Array.from(Buffer.from(order.transaction, 'hex')), index: 0 };
  const reply = act(ACTION.reply, replyCodec, {
    order: { ...quoted, derivedForMs: 0 },
    energy: energy(50n),
    price: price(100n),
  });
  return { order, negotiation: { transaction: await send(BEN, reply), index: 0 } };
}

function enrolmentOfLate(ledger: Ledger): Action {
  const { publicKey } = signerOf(LATE);
  const agreementKey = agreementKeyOf(LATE);
  return act(ACTION.enrol, enrolCodec, {
    publicKey,
    agreementKey,
    kind: 'home solar system',
    roles: DEFAULT_ROLES['home solar system'],
    recordCommitment: new Uint8Array(32),
    importLimitW: power(1000n),
    exportLimitW: power(1000n),
    creditLimit: money(0n),
    activeFromHeight: 1_000_000,
    possession: signerOf(LATE).sign(
      possessionBytes(ledger.chain, 'enrol', publicKey, agreementKey),
    ),
  });
}

/** Ana's member number, for messages that name one. */
export const ANY_MEMBER = OFFICER + 1;
