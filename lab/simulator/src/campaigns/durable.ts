/**
 * What was acknowledged is on the disk: the whole contracts over a disk that keeps, loses or tears
 * every piece it was not told to sync, in any order, when the power fails at a random moment, or that
 * has no more room from a random moment on.
 */

import { EmbeddedEngine } from '@commonwatt/consensus';
import { ruleBook } from '@commonwatt/contracts';
import { Ledger, toHex } from '@commonwatt/ledger';
import {
  COMMUNITY_FROM_MS,
  communityGenesis,
  Device,
  homeName,
  oneThreadCrypto,
} from '../community/simulated-community.ts';
import { Traffic } from '../community/traffic.ts';
import {
  DiskFullError,
  type SimulatedFaults,
  SimulatedStorage,
  STEPS_PER_BLOCK,
} from '../faults/simulated-storage.ts';
import type { SeededRandom } from '../households/seeded-random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { type Campaign, type Figures, promise } from './campaign.ts';

const HOMES = 6;
const WAVE = 6;
const WAVES = 5;
/** The node goes down so often on one disk. */
const LIVES = 3;
/** Steps of a life in which the power may fail. */
const STEPS = 5 * STEPS_PER_BLOCK;

export const durable: Campaign = {
  name: 'durable',
  promise:
    'nothing acknowledged is lost and nothing invented when unsynced writes are dropped, torn or reordered, ' +
    'nor when the disk is full',
  cases: { whole: 1000, small: 20 },
  ofCase: `one disk on which the power fails, or room runs out, ${LIVES} times, each at a random moment`,
  plants: ['skip the sync of blocks', 'skip the sync of the head'],
  open: async ({ plant }) => ({
    check: (_index, random) => new Disk(random, plant).live(),
    conclude({ powerLosses = 0, fullDisks = 0, acknowledged = 0, unanswered = 0 }, cases) {
      promise(powerLosses > cases && acknowledged > cases, 'the power failed too seldom to tell');
      promise(fullDisks > cases / 4, 'the disk was full too seldom to tell');
      promise(unanswered > cases, 'hardly anything was under way when the power failed');
    },
  }),
};

class Disk {
  readonly #random: SeededRandom;
  readonly #plant: string | undefined;
  readonly #clock = new VirtualClock(COMMUNITY_FROM_MS);
  readonly #document = communityGenesis({ homes: HOMES });
  readonly #traffic = new Traffic(HOMES);
  #storage: SimulatedStorage;
  /** Where each acknowledged transaction stands, by its bytes. */
  readonly #acknowledged = new Map<string, number>();
  readonly #sent = new Set<string>();
  #powerLosses = 0;
  #fullDisks = 0;
  #unanswered = 0;

  constructor(random: SeededRandom, plant: string | undefined) {
    this.#random = random;
    this.#plant = plant;
    this.#storage = new SimulatedStorage(this.#faults());
  }

  #faults(): SimulatedFaults {
    const random = this.#random;
    const skippedSync = this.#plant && (this.#plant.endsWith('head') ? 'head' : 'block');
    const atStep = 1 + random.below(STEPS);
    const isFull = random.below(4) === 0;
    return {
      random,
      ...(isFull ? { fullAtStep: atStep } : { powerLossAtStep: atStep }),
      ...(skippedSync && { skippedSync }),
    };
  }

  async live(): Promise<Figures> {
    for (let life = 0; life < LIVES; life++) {
      try {
        await this.#trade(await this.#opened());
      } catch (error) {
        if (error !== this.#storage.down) throw error; // it may fail while the ledger begins
      }
      if (this.#storage.down instanceof DiskFullError) this.#fullDisks++;
      else if (this.#storage.down !== undefined) this.#powerLosses++;
      this.#storage = this.#storage.restart(this.#faults());
    }
    if (this.#storage.genesis() !== undefined) this.#compare(await this.#opened());
    return {
      powerLosses: this.#powerLosses,
      fullDisks: this.#fullDisks,
      acknowledged: this.#acknowledged.size,
      unanswered: this.#unanswered,
    };
  }

  async #opened(): Promise<Ledger> {
    const storage = this.#storage;
    const ledger = new Ledger({ crypto: oneThreadCrypto, storage, rules: ruleBook });
    if (storage.genesis() === undefined) await ledger.initChain(this.#document);
    else ledger.open();
    return ledger;
  }

  /** The checker: what was acknowledged stands where it was said to, and nothing nobody sent. */
  #compare(ledger: Ledger): void {
    const found = new Map<string, number>();
    for (let height = 0; height <= (ledger.head?.height ?? -1); height++) {
      for (const bytes of ledger.record(height)?.transactions ?? []) {
        const name = toHex(bytes);
        promise(this.#sent.has(name), `height ${height} holds a transaction that nobody sent`);
        promise(!found.has(name), `height ${height} holds a transaction of an earlier block`);
        found.set(name, height);
      }
    }
    for (const [name, height] of this.#acknowledged) {
      promise(
        found.get(name) === height,
        `a transaction acknowledged at height ${height} is lost or elsewhere`,
      );
    }
  }

  async #trade(ledger: Ledger): Promise<void> {
    this.#compare(ledger);
    const engine = new EmbeddedEngine({ ledger, clock: this.#clock });
    const devices = Array.from({ length: HOMES + 1 }, (_, at) => {
      const device = new Device(at === 0 ? 'officer' : homeName(at - 1), ledger.chain);
      device.follow(ledger);
      return device;
    });
    const opening = ledger.head === undefined ? this.#traffic.opening() : [];
    for (let wave = 0; wave < WAVES && this.#storage.down === undefined; wave++) {
      this.#clock.step(this.#random.below(60_000));
      const nowMs = this.#clock.nowMs();
      const drawn = Array.from({ length: WAVE }, () => this.#traffic.batch(this.#random, nowMs));
      const batches = wave === 0 ? [...opening, ...drawn] : drawn;
      await Promise.all(
        batches.map(async ({ from, actions }) => {
          const device = devices[from] as Device;
          await this.#send(engine, device, device.sign(actions, nowMs));
        }),
      );
      for (const device of devices) device.follow(ledger);
    }
  }

  async #send(engine: EmbeddedEngine, device: Device, bytes: Uint8Array): Promise<void> {
    this.#sent.add(toHex(bytes));
    try {
      const answer = await engine.submit(bytes);
      if (answer.status === 'committed') this.#acknowledged.set(toHex(bytes), answer.height);
      else device.sequence--; // refused at the door: the number is still free
    } catch (error) {
      if (error !== engine.halted) throw error;
      this.#unanswered++;
    }
  }
}
