/** A node is killed under load, again and again: what it acknowledged over HTTP is there. */

import { openLmdbStorage } from '@commonwatt/consensus';
import { ruleBook } from '@commonwatt/contracts';
import { auditLedger, Ledger, toHex } from '@commonwatt/ledger';
import {
  type Campaign,
  Device,
  type Figures,
  homeName,
  type OpenCampaign,
  oneThreadCrypto,
  promise,
  type SeededRandom,
  Traffic,
} from '@commonwatt/simulator';
import { Child, newFolder } from './children.ts';
import { HttpDoor } from './http-door.ts';

const HOMES = 12;
const HOUR_MS = 3_600_000;
const RESTART_MS_MAX = 30_000;

export const crash: Campaign = {
  name: 'crash',
  promise: 'kill -9 loses nothing acknowledged, invents nothing, and the node restarts clean',
  cases: { whole: 100, small: 3 },
  ofCase: 'one node killed under load, then its ledger compared with what clients were told',
  plants: ['reply before the write'],
  open: async ({ plant }) => new KilledNode(plant),
};

/** What a client holds: the bytes it sent, and the height it was told. */
class KilledNode implements OpenCampaign {
  readonly #folder = newFolder();
  readonly #timeMs = Date.now() - HOUR_MS;
  readonly #plant: string | undefined;
  readonly #traffic = new Traffic(HOMES);
  readonly #acknowledged = new Map<string, number>();
  readonly #sent = new Set<string>();
  #lastHeight = -1;
  #lastHash: Uint8Array | undefined;
  #devices: Device[] | undefined;

  constructor(plant: string | undefined) {
    this.#plant = plant;
  }

  async check(_index: number, random: SeededRandom): Promise<Figures> {
    const before = this.#acknowledged.size;
    const startedMs = performance.now();
    const setting = { dir: this.#folder.path, homes: HOMES, timeMs: this.#timeMs };
    const child = new Child('node', { ...setting, ...(this.#plant && { plant: this.#plant }) });
    let restartMs: number;
    try {
      const door = new HttpDoor(await child.expectLine());
      restartMs = Math.round(performance.now() - startedMs);
      promise(restartMs < RESTART_MS_MAX, `the node took ${restartMs} ms to restart`);
      if (this.#devices === undefined) this.#devices = await this.#begin(door);
      await this.#loadUntil(child, door, before + 5 + random.below(120), random);
      door.close();
    } finally {
      await child.kill();
    }
    const unanswered = await this.#compare();
    const acknowledged = this.#acknowledged.size - before;
    return { kills: 1, acknowledged, unanswered, restartMsMax: restartMs };
  }

  async #begin(door: HttpDoor): Promise<Device[]> {
    const { text } = await door.call({ path: '/api/ledger' });
    const chain = Buffer.from((JSON.parse(text) as { chain: string }).chain, 'hex');
    const devices = Array.from(
      { length: HOMES + 1 },
      (_, at) => new Device(at === 0 ? 'officer' : homeName(at - 1), Uint8Array.from(chain)),
    );
    for (const { from, actions } of this.#traffic.opening()) {
      await this.#send(door, devices[from] as Device, actions);
    }
    return devices;
  }

  /** Every home sends one batch after the other until so many were acknowledged; then the kill. */
  async #loadUntil(
    child: Child,
    door: HttpDoor,
    goal: number,
    random: SeededRandom,
  ): Promise<void> {
    const devices = this.#devices ?? [];
    let isDue = false;
    let isOver = false;
    const homes = devices.map(async (device, from) => {
      while (!isOver) {
        const { actions } = this.#batchOf(from, random);
        try {
          await this.#send(door, device, actions);
        } catch (error) {
          if (!isOver) throw error;
        }
        if (this.#acknowledged.size < goal || isDue) continue;
        isDue = true;
        // At any moment of the blocks that follow.
        setTimeout(() => {
          isOver = true;
          child.process.kill('SIGKILL');
        }, random.below(25));
      }
    });
    await Promise.all(homes);
  }

  #batchOf(from: number, random: SeededRandom) {
    for (;;) {
      const batch = this.#traffic.batch(random, Date.now());
      if (batch.from === 0 ? from === 0 : from !== 0) return batch;
    }
  }

  async #send(
    door: HttpDoor,
    device: Device,
    actions: Parameters<Device['sign']>[0],
  ): Promise<void> {
    const bytes = device.sign(actions, Date.now());
    const name = toHex(bytes);
    this.#sent.add(name);
    const { status, text } = await door.submit(bytes);
    if (status === 200) {
      this.#acknowledged.set(name, (JSON.parse(text) as { height: number }).height);
      return;
    }
    promise(status === 422 || status === 409 || status === 400, `submit: ${status} ${text}`);
    device.sequence--; // refused at the door: the number is still free
  }

  /** Reads the ledger as the next start will. Answers how many stand in it unanswered. */
  async #compare(): Promise<number> {
    const storage = openLmdbStorage(this.#folder.path);
    try {
      const ledger = new Ledger({ crypto: oneThreadCrypto, storage, rules: ruleBook });
      ledger.open();
      const head = ledger.head?.height ?? -1;
      promise(head >= this.#lastHeight, `the ledger went back from ${this.#lastHeight} to ${head}`);
      if (this.#lastHash !== undefined) {
        const now = toHex(ledger.history.leafHash(this.#lastHeight));
        promise(now === toHex(this.#lastHash), `height ${this.#lastHeight} was written anew`);
      }
      const unanswered = this.#compareBlocks(ledger, head);
      this.#lastHeight = head;
      if (head >= 0) this.#lastHash = ledger.history.leafHash(head);
      for (const device of this.#devices ?? []) device.follow(ledger);
      return unanswered;
    } finally {
      await storage.close();
    }
  }

  #compareBlocks(ledger: Ledger, head: number): number {
    const found = new Map<string, number>();
    for (let height = 0; height <= head; height++) {
      for (const bytes of ledger.record(height)?.transactions ?? []) {
        const name = toHex(bytes);
        promise(this.#sent.has(name), `height ${height} holds a transaction that nobody sent`);
        promise(!found.has(name), `height ${height} holds a transaction for the second time`);
        found.set(name, height);
      }
    }
    for (const [name, height] of this.#acknowledged) {
      promise(found.get(name) === height, `what was acknowledged at height ${height} is not there`);
    }
    const isNew = ([name, height]: [string, number]) =>
      height > this.#lastHeight && !this.#acknowledged.has(name);
    return [...found].filter(isNew).length;
  }

  /** Executed again from its bytes alone, the whole ledger comes out the same. */
  async conclude(): Promise<void> {
    const storage = openLmdbStorage(this.#folder.path, { readOnly: true });
    try {
      const report = await auditLedger(storage, ruleBook, oneThreadCrypto);
      promise(report.clean, `the audit: ${report.clean ? '' : report.reason}`);
    } finally {
      await storage.close();
    }
  }

  async close(): Promise<void> {
    this.#folder.remove();
  }
}
