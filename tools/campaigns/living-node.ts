/** A node in a process of its own, with members who trade through whatever is done to it. */

import { readFileSync } from 'node:fs';
import { ACTION, transferCodec } from '@commonwatt/contracts';
import { act, Device, type Figures, homeName, promise, Traffic } from '@commonwatt/simulator';
import { money } from '@commonwatt/units';
import { Child, newFolder } from './children.ts';
import { HttpDoor } from './http-door.ts';
import type { NodeSetting } from './node-child.ts';

const HOMES = 4;
/** Stands after officer and homes, and only ever receives. */
const IDLE_MEMBER = HOMES + 2;
const HOUR_MS = 3_600_000;
/** What an attack may make the node grow by. */
const GROWTH_MIB_MAX = 96;
const LATENCY_MS_MAX = 5000;

export class LivingNode {
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
    before: readonly string[] = [],
  ): Promise<LivingNode> {
    const timeMs = Date.now() - HOUR_MS;
    const child = new Child('node', { homes: HOMES, timeMs, ...setting }, { before });
    return new LivingNode(child, await child.expectLine());
  }

  #chain: Uint8Array | undefined;
  /** Asked once: a node that has halted does not say. */
  async chain(): Promise<Uint8Array> {
    if (this.#chain !== undefined) return this.#chain;
    const { text } = await this.door.call({ path: '/api/ledger' });
    const { chain } = JSON.parse(text) as { chain: string };
    this.#chain = Uint8Array.from(Buffer.from(chain, 'hex'));
    return this.#chain;
  }

  async begin(): Promise<void> {
    const chain = await this.chain();
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
export async function withNode(
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
