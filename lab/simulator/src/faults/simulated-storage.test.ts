import { EmbeddedEngine, NodeCrypto, NodeSigner } from '@commonwatt/consensus';
import {
  type Crypto,
  type Execution,
  encodeGenesis,
  fixedBytes,
  Ledger,
  LedgerDamagedError,
  type RuleBook,
  signTransaction,
  struct,
  table,
  textUpTo,
  u64,
} from '@commonwatt/ledger';
import { describe, expect, test } from 'vitest';
import { mixSeeds, SeededRandom } from '../households/seeded-random.ts';
import {
  DiskFullError,
  type SimulatedFaults,
  SimulatedStorage,
  STEPS_PER_BLOCK,
} from './simulated-storage.ts';

/** Transactions sent at once, and how often: a block or two each time. */
const WAVE = 6;
const WAVES = 5;
const GENESIS_MS = 1_700_000_000_000;
/** More by `SIMULATED_LOSSES=100000`. */
const LOSSES = Number(process.env.SIMULATED_LOSSES ?? '60');

const facts = table<string, { readonly sequence: number }>(
  1,
  'facts',
  textUpTo(32),
  struct<{ readonly sequence: number }>({ sequence: u64 }),
);
const lanes = table<Uint8Array, { readonly next: number }>(
  2,
  'lanes',
  fixedBytes(32),
  struct<{ readonly next: number }>({ next: u64 }),
);

/** The least that drives a ledger: every action writes down its transaction's own sequence. */
const execution: Execution = {
  version: 1,
  actions: new Map([
    [
      1,
      {
        type: 1,
        name: 'fact',
        codec: textUpTo(32),
        apply(context, key: string) {
          const { sequence } = context.transaction.envelope;
          context.state.set(facts, key, { sequence });
          return undefined;
        },
      },
    ],
  ]),
  events: new Map(),
  refusals: new Map([['wrong_sequence', 1]]),
  genesis: () => undefined,
  authenticate(context, { envelope: { sender, sequence } }, pendingCount) {
    const next = (context.state.get(lanes, sender)?.next ?? 0) + pendingCount;
    if (sequence !== next) return { code: 'wrong_sequence' };
    return { member: undefined, key: sender, delegate: undefined };
  },
  consume(context, { envelope: { sender, sequence } }) {
    context.state.set(lanes, sender, { next: sequence + 1 });
  },
  begin: () => undefined,
  nextDueMs: () => undefined,
  checkInvariants: () => undefined,
};
const rules: RuleBook = {
  tables: [facts, lanes],
  groupings: [],
  executions: new Map([[1, execution]]),
  others: new Map(),
};
const document = encodeGenesis({
  name: 'commonwatt/simulated-disk',
  timeMs: GENESIS_MS,
  executionVersion: 1,
  sealBits: 0,
  checkpointBlocks: 1,
  parameters: new Uint8Array(),
});

const nodeCrypto = new NodeCrypto();
/** Without a second thread, so that a seed always gives the same run. */
const crypto: Crypto = {
  sha256: nodeCrypto.sha256,
  verify: (key, message, signature) => nodeCrypto.verify(key, message, signature),
};
const signer = new NodeSigner(new Uint8Array(32).fill(3));

function fact(chain: Uint8Array, sequence: number): Uint8Array {
  const key = `fact ${sequence}`;
  const body = Uint8Array.of(0, key.length, ...Buffer.from(key));
  const envelope = {
    chain,
    onBehalfOf: undefined,
    lane: 0,
    sequence,
    validFromMs: 0,
    validUntilMs: GENESIS_MS * 2,
    atomic: false,
  };
  return signTransaction(crypto, signer, envelope, [{ type: 1, body }]);
}

async function openedLedger(storage: SimulatedStorage): Promise<Ledger> {
  const ledger = new Ledger({ crypto, storage, rules });
  if (storage.genesis() === undefined) await ledger.initChain(document);
  else ledger.open();
  return ledger;
}

/** Submits until the store goes down. Returns how many sequences were acknowledged. */
async function runUntilDown(storage: SimulatedStorage, acknowledged: number): Promise<number> {
  const ledger = await openedLedger(storage);
  const next = ledger.state.get(lanes, signer.publicKey)?.next ?? 0;
  expect(next).toBeGreaterThanOrEqual(acknowledged);
  for (let sequence = 0; sequence < next; sequence++) {
    expect(ledger.state.get(facts, `fact ${sequence}`)).toEqual({ sequence });
  }
  expect(ledger.state.size(facts)).toBe(next);

  const engine = new EmbeddedEngine({ ledger, clock: { nowMs: () => GENESIS_MS } });
  let last = acknowledged;
  for (let first = next; first < next + WAVES * WAVE; first += WAVE) {
    const sent = Array.from({ length: WAVE }, (_, at) =>
      engine.submit(fact(ledger.chain, first + at)),
    );
    for (const [at, outcome] of (await Promise.allSettled(sent)).entries()) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBe(engine.halted);
      else if (outcome.value.status === 'refused') throw new Error('refused at the door');
      else last = Math.max(last, first + at + 1);
    }
  }
  return last;
}

/** Power fails again and again on one disk; each time the ledger is opened from what is left. */
async function lifeOfADisk(seed: number, faultsOf: (random: SeededRandom) => object) {
  const random = new SeededRandom(seed);
  const next = (): SimulatedFaults => ({ random, ...faultsOf(random) });
  let storage = new SimulatedStorage(next());
  let acknowledged = 0;
  let downs = 0;
  for (let life = 0; life < 4; life++) {
    try {
      acknowledged = await runUntilDown(storage, acknowledged);
    } catch (error) {
      if (error !== storage.down) throw error; // the power may fail while the ledger begins
    }
    if (storage.down !== undefined) downs++;
    storage = storage.restart(next());
  }
  return { acknowledged, downs };
}

describe('a disk that loses what was not synced', () => {
  test(`nothing acknowledged is lost or invented, ${LOSSES} disks over`, async () => {
    let acknowledged = 0;
    let downs = 0;
    for (let seed = 0; seed < LOSSES; seed++) {
      const life = await lifeOfADisk(mixSeeds(seed, 1), (random) => ({
        powerLossAtStep: 1 + random.below(4 * STEPS_PER_BLOCK),
      })).catch((error: unknown) => {
        throw new Error(`seed ${seed}`, { cause: error });
      });
      acknowledged += life.acknowledged;
      downs += life.downs;
    }
    // The runs reached what they are for.
    expect(downs).toBeGreaterThan(LOSSES);
    expect(acknowledged).toBeGreaterThan(LOSSES);
  });

  test('nor when a sync fails: the engine halts and acknowledges nothing after it', async () => {
    let downs = 0;
    for (let seed = 0; seed < LOSSES / 3; seed++) {
      const life = await lifeOfADisk(mixSeeds(seed, 2), (random) => ({
        syncFailureAtStep: 2 * (1 + random.below(2 * STEPS_PER_BLOCK)),
      }));
      downs += life.downs;
    }
    expect(downs).toBeGreaterThan(LOSSES / 3);
  });

  test('nor when the disk is full: who waits is told so, and with room again it goes on', async () => {
    let downs = 0;
    let acknowledged = 0;
    for (let seed = 0; seed < LOSSES / 3; seed++) {
      const life = await lifeOfADisk(mixSeeds(seed, 5), (random) => ({
        fullAtStep: 1 + random.below(4 * STEPS_PER_BLOCK),
      }));
      downs += life.downs;
      acknowledged += life.acknowledged;
    }
    expect(downs).toBeGreaterThan(LOSSES / 3);
    expect(acknowledged).toBeGreaterThan(LOSSES / 3);
    const full = new SimulatedStorage({ random: new SeededRandom(1), fullAtStep: 5 });
    const engine = new EmbeddedEngine({
      ledger: await openedLedger(full),
      clock: { nowMs: () => GENESIS_MS },
    });
    await expect(engine.submit(fact(engine.ledger.chain, 0))).rejects.toThrow(
      'the ledger halted: DiskFullError: ENOSPC: no room for the write at step 5',
    );
    expect(full.down).toBeInstanceOf(DiskFullError);
  });

  test('a store that leaves out the sync of its blocks is caught', async () => {
    let caught = 0;
    for (let seed = 0; seed < 40; seed++) {
      try {
        await lifeOfADisk(mixSeeds(seed, 3), (random) => ({
          skippedSync: 'block',
          powerLossAtStep: 1 + random.below(4 * STEPS_PER_BLOCK),
        }));
      } catch (error) {
        expect(error).toBeInstanceOf(LedgerDamagedError);
        caught++;
      }
    }
    expect(caught).toBeGreaterThan(10);
  });

  test('a store that renames a head it did not sync is caught', async () => {
    let caught = 0;
    for (let seed = 0; seed < 40; seed++) {
      try {
        await lifeOfADisk(mixSeeds(seed, 4), (random) => ({
          skippedSync: 'head',
          powerLossAtStep: 1 + random.below(4 * STEPS_PER_BLOCK),
        }));
      } catch (error) {
        expect((error as Error).message).toBe('simulated disk: the head is torn');
        caught++;
      }
    }
    expect(caught).toBeGreaterThan(10);
  });

  test('the same seed loses the same', async () => {
    const faults = (random: SeededRandom) => ({ powerLossAtStep: 5 + random.below(20) });
    expect(await lifeOfADisk(99, faults)).toEqual(await lifeOfADisk(99, faults));
  });
});
