/**
 * SETM's user.security at every door: every action that there is, from everyone who may not send it,
 * through the engine, over HTTP, from the command line and in a decided block. No cell is let in, and
 * the doors agree.
 */

import { ACTION, ruleBook, transferCodec } from '@commonwatt/contracts';
import {
  type AnyActionType,
  type Envelope,
  encode,
  type Signer,
  signTransaction,
} from '@commonwatt/ledger';
import {
  act,
  type Campaign,
  Device,
  drawValue,
  type Figures,
  homeName,
  IDLE,
  type OpenCampaign,
  oneThreadCrypto,
  promise,
  type SeededRandom,
  signerOf,
} from '@commonwatt/simulator';
import { money } from '@commonwatt/units';
import {
  ANA,
  ANY_MEMBER,
  BEN,
  LATE,
  OPEN_SLOT_MS,
  REVOKED,
  ROTATED,
  ThreeDoors,
} from './three-doors.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Fault {
  readonly name: string;
  /** Whose key stands as the sender. */
  readonly from: string;
  /** Who really signs. */
  readonly signer?: Signer;
  readonly envelope?: (nowMs: number, type: number) => Partial<Envelope>;
  readonly code: string;
}

const zeros: Signer = { publicKey: signerOf(ANA).publicKey, sign: () => new Uint8Array(64) };
const noise: Signer = {
  publicKey: signerOf(ANA).publicKey,
  sign(message) {
    const half = oneThreadCrypto.sha256(message);
    const scalar = oneThreadCrypto.sha256(half);
    scalar[31] = 0; // below the order of the group: the equation itself has to refuse it
    return Uint8Array.from([...half, ...scalar]);
  },
};

const FAULTS: readonly Fault[] = [
  { name: 'unsigned', from: ANA, signer: zeros, code: 'bad_signature' },
  { name: 'random signature', from: ANA, signer: noise, code: 'bad_signature' },
  { name: "another's key", from: ANA, signer: signerOf(BEN), code: 'bad_signature' },
  { name: 'a stranger', from: 'stranger', code: 'wrong_user' },
  { name: 'ended key', from: ROTATED, code: 'key_ended' },
  { name: 'revoked', from: REVOKED, code: 'member_revoked' },
  { name: 'not yet active', from: LATE, code: 'member_not_active' },
  {
    name: 'wrong chain',
    from: ANA,
    envelope: () => ({ chain: new Uint8Array(32).fill(9) }),
    code: 'wrong_chain',
  },
  {
    name: 'expired',
    from: ANA,
    envelope: (nowMs) => ({ validFromMs: nowMs - DAY_MS / 2, validUntilMs: nowMs }),
    code: 'expired',
  },
  {
    name: 'not yet valid',
    from: ANA,
    envelope: (nowMs) => ({ validFromMs: nowMs + HOUR_MS, validUntilMs: nowMs + 2 * HOUR_MS }),
    code: 'not_yet_valid',
  },
  { name: 'used number', from: ANA, envelope: () => ({ sequence: 0 }), code: 'sequence_wrong' },
  {
    name: 'delegate beyond its mandate',
    // Ben may transfer for ana, home 4 may share: each sends everything but that.
    from: BEN,
    envelope: () => ({ onBehalfOf: ANY_MEMBER }),
    code: 'mandate_lacks_action',
  },
  {
    name: 'no mandate at all',
    from: IDLE,
    envelope: () => ({ onBehalfOf: ANY_MEMBER }),
    code: 'mandate_unknown',
  },
];

/** Whoever the sender is, these are decided by what they name; the rest asks for a role first. */
const NO_ROLE: ReadonlySet<number> = new Set([
  ...[ACTION.join, ACTION.openLane, ACTION.rotateKey, ACTION.giveMandate],
  ...[ACTION.grantReading, ACTION.endReading, ACTION.requestWithdrawal],
  ...[ACTION.transfer, ACTION.counter, ACTION.accept, ACTION.endNegotiation, ACTION.withdraw],
  ...[ACTION.withdrawStanding, ACTION.sendEnergy, ACTION.disputeRun, ACTION.applyAdmission],
]);

const FORGED = 10_000;
const FORGED_SMALL = 400;
const REPLAYS = 'replayed';
const ROLES = 'wrong role';
const FORGERY = 'forged messages';
const COLUMNS = [...FAULTS.map((one) => one.name), ROLES, REPLAYS, FORGERY];

export const matrix: Campaign = {
  name: 'matrix',
  promise: 'no action is let in from anyone who may not send it, at any door, and the doors agree',
  cases: { whole: COLUMNS.length, small: COLUMNS.length },
  ofCase: 'one fault with every action at every door; the last, 10,000 forged messages in one name',
  plants: ['trust every signature', 'forget the mandates'],
  open: async ({ isSmall, plant }) => new Matrix(isSmall ? FORGED_SMALL : FORGED, plant),
};

class Matrix implements OpenCampaign {
  readonly #forged: number;
  readonly #plant: string | undefined;
  readonly #actions: readonly AnyActionType[];

  constructor(forged: number, plant: string | undefined) {
    this.#forged = forged;
    this.#plant = plant;
    this.#actions = [...(ruleBook.executions.get(1)?.actions.values() ?? [])];
  }

  async check(index: number, random: SeededRandom): Promise<Figures> {
    const column = COLUMNS[index % COLUMNS.length] as string;
    const doors = await ThreeDoors.open({ isLimited: column === FORGERY });
    const restore = plantInto(this.#plant);
    try {
      if (column === FORGERY) return await forge(doors, this.#forged);
      if (column === REPLAYS) return await replay(doors);
      if (column === ROLES) return await this.#roles(doors, random);
      return await this.#fault(doors, FAULTS[index % COLUMNS.length] as Fault, random);
    } finally {
      restore();
      await doors.close();
    }
  }

  async #fault(doors: ThreeDoors, fault: Fault, random: SeededRandom): Promise<Figures> {
    const cells = this.#actions.map((action) => {
      const isMandated = fault.code === 'mandate_lacks_action' && action.type === ACTION.transfer;
      const from = isMandated ? homeName(4) : fault.from;
      return { action, bytes: sign(doors, { ...fault, from }, bodyOf(doors, action, random)) };
    });
    let refused = 0;
    const engineSays: string[] = [];
    for (const { action, bytes } of cells) {
      const cell = `${fault.name}, ${action.name}`;
      const verdict = await doors.engine(bytes);
      // A join proves its key by itself, so a stranger's is judged by the invite that it names.
      const isJoin = fault.code === 'wrong_user' && action.type === ACTION.join;
      promise(
        isJoin ? verdict !== 'done' : verdict === fault.code,
        `${cell}: expected ${fault.code}, the engine says ${verdict}`,
      );
      const overHttp = await doors.overHttp(bytes);
      promise(overHttp === verdict, `${cell}: the engine says ${verdict}, HTTP ${overHttp}`);
      engineSays.push(verdict);
      refused += 3;
    }
    await sameByCommand(doors, cells, engineSays, fault.name);
    const { verdicts, isUnchanged } = await doors.block(cells.map((one) => one.bytes));
    for (const [at, { action }] of cells.entries()) {
      const isJoin = fault.code === 'wrong_user' && action.type === ACTION.join;
      promise(
        isJoin ? verdicts[at] !== 'done' : verdicts[at] === fault.code,
        `${fault.name}, ${action.name}: expected ${fault.code}, the block says ${verdicts[at]}`,
      );
    }
    promise(
      isUnchanged || fault.code === 'wrong_user',
      `${fault.name}: a refused block wrote something`,
    );
    return { cells: cells.length, refused: refused + cells.length };
  }

  /** A member without any role, otherwise in order. In a block each refusal uses a number up. */
  async #roles(doors: ThreeDoors, random: SeededRandom): Promise<Figures> {
    const device = new Device(IDLE, doors.node.ledger.chain);
    const cells: Cell[] = [];
    const engineSays: string[] = [];
    let role = 0;
    for (const action of this.#actions) {
      const body = bodyOf(doors, action, random);
      const nowMs = doors.clock.nowMs();
      const bytes = device.sign([body], nowMs, { sequence: 0 });
      if (NO_ROLE.has(action.type)) continue;
      const verdict = await doors.engine(bytes);
      const overHttp = await doors.overHttp(bytes);
      const { verdicts } = await doors.block([device.sign([body], nowMs)]);
      const cell = `${ROLES}, ${action.name}`;
      promise(verdict !== 'done', `${cell}: it was done`);
      promise(overHttp === verdict, `${cell}: the engine says ${verdict}, HTTP ${overHttp}`);
      promise(
        verdicts[0] === verdict,
        `${cell}: the engine says ${verdict}, the block ${verdicts[0]}`,
      );
      cells.push({ action, bytes });
      engineSays.push(verdict);
      if (verdict === 'role_missing') role++;
    }
    await sameByCommand(doors, cells, engineSays, ROLES);
    promise(role > 20, `only ${role} actions missed the role`);
    return { cells: cells.length, refused: 4 * cells.length };
  }
}

interface Cell {
  readonly action: AnyActionType;
  readonly bytes: Uint8Array;
}

/** The command line gives each cell the engine's verdict. */
async function sameByCommand(
  doors: ThreeDoors,
  cells: readonly Cell[],
  engineSays: readonly string[],
  fault: string,
): Promise<void> {
  const says = await doors.command.send(cells.map((one) => one.bytes));
  for (const [at, { action }] of cells.entries()) {
    promise(
      says[at] === engineSays[at],
      `${fault}, ${action.name}: the engine says ${engineSays[at]}, the command ${says[at]}`,
    );
  }
}

/** A batch with a fault in its envelope or its signature. */
function sign(
  doors: ThreeDoors,
  { from, signer, envelope, code }: Fault,
  body: ReturnType<typeof act>,
) {
  const { ledger } = doors.node;
  const device = new Device(from, ledger.chain);
  device.follow(ledger);
  const nowMs = doors.clock.nowMs();
  const changes = envelope?.(nowMs, body.type) ?? {};
  const whole = {
    chain: ledger.chain,
    onBehalfOf: undefined,
    lane: 0,
    sequence: code === 'key_ended' ? 1 : device.sequence,
    validFromMs: nowMs - HOUR_MS,
    validUntilMs: nowMs + HOUR_MS,
    atomic: false,
    ...changes,
  };
  const hand = signer ?? device.signer;
  const asSender = {
    publicKey: device.signer.publicKey,
    sign: (message: Uint8Array) => hand.sign(message),
  };
  return signTransaction(oneThreadCrypto, asSender, whole, [body]);
}

/** A message that would do if its sender might send it: it names members, markets and orders there are. */
function bodyOf(doors: ThreeDoors, { type, codec }: AnyActionType, random: SeededRandom) {
  const names = type === ACTION.counter || type === ACTION.accept || type === ACTION.endNegotiation;
  const place = names ? doors.negotiation : doors.order;
  const given: Readonly<Record<string, unknown>> = {
    ...{ market: 1, slotMs: OPEN_SLOT_MS, member: ANY_MEMBER, to: ANY_MEMBER + 1 },
    ...{ energy: '10', limit: '100', price: '100', amount: '1000', derivedForMs: 0 },
    ...{ transaction: place.transaction, index: place.index, open: 'open', side: 'sell' },
    ...{ untilMs: OPEN_SLOT_MS + 900_000, fromMs: OPEN_SLOT_MS, 'limit?': '100' },
  };
  return {
    type,
    body: encode(
      codec,
      drawValue(codec, random, (field) => given[field]),
    ),
  };
}

/** The same bytes again: the first answer over HTTP, a refusal elsewhere, and one effect. */
async function replay(doors: ThreeDoors): Promise<Figures> {
  const { ledger } = doors.node;
  const device = new Device(ANA, ledger.chain);
  device.follow(ledger);
  const body = act(ACTION.transfer, transferCodec, { to: ANY_MEMBER + 1, amount: money(1n) });
  const sent: Uint8Array[] = [];
  for (let round = 0; round < 20; round++) {
    const bytes = device.sign([body], doors.clock.nowMs());
    promise((await doors.engine(bytes)) === 'done', 'a sound transfer was refused');
    sent.push(bytes);
  }
  await doors.follow();
  for (const waitMs of [0, HOUR_MS, 400 * DAY_MS]) {
    doors.clock.step(waitMs);
    const count = doors.node.engine.metrics.transactions;
    const expected = waitMs > DAY_MS ? 'expired' : 'sequence_wrong';
    for (const bytes of sent) {
      const again = await doors.engine(bytes);
      promise(again === expected, `replayed after ${waitMs} ms: the engine says ${again}`);
      const overHttp = await doors.overHttp(bytes);
      promise(overHttp === 'done', `replayed: HTTP says ${overHttp}, not the first answer`);
    }
    const byCommand = await doors.command.send(sent);
    promise(
      byCommand.every((one) => one === 'done'),
      `replayed: the command says ${byCommand}, not the first answer`,
    );
    promise(doors.node.engine.metrics.transactions === count, 'a replay stands in a block');
    const { verdicts, isUnchanged } = await doors.block(sent);
    promise(
      verdicts.every((one) => one === expected) && (waitMs > 0 || isUnchanged),
      `the block: ${verdicts}`,
    );
  }
  return { cells: 60, refused: 240 };
}

/** Forged messages in ana's name from another address: ana trades on through the same door. */
async function forge(doors: ThreeDoors, count: number): Promise<Figures> {
  const { ledger } = doors.node;
  const ana = new Device(ANA, ledger.chain);
  ana.follow(ledger);
  const body = act(ACTION.transfer, transferCodec, { to: ANY_MEMBER + 1, amount: money(1n) });
  const forger = new Device(ANA, ledger.chain);
  const rounds = 20;
  let limited = 0;
  let traded = 0;
  let latencyMsMax = 0;
  for (let round = 0; round < rounds; round++) {
    forger.sequence = ana.sequence;
    const forged = Array.from({ length: count / rounds }, (_, at) => {
      const bytes = forger.sign([body], doors.clock.nowMs(), { sequence: ana.sequence + (at % 3) });
      // Changed for certain: what is set may be what stood there, and then it is ana's own message.
      const altered = bytes.length - 1 - (at % 60);
      bytes[altered] = (bytes[altered] as number) ^ (1 + (at & 0x7f));
      return doors.overHttp(bytes, '127.0.0.66');
    });
    const startedMs = performance.now();
    const own = ana.sign([body], doors.clock.nowMs());
    const verdict = await doors.overHttp(own, '127.0.0.1');
    promise(verdict === 'done', `ana, forged ${round * forged.length} times: ${verdict}`);
    latencyMsMax = Math.max(latencyMsMax, Math.round(performance.now() - startedMs));
    traded++;
    for (const answer of await Promise.all(forged)) {
      promise(answer !== 'done', 'a forged message was let in');
      if (answer.startsWith('429')) limited++;
      else
        promise(/^(?:bad_signature|sequence_wrong)$/.test(answer), `a forged message: ${answer}`);
    }
  }
  promise(limited > count / 2, `only ${limited} of ${count} forged messages met the limit`);
  return { forged: count, limited, traded, latencyMsMax };
}

/** Puts a fault into the running program, and says how to take it out again. */
function plantInto(plant: string | undefined): () => void {
  if (plant === undefined) return () => undefined;
  const execution = ruleBook.executions.get(1);
  if (execution === undefined) throw new Error('matrix: no rules');
  const { authenticate } = execution;
  const open = execution as { authenticate: typeof authenticate };
  open.authenticate = (context, transaction, pendingCount) => {
    const { envelope } = transaction;
    const answer = authenticate(context, transaction, pendingCount);
    if ('code' in answer && plant === 'forget the mandates' && answer.code.startsWith('mandate')) {
      return { member: envelope.onBehalfOf, key: envelope.sender, delegate: undefined };
    }
    return answer;
  };
  const { verify } = oneThreadCrypto;
  if (plant === 'trust every signature') oneThreadCrypto.verify = () => true;
  return () => {
    open.authenticate = authenticate;
    oneThreadCrypto.verify = verify;
  };
}
