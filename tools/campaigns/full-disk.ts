/**
 * A disk without room, under the blocks and under the personal records. The node names the file and
 * takes nothing more; nothing acknowledged is lost; with room again it goes on.
 */

import { join } from 'node:path';
import { openLmdbStorage } from '@commonwatt/consensus';
import { ACTION, openLaneCodec, ruleBook, transferCodec } from '@commonwatt/contracts';
import { Ledger, toHex } from '@commonwatt/ledger';
import {
  act,
  Device,
  type Figures,
  homeName,
  oneThreadCrypto,
  promise,
  signerOf,
} from '@commonwatt/simulator';
import { money } from '@commonwatt/units';
import { authorizationOf, type HttpAnswer } from './http-door.ts';
import { LivingNode } from './living-node.ts';
import { type SmallDisk, smallDisk } from './small-disk.ts';
import { ANY_MEMBER } from './three-doors.ts';

const HOUR_MS = 3_600_000;
const LANES_PER_BATCH = 400;
const BATCHES_MAX = 5000;
const RECORDS_MAX = 500;

/** The blocks fill the disk under load. */
export async function fullDisk(
  isSmall: boolean,
  _note: (sentence: string) => void,
  plant?: string,
): Promise<Figures> {
  return onSmallDisk(smallDisk(isSmall ? 640 : 6144), async (node) => {
    const acknowledged = await fillDisk(node);
    if (plant !== undefined) acknowledged.set('00', 1);
    return { acknowledged, figures: { fullDisks: 1 } };
  });
}

/** The disk is full when a personal record has to be kept. */
export async function fullVault(
  _isSmall: boolean,
  note: (sentence: string) => void,
): Promise<Figures> {
  const disk = smallDisk(2048);
  const { fill } = disk;
  if (fill === undefined) {
    disk.remove();
    note('skipped: no small disk could be mounted here; only root may');
    return { skippedHardships: 1 };
  }
  return onSmallDisk(disk, async (node) => {
    fill();
    for (let round = 0; round < RECORDS_MAX; round++) {
      const answer = await keepRecord(node, round);
      if (answer.status === 200) continue;
      promise(
        answer.status === 503 && /node_halted/.test(answer.text),
        `a full disk under the records: ${answer.status} ${answer.text}`,
      );
      return { acknowledged: new Map(), figures: { fullVaults: 1 }, again: keepRecord };
    }
    throw new Error('the disk was never full');
  });
}

/** What happened until the disk was full. */
interface Filled {
  /** Which transactions were acknowledged at which height. */
  readonly acknowledged: ReadonlyMap<string, number>;
  readonly figures: Figures;
  /** What must go well with room again. */
  readonly again?: (node: LivingNode, round: number) => Promise<HttpAnswer>;
}

async function onSmallDisk(
  disk: SmallDisk,
  work: (node: LivingNode) => Promise<Filled>,
): Promise<Figures> {
  const dir = join(disk.path, 'ledger');
  const timeMs = Date.now() - HOUR_MS;
  let node = await LivingNode.start({ dir, timeMs }, disk.before);
  try {
    await node.begin();
    const { acknowledged, figures, again } = await work(node);
    await demandHalted(node, dir, disk);
    await node.stop();
    disk.grow();
    await compare(dir, acknowledged);
    node = await LivingNode.start({ dir, timeMs });
    await node.begin();
    for (let round = 0; round < 3; round++) await node.trade();
    const late = await again?.(node, 0);
    promise(late === undefined || late.status === 200, `with room again: ${late?.text}`);
    return { ...figures, acknowledgedBeforeFull: acknowledged.size };
  } finally {
    await node.stop();
    disk.remove();
  }
}

/** The node says so to everyone, and its operator is told which file and why. */
async function demandHalted(node: LivingNode, dir: string, { says }: SmallDisk): Promise<void> {
  const health = await node.door.call({ path: '/health' });
  promise(health.status === 503, `health of a halted node: ${health.status} ${health.text}`);
  promise(/halted/.test(health.text), `health says nothing of the halt: ${health.text}`);
  promise(!health.text.includes(dir), `health tells everyone of a folder: ${health.text}`);
  const told = node.child.errors;
  promise(told.includes(dir) && says.test(told), `the operator is not told which file: ${told}`);
}

/** Sends batches until the disk is full. */
async function fillDisk(node: LivingNode): Promise<Map<string, number>> {
  const device = new Device(homeName(3), await node.chain());
  const acknowledged = new Map<string, number>();
  for (let batch = 0; batch < BATCHES_MAX; batch++) {
    const body = act(ACTION.openLane, openLaneCodec, { lane: 1 + (batch % 60_000) });
    const refused = Array.from({ length: LANES_PER_BATCH }, () =>
      act(ACTION.transfer, transferCodec, { to: 0, amount: money(0n) }),
    );
    const own = act(ACTION.transfer, transferCodec, { to: ANY_MEMBER, amount: money(1n) });
    const bytes = device.sign([own, ...(batch === 0 ? [body] : []), ...refused], Date.now());
    const answer = await node.door.submit(bytes);
    if (answer.status === 200) {
      acknowledged.set(toHex(bytes), (JSON.parse(answer.text) as { height: number }).height);
      continue;
    }
    promise(answer.status === 503, `a full disk: ${answer.status} ${answer.text}`);
    promise(/node_halted/.test(answer.text), `a full disk is not named: ${answer.text}`);
    const read = await node.door.call({ path: '/api/ledger' });
    // Its memory is ahead of the disk, so it shows nothing that a restart might take back.
    promise(read.status === 503 && /node_halted/.test(read.text), `a halted node: ${read.text}`);
    return acknowledged;
  }
  throw new Error('the disk was never full');
}

/** The registrar notes what a member is called. */
async function keepRecord(node: LivingNode, round: number): Promise<HttpAnswer> {
  const member = ANY_MEMBER + (round % 3);
  const body = JSON.stringify({ member, label: `${round} ${'x'.repeat(150)}` });
  const parts = { method: 'POST', target: '/api/operator/records', body };
  const chain = await node.chain();
  const authorization = authorizationOf(signerOf('officer'), chain, parts, Date.now());
  return node.door.call({
    method: parts.method,
    path: parts.target,
    body,
    headers: { 'content-type': 'application/json', authorization },
  });
}

async function compare(dir: string, acknowledged: ReadonlyMap<string, number>): Promise<void> {
  const storage = openLmdbStorage(dir);
  try {
    const ledger = new Ledger({ crypto: oneThreadCrypto, storage, rules: ruleBook });
    ledger.open();
    for (const [name, height] of acknowledged) {
      const stored = ledger.record(height)?.transactions.map(toHex) ?? [];
      promise(stored.includes(name), `what was acknowledged at height ${height} is not there`);
    }
  } finally {
    await storage.close();
  }
}
