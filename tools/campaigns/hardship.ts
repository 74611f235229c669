/**
 * Hard times that are nobody's fault: a full disk, a clock that is set, someone who listens and never
 * reads, a crowd of idle connections, bodies that never end. Whoever caused it gets a clear answer,
 * memory stays bounded, and everybody else trades on.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { openLmdbStorage } from '@commonwatt/consensus';
import { ACTION, openLaneCodec, ruleBook, transferCodec } from '@commonwatt/contracts';
import { Ledger, toHex } from '@commonwatt/ledger';
import {
  act,
  type Campaign,
  Device,
  type Figures,
  homeName,
  oneThreadCrypto,
  promise,
  Traffic,
} from '@commonwatt/simulator';
import { money } from '@commonwatt/units';
import { Child, newFolder } from './children.ts';
import { HttpDoor } from './http-door.ts';
import type { NodeSetting } from './node-child.ts';
import { ANA, ANY_MEMBER, ThreeDoors } from './three-doors.ts';

const HOMES = 4;
/** Stands after officer and homes, and only ever receives. */
const IDLE_MEMBER = HOMES + 2;
const HOUR_MS = 3_600_000;
/** What an attack may make the node grow by. */
const GROWTH_MIB_MAX = 96;
const LATENCY_MS_MAX = 5000;

type Hardship = (isSmall: boolean, note: (sentence: string) => void) => Promise<Figures>;

const HARDSHIPS: readonly Hardship[] = [fullDisk, setClock, deafListener, idleCrowd, endlessBodies];

export const hardship: Campaign = {
  name: 'hardship',
  promise: 'hard times bring a clear error and bounded memory, and trading goes on',
  cases: { whole: HARDSHIPS.length, small: HARDSHIPS.length },
  ofCase: 'one hardship: full disk, clock set, deaf listener, idle crowd, endless bodies',
  plants: ['forget what was acknowledged'],
  open: async ({ isSmall, note, plant }) => ({
    check: (index) => {
      const one = HARDSHIPS[index % HARDSHIPS.length] as Hardship;
      if (plant !== undefined) return fullDisk(isSmall, note, plant);
      return one(isSmall, note);
    },
  }),
};

/** A node in a process of its own, with one member who trades through all of it. */
class LivingNode {
  readonly child: Child;
  readonly door: HttpDoor;
  readonly port: number;
  #home: Device | undefined;
  #others: Device[] = [];
  readonly #startMiB: number;
  latencyMsMax = 0;
  trades = 0;

  private constructor(child: Child, url: string) {
    this.child = child;
    this.door = new HttpDoor(url);
    this.port = Number(new URL(url).port);
    this.#startMiB = this.memoryMiB();
  }

  static async start(
    setting: Partial<NodeSetting> & { readonly dir: string },
  ): Promise<LivingNode> {
    const timeMs = Date.now() - HOUR_MS;
    const child = new Child('node', { homes: HOMES, timeMs, ...setting });
    return new LivingNode(child, await child.expectLine());
  }

  async begin(): Promise<void> {
    const { text } = await this.door.call({ path: '/api/ledger' });
    const chain = Uint8Array.from(
      Buffer.from((JSON.parse(text) as { chain: string }).chain, 'hex'),
    );
    const officer = new Device('officer', chain);
    for (const { actions } of new Traffic(HOMES).opening()) {
      await this.door.submit(officer.sign(actions, Date.now()));
    }
    this.#others = [homeName(1), homeName(2), homeName(3)].map((name) => new Device(name, chain));
    this.#home = new Device(homeName(0), chain);
  }

  /** One transfer, which must be answered soon. Many of them take turns among the members. */
  async trade(): Promise<void> {
    const home = this.#home as Device;
    const startedMs = performance.now();
    const body = act(ACTION.transfer, transferCodec, { to: IDLE_MEMBER, amount: money(1n) });
    const { status, text } = await this.door.submit(home.sign([body], Date.now()));
    promise(status === 200, `trading: ${status} ${text.slice(0, 300)}`);
    const tookMs = Math.round(performance.now() - startedMs);
    promise(tookMs < LATENCY_MS_MAX, `trading took ${tookMs} ms`);
    this.latencyMsMax = Math.max(this.latencyMsMax, tookMs);
    this.trades++;
    this.#others.push(this.#home as Device);
    this.#home = this.#others.shift();
  }

  memoryMiB(): number {
    const status = readFileSync(`/proc/${this.child.process.pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
  }

  figures(): Figures {
    const growthMiB = this.memoryMiB() - this.#startMiB;
    promise(growthMiB < GROWTH_MIB_MAX, `the node grew by ${growthMiB} MiB`);
    const { trades, latencyMsMax } = this;
    return { trades, latencyMsMax, growthMebibytesMax: Math.max(0, growthMiB) };
  }

  async stop(): Promise<void> {
    this.door.close();
    await this.child.kill();
  }
}

/** Runs on a node whose folder is removed afterwards. */
async function withNode(
  setting: Partial<NodeSetting>,
  work: (node: LivingNode) => Promise<Figures>,
): Promise<Figures> {
  const folder = newFolder();
  const node = await LivingNode.start({ dir: folder.path, ...setting });
  try {
    await node.begin();
    return await work(node);
  } finally {
    await node.stop();
    folder.remove();
  }
}

/** The disk fills up under load: the node says so and takes nothing more; with room again it goes on. */
async function fullDisk(
  isSmall: boolean,
  note: (sentence: string) => void,
  plant?: string,
): Promise<Figures> {
  const folder = newFolder();
  const disk = join(folder.path, 'disk');
  mkdirSync(disk);
  const size = isSmall ? '1m' : '6m';
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk]);
  if (mounted.status !== 0) {
    folder.remove();
    note('skipped: no small disk could be mounted here; only root may');
    return { skippedHardships: 1 };
  }
  const dir = join(disk, 'ledger');
  const timeMs = Date.now() - HOUR_MS;
  let node = await LivingNode.start({ dir, timeMs });
  try {
    await node.begin();
    const acknowledged = await fillDisk(node);
    const health = await node.door.call({ path: '/health' });
    promise(health.status === 503, `health of a halted node: ${health.status} ${health.text}`);
    promise(/halted/.test(health.text), `health says nothing of the halt: ${health.text}`);
    const read = await node.door.call({ path: '/api/ledger' });
    // Its memory is ahead of the disk, so it shows nothing that a restart might take back.
    promise(read.status === 503 && /node_halted/.test(read.text), `a halted node: ${read.text}`);
    await node.stop();
    if (plant !== undefined) acknowledged.set('00', 1);
    spawnSync('mount', ['-o', 'remount,size=64m', disk]);
    await compare(dir, acknowledged);
    node = await LivingNode.start({ dir, timeMs });
    const again = await node.door.call({ path: '/health' });
    promise(again.status === 200, `with room again: ${again.status} ${again.text}`);
    return { fullDisks: 1, acknowledgedBeforeFull: acknowledged.size };
  } finally {
    await node.stop();
    spawnSync('umount', [disk]);
    folder.remove();
  }
}

const LANES_PER_BATCH = 400;
const BATCHES_MAX = 5000;

/** Sends batches until the disk is full, and says which were acknowledged at which height. */
async function fillDisk(node: LivingNode): Promise<Map<string, number>> {
  const { text } = await node.door.call({ path: '/api/ledger' });
  const chain = Uint8Array.from(Buffer.from((JSON.parse(text) as { chain: string }).chain, 'hex'));
  const device = new Device(homeName(3), chain);
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
    return acknowledged;
  }
  throw new Error('the disk was never full');
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

/** The machine's clock is set forward and back by up to hours; block times never go back. */
async function setClock(): Promise<Figures> {
  const doors = await ThreeDoors.open();
  try {
    const { ledger } = doors.node;
    const ana = new Device(ANA, ledger.chain);
    ana.follow(ledger);
    const body = act(ACTION.transfer, transferCodec, { to: ANY_MEMBER + 1, amount: money(1n) });
    let lastMs = 0;
    let trades = 0;
    for (const stepMs of [
      0,
      1,
      -5000,
      60_000,
      -600_000,
      HOUR_MS,
      -HOUR_MS,
      4 * HOUR_MS,
      -4 * HOUR_MS,
    ]) {
      doors.clock.step(stepMs);
      const verdict = await doors.overHttp(ana.sign([body], doors.clock.nowMs()));
      promise(verdict === 'done', `after a step of ${stepMs} ms: ${verdict}`);
      const timeMs = ledger.head?.timeMs ?? 0;
      promise(timeMs >= lastMs, `block time went back from ${lastMs} to ${timeMs}`);
      lastMs = timeMs;
      trades++;
    }
    // Who signs for a window that is over is told so, with both instants.
    const late = ana.sign([body], doors.clock.nowMs() - 24 * HOUR_MS);
    promise((await doors.overHttp(late)) === 'expired', 'a window that is over was let in');
    await doors.follow();
    return { clockSteps: trades, trades };
  } finally {
    await doors.close();
  }
}

function socketTo(port: number, from: string, first: string): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from }, () => {
      socket.write(first);
      resolve(socket);
    });
    socket.on('error', () => undefined); // being cut off is what these are here for
  });
}

/** Subscribers that never read what they are told. */
async function deafListener(isSmall: boolean): Promise<Figures> {
  return withNode({}, async (node) => {
    const listeners: Socket[] = [];
    for (let at = 0; at < 30; at++) {
      const socket = await socketTo(
        node.port,
        '127.0.0.9',
        'GET /api/events HTTP/1.1\r\nhost: a\r\n\r\n',
      );
      socket.pause();
      listeners.push(socket);
    }
    const rounds = isSmall ? 30 : 3000;
    for (let round = 0; round < rounds; round++) await node.trade();
    const figures = node.figures();
    for (const socket of listeners) socket.destroy();
    return { deafListeners: listeners.length, ...figures };
  });
}

/** A thousand connections from two addresses that say nothing, or only half a head. */
async function idleCrowd(isSmall: boolean): Promise<Figures> {
  const count = isSmall ? 300 : 1000;
  return withNode({}, async (node) => {
    const sockets: Socket[] = [];
    let cut = 0;
    for (let at = 0; at < count; at++) {
      const from = `127.0.0.${20 + (at % 2)}`;
      const socket = await socketTo(
        node.port,
        from,
        at % 3 === 0 ? 'GET /api/ledger HTTP/1.1\r\nx-a: ' : '',
      );
      socket.on('close', () => cut++);
      sockets.push(socket);
      if (at % 50 === 0) await node.trade();
    }
    for (let round = 0; round < 10; round++) await node.trade();
    const figures = node.figures();
    const idleConnections = sockets.length - cut;
    for (const socket of sockets) socket.destroy();
    promise(idleConnections > count * 0.9, `only ${idleConnections} idle connections stood`);
    return { idleConnections, ...figures };
  });
}

/** Bodies that trickle on for ever are timed out; bodies that pour for ever are cut off. */
async function endlessBodies(): Promise<Figures> {
  const limits = { requestTimeoutMs: 1500, headersTimeoutMs: 1000, timeoutCheckMs: 200 };
  return withNode({ limits }, async (node) => {
    const head = 'POST /api/transactions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';
    const answers: Promise<string>[] = [];
    for (let at = 0; at < 60; at++) {
      const isPouring = at % 2 === 0;
      const first = isPouring
        ? `${head}transfer-encoding: chunked\r\n\r\n`
        : `${head}content-length: 900000\r\n\r\n`;
      const socket = await socketTo(node.port, '127.0.0.30', first);
      answers.push(answerTo(socket, isPouring));
    }
    for (let round = 0; round < 30; round++) await node.trade();
    let timedOut = 0;
    let cutOff = 0;
    for (const answer of await Promise.all(answers)) {
      if (/^HTTP\/1.1 408/.test(answer)) timedOut++;
      else if (/^HTTP\/1.1 413/.test(answer) || answer === '') cutOff++;
      else throw new Error(`an endless body: ${answer.slice(0, 200)}`);
    }
    promise(timedOut >= 20, `only ${timedOut} trickling bodies were timed out`);
    return { timedOut, cutOff, ...node.figures() };
  });
}

/** Writes a body that never ends until the other side has had enough, and says what it answered. */
function answerTo(socket: Socket, isPouring: boolean): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const chunk = isPouring ? `10000\r\n${'z'.repeat(65_536)}\r\n` : 'z';
    const timer = setInterval(() => socket.writable && socket.write(chunk), isPouring ? 5 : 100);
    socket.on('data', (part) => {
      text += part.toString('latin1');
    });
    socket.on('close', () => {
      clearInterval(timer);
      resolve(text);
    });
  });
}
