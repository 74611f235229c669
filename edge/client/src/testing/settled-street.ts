/** A slot from the orders to the settled run on a small node, and a member's proof file of it. */
import {
  ACTION,
  commitmentsOfPeriod,
  computeRun,
  type DefineMarket,
  energyCommitmentOf,
  eventTypes,
  keys,
  type MemberLines,
  meters,
  PLAIN_CONNECTION,
  PROVIDER_MEASURED,
  type Reading,
  readingProof,
  readingSalt,
  readingsRootOf,
  slotLineCodec,
  trades,
} from '@commonwatt/contracts';
import {
  actionLeafBytes,
  actionLeafHashes,
  decode,
  encode,
  encodeGenesis,
  envelopeCodec,
  eventCodec,
  headerCodec,
  inclusionProof,
  leafHash,
  readTransaction,
  toHex,
} from '@commonwatt/ledger';
import { energy, money, power, price } from '@commonwatt/units';
import { actions } from '../actions.ts';
import { billsOfMember } from './member-bills.ts';
import { crypto, GENESIS_MS, hashOf, keysOf, SmallNode, sha256 } from './small-node.ts';

export const MARKET = 1;
const QUARTER_MS = 900_000;
export const SLOT_MS = GENESIS_MS + 4 * QUARTER_MS;
const PERIOD = { periodFromMs: SLOT_MS, periodUntilMs: SLOT_MS + 2 * QUARTER_MS };

export const auction: DefineMarket = {
  market: MARKET,
  name: 'quarter hours',
  kind: 'call auction',
  slotLengthMs: QUARTER_MS,
  gateLeadMs: 300_000,
  horizonMs: 172_800_000,
  priceLeast: price(-1_000_000n),
  priceMost: price(1_000_000n),
  kThousandths: 500,
  mechanism: 'uniform',
  roundsMax: 10,
};

export interface Street {
  readonly node: SmallNode;
  /** The proof file of a name. */
  bundle(name: string): Record<string, unknown>;
}

const secretOf = (member: number): Uint8Array => hashOf(`secret of ${member}`);

/** Ana (2) sells to Ben (3) and Cem (4); each has one meter with the number of its place. */
export async function settledStreet(rules: Partial<DefineMarket> = {}): Promise<Street> {
  const node = await SmallNode.create({
    founders: { ana: {}, ben: {}, cem: {} },
    markets: [{ ...auction, ...rules }],
  });
  const names = ['ana', 'ben', 'cem'];
  await node.run(
    'officer',
    ...names.flatMap((name) => [
      actions.deposit({
        member: node.memberOf(name),
        amount: money(10n ** 12n),
        reference: hashOf(name),
      }),
      actions.registerMeter({
        ...PLAIN_CONNECTION,
        member: node.memberOf(name),
        source: 'provider',
        key: keysOf('officer').signer.publicKey,
        importLimitW: power(11_000n),
        exportLimitW: power(11_000n),
        renewable: 'yes',
      }),
    ]),
  );
  const order = (slotMs: number, wh: bigint, limit: bigint) => ({
    market: MARKET,
    slotMs,
    energy: energy(wh),
    limit: price(limit),
  });
  for (const slotMs of [SLOT_MS, SLOT_MS + QUARTER_MS]) {
    await node.run('ana', actions.share(order(slotMs, 1000n, 80_000n)));
    await node.run('ben', actions.request(order(slotMs, 600n, 250_000n)));
    await node.run('cem', actions.request(order(slotMs, 700n, 200_000n)));
  }
  // A block closes the gate, and the one after it clears: for each of the two slots.
  for (const slotMs of [SLOT_MS, SLOT_MS + QUARTER_MS]) {
    await node.block([], slotMs);
    await node.block([], slotMs + 1000);
  }
  await node.block([], PERIOD.periodUntilMs);
  const settled = await settle(node);
  return { node, bundle: (name) => bundleOf(node, node.memberOf(name), settled) };
}

interface Settled {
  readonly members: readonly MemberLines[];
  readonly readings: ReadonlyMap<number, readonly Reading[]>;
  readonly runHash: Uint8Array;
}

function countedBy(meter: number, member: number): readonly Reading[] {
  return [SLOT_MS, SLOT_MS + QUARTER_MS].map((slotMs, at) => ({
    meter,
    slotMs,
    imported: energy(member === 2 ? 0n : 650n),
    exported: energy(member === 2 ? 900n + 100n * BigInt(at) : 0n),
    ...PROVIDER_MEASURED,
    salt: readingSalt(sha256, secretOf(member), { meter, slotMs }),
  }));
}

async function settle(node: SmallNode): Promise<Settled> {
  const { state } = node.ledger;
  const registered = new Map(state.entries(meters));
  const readings = new Map(
    [...registered].map(([meter, { member }]) => [meter, countedBy(meter, member)]),
  );
  const roots = [...readings].map(([meter, list]) => ({
    meter,
    root: readingsRootOf(sha256, list),
  }));
  // Another action stands beside the commitment in its batch.
  const openLane = actions.openLane({ lane: 1 });
  await node.run('officer', openLane, actions.commitReadings({ ...PERIOD, roots }));
  const computed = computeRun(sha256, {
    ...PERIOD,
    version: 3,
    slotLengthMs: QUARTER_MS,
    trades: state.entries(trades),
    readings,
    meters: registered,
    secrets: new Map([2, 3, 4].map((member) => [member, secretOf(member)])),
    commitments: state.group(commitmentsOfPeriod, `${PERIOD.periodFromMs}`),
  });
  await node.run('officer', actions.proposeRun({ run: computed.run }));
  const { members } = computed;
  return { members, readings, runHash: settledRunHash(node) };
}

function settledRunHash(node: SmallNode): Uint8Array {
  for (const { name, value } of eventsAt(node, node.ledger.history.size - 1)) {
    if (name === 'run settled') return (value as { runHash: Uint8Array }).runHash;
  }
  throw new Error('the run did not take effect');
}

interface Leaf {
  readonly index: number;
  readonly name: string;
  readonly value: unknown;
  readonly audience: 'public' | readonly number[];
}

function eventsAt(node: SmallNode, height: number): readonly Leaf[] {
  const { receipts, transactions } = node.record(height);
  return receipts.slice(transactions.length).map((leaf, at) => {
    const { type, body } = decode(eventCodec, leaf, 'event');
    const known = eventTypes.get(type);
    if (known === undefined) throw new Error(`event ${type} is unknown`);
    const value: unknown = decode(known.codec, body, known.name);
    const audience = known.audience === 'public' ? 'public' : known.audience(value);
    return { index: transactions.length + at, name: known.name, value, audience };
  });
}

const IN_A_BUNDLE = new Set(['traded', 'cleared', 'posted', 'member settled']);

function bundleOf(node: SmallNode, member: number, settled: Settled): Record<string, unknown> {
  const { history } = node.ledger;
  const own = settled.members.find((one) => one.member === member);
  if (own === undefined) throw new Error(`member ${member} is not in the run`);
  const blocks: unknown[] = [];
  const transactions: unknown[] = [];
  const receipts: unknown[] = [];
  const commitments: unknown[] = [];
  for (const height of node.heights) {
    const record = node.record(height);
    const wanted = eventsAt(node, height)
      .filter(({ name }) => IN_A_BUNDLE.has(name))
      .filter(({ audience }) => audience === 'public' || audience.includes(member))
      .map(({ index }) => index);
    for (const [index, bytes] of record.transactions.entries()) {
      const { envelope, actions: batch, signature } = readTransaction(crypto, bytes);
      const isOwn = node.ledger.state.get(keys, envelope.sender)?.member === member;
      const actionIndex = batch.findIndex(({ type }) => type === ACTION.commitReadings);
      if (isOwn) {
        const hashes = record.transactions.map((one) => leafHash(sha256, one));
        const proof = inclusionProof(sha256, hashes, index).map(toHex);
        transactions.push({ height, index, bytes: toHex(bytes), proof });
      }
      if (actionIndex >= 0) {
        const hashes = actionLeafHashes(crypto, batch);
        commitments.push({
          height,
          index,
          envelope: toHex(encode(envelopeCodec, envelope)),
          signature: toHex(signature),
          actionIndex,
          actionCount: batch.length,
          action: toHex(actionLeafBytes(batch[actionIndex]!)),
          actionProof: inclusionProof(sha256, hashes, actionIndex).map(toHex),
        });
      }
      if (isOwn || actionIndex >= 0) wanted.unshift(index);
    }
    if (wanted.length === 0) continue;
    const header = toHex(encode(headerCodec, record.header));
    blocks.push({ height, header, proof: history.inclusionProof(height).map(toHex) });
    const hashes = record.receipts.map((leaf) => leafHash(sha256, leaf));
    for (const index of wanted) {
      const proof = inclusionProof(sha256, hashes, index).map(toHex);
      receipts.push({ height, index, leaf: toHex(record.receipts[index]!), proof });
    }
  }
  return {
    format: 'commonwatt/bundle/1',
    chain: node.chain,
    genesis: toHex(encodeGenesis(node.ledger.genesis)),
    member,
    period: { fromMs: PERIOD.periodFromMs, untilMs: PERIOD.periodUntilMs },
    checkpoint: node.note,
    blocks,
    transactions,
    receipts,
    readings: readingsOf(node, member, settled),
    commitments,
    statements: [statementOf(own, settled.runHash)],
    bills: billsOfMember(node, own, {
      ...PERIOD,
      slotLengthMs: QUARTER_MS,
      readings: settled.readings,
    }),
  };
}

function readingsOf(node: SmallNode, member: number, { readings }: Settled): readonly unknown[] {
  const own = node.ledger.state.entries(meters).filter(([, meter]) => meter.member === member);
  return own.flatMap(([meter]) =>
    (readings.get(meter) ?? []).map(({ slotMs }) => {
      const opened = readingProof(sha256, readings.get(meter) ?? [], slotMs);
      const { reading, index, size, proof } = opened;
      return {
        meter,
        slotMs,
        importedWh: `${reading.imported}`,
        exportedWh: `${reading.exported}`,
        quality: reading.quality,
        source: reading.source,
        version: reading.version,
        salt: toHex(reading.salt),
        index,
        size,
        proof: proof.map(toHex),
      };
    }),
  );
}

function statementOf(own: MemberLines, hash: Uint8Array) {
  const { lines, linesRoot, amount, energy: opening } = own;
  const { bought, sold, renewable, salt } = opening;
  return {
    ...PERIOD,
    runHash: toHex(hash),
    amount: `${amount}`,
    linesRoot: toHex(linesRoot),
    energyCommitment: toHex(energyCommitmentOf(sha256, opening)),
    energy: { bought: `${bought}`, sold: `${sold}`, renewable: `${renewable}`, salt: toHex(salt) },
    lines: lines.map((line) => ({
      trade: toHex(line.trade),
      slotMs: line.slotMs,
      side: line.side,
      counterparty: line.counterparty,
      traded: `${line.traded}`,
      delivered: `${line.delivered}`,
      price: `${line.price}`,
      money: `${line.money}`,
      salt: toHex(line.salt),
    })),
    sequence: 0,
    charge: `${own.charge}`,
    slotLinesRoot: toHex(own.slotLinesRoot),
    slotLines: own.slotLines.map((line) => slotLineCodec.toJson(line)),
  };
}
