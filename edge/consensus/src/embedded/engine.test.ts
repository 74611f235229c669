import { toHex } from '@commonwatt/ledger';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { MemoryStorage } from '../memory-storage.ts';
import { GENESIS_MS, notes, signedNotes } from '../testing/notebook.ts';
import {
  begunLedger,
  crypto,
  GatedStorage,
  newSigner,
  openedLedger,
  SetClock,
} from '../testing/worlds.ts';
import type { Committed, CommittedBlock, SubmitAnswer } from './answers.ts';
import { EmbeddedEngine, EngineHaltedError, type EngineOptions } from './engine.ts';

async function newEngine(
  options: Partial<EngineOptions> = {},
  storage: MemoryStorage | GatedStorage = new MemoryStorage(),
) {
  const ledger = await begunLedger(storage);
  const clock = new SetClock();
  const engine = new EmbeddedEngine({ ledger, clock, ...options });
  const signer = newSigner();
  const note = (sequence: number, key = `note ${sequence}`, lane = 0) =>
    signedNotes(crypto, signer, {
      chain: ledger.chain,
      sequence,
      lane,
      notes: [{ key, text: 'x' }],
    });
  const remind = (sequence: number, key: string, atMs: number) =>
    signedNotes(crypto, signer, { chain: ledger.chain, sequence, reminders: [{ key, atMs }] });
  return { engine, ledger, clock, storage, signer, note, remind };
}

function committed(answer: SubmitAnswer): Committed {
  if (answer.status !== 'committed') throw new Error(`refused: ${answer.refusal.code}`);
  return answer;
}

describe('submitting', () => {
  test('an accepted transaction is answered with its block and receipt', async () => {
    const { engine, ledger, note } = await newEngine();
    const answer = committed(await engine.submit(note(0)));
    expect(answer.height).toBe(0);
    expect(toHex(answer.hash)).toBe(toHex(ledger.headHash));
    expect(answer.receipt).toMatchObject({ code: 0, actions: [0] });
    expect(answer).toMatchObject({ refusal: undefined, actions: [undefined] });
    expect(ledger.state.get(notes, 'note 0')).toEqual({ text: 'x' });
  });

  test('a refusal at the door is answered at once, makes no block and consumes nothing', async () => {
    const { engine, ledger, note } = await newEngine();
    const answer = await engine.submit(note(7));
    expect(answer).toEqual({
      status: 'refused',
      refusal: { code: 'wrong_sequence', expected: 0, sequence: 7 },
    });
    expect(ledger.info().height).toBeUndefined();
    expect(engine.metrics).toMatchObject({ blocks: 0, refusedAtDoor: 1, poolCount: 0 });
    expect((await engine.submit(note(0))).status).toBe('committed');
  });

  test('a batch is answered action by action', async () => {
    const { engine, ledger, signer } = await newEngine();
    const batch = signedNotes(crypto, signer, {
      chain: ledger.chain,
      sequence: 0,
      notes: [
        { key: 'a', text: '1' },
        { key: 'genesis', text: '2' },
      ],
    });
    const answer = committed(await engine.submit(batch));
    expect(answer.actions).toEqual([undefined, { code: 'note_stands' }]);
    expect(answer.refusal).toBeUndefined();
  });

  test('what was overtaken while it waited is refused in the block, not at the door', async () => {
    const { engine, ledger } = await newEngine({ manual: true });
    const both = [newSigner(), newSigner()].map((signer) =>
      engine.submit(
        signedNotes(crypto, signer, {
          chain: ledger.chain,
          sequence: 0,
          notes: [{ key: 'same', text: toHex(signer.publicKey) }],
        }),
      ),
    );
    await engine.flush();
    const [first, second] = (await Promise.all(both)).map(committed);
    expect(first?.actions).toEqual([undefined]);
    expect(second?.actions).toEqual([{ code: 'note_stands' }]);
  });

  test('what expired while it waited is refused whole, in the block', async () => {
    const { engine, ledger, clock, signer } = await newEngine({ manual: true });
    const answer = engine.submit(
      signedNotes(crypto, signer, {
        chain: ledger.chain,
        sequence: 0,
        validUntilMs: GENESIS_MS + 10,
        notes: [{ key: 'late', text: 'x' }],
      }),
    );
    await vi.waitUntil(() => engine.metrics.waitingCount === 1);
    clock.ms += 10;
    await engine.flush();
    expect(committed(await answer)).toMatchObject({ refusal: { code: 'expired' }, actions: [] });
    expect(engine.metrics.refusedInBlock).toBe(1);
  });

  test('the same bytes sent twice have one effect and one answer', async () => {
    const { engine, note } = await newEngine();
    const bytes = note(0);
    const [first, second] = await Promise.all([engine.submit(bytes), engine.submit(bytes.slice())]);
    expect(second).toBe(first);
    expect(engine.metrics.transactions).toBe(1);
    expect((await engine.submit(bytes)).status).toBe('refused');
  });

  test("the caller's buffer may be used again at once", async () => {
    const { engine, ledger, note } = await newEngine();
    const buffer = Buffer.from(note(0));
    const answer = engine.submit(buffer);
    buffer.fill(0);
    expect((await answer).status).toBe('committed');
    expect(ledger.record(0)?.transactions[0]).toEqual(note(0));
  });

  test('numbers of one lane may wait behind each other, in the order they were sent', async () => {
    const { engine, note } = await newEngine();
    const sent = Array.from({ length: 40 }, (_, at) => engine.submit(note(at)));
    const answers = (await Promise.all(sent)).map(committed);
    expect(answers.every((one) => one.receipt.actions[0] === 0)).toBe(true);
    const places = answers.map((one) => one.height * 1000 + one.transactionIndex);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('lanes do not wait for each other', async () => {
    const { engine, note } = await newEngine();
    const sent = [note(0, 'a', 0), note(0, 'b', 1), note(0, 'c', 2)];
    const answers = await Promise.all(sent.map((one) => engine.submit(one)));
    expect(answers.map((one) => one.status)).toEqual(['committed', 'committed', 'committed']);
  });

  test('a full pool refuses, by count and by bytes, and takes again when there is room', async () => {
    const limits = { countMax: 2, bytesMax: 100_000 };
    const { engine, note, ledger, signer } = await newEngine({ pool: limits, manual: true });
    const first = [engine.submit(note(0)), engine.submit(note(1))];
    const refusal = await engine.submit(note(2));
    expect(refusal).toMatchObject({
      status: 'refused',
      refusal: { code: 'pool_full', poolCount: 2 },
    });
    await engine.flush();
    await Promise.all(first);
    expect(engine.metrics).toMatchObject({ poolCount: 0, poolBytes: 0 });
    const wide = signedNotes(crypto, signer, {
      chain: ledger.chain,
      sequence: 2,
      notes: Array.from({ length: 30 }, (_, at) => ({ key: `${at}`, text: 'y'.repeat(4000) })),
    });
    expect(await engine.submit(wide)).toMatchObject({ refusal: { code: 'pool_full' } });
    const again = engine.submit(note(2));
    await engine.flush();
    expect((await again).status).toBe('committed');
  });
});

describe('blocks', () => {
  test('many submitters at once share few blocks', async () => {
    const { engine, ledger } = await newEngine();
    const signers = Array.from({ length: 50 }, newSigner);
    const sent = signers.flatMap((signer, who) =>
      Array.from({ length: 4 }, (_, sequence) =>
        engine.submit(
          signedNotes(crypto, signer, {
            chain: ledger.chain,
            sequence,
            notes: [{ key: `${who} ${sequence}`, text: '' }],
          }),
        ),
      ),
    );
    for (const answer of await Promise.all(sent)) committed(answer);
    expect(engine.metrics.transactions).toBe(200);
    expect(engine.metrics.blocks).toBeLessThan(40);
  });

  test('while one block is made durable, everything that arrives goes into the next', async () => {
    const storage = new GatedStorage();
    const { engine, note } = await newEngine({}, storage);
    storage.hold();
    const first = engine.submit(note(0));
    await storage.begun;
    const rest = Array.from({ length: 20 }, (_, at) => engine.submit(note(at + 1)));
    await vi.waitUntil(() => engine.metrics.waitingCount === 20);
    storage.release();
    expect(committed(await first).height).toBe(0);
    const heights = (await Promise.all(rest)).map((one) => committed(one).height);
    expect(new Set(heights)).toEqual(new Set([1]));
  });

  test('nobody is answered, and no listener hears, before the commit is durable', async () => {
    const storage = new GatedStorage();
    const { engine, note } = await newEngine({}, storage);
    const heard: number[] = [];
    engine.onBlock(({ header }) => heard.push(header.height));
    storage.hold();
    let answeredAt: number | undefined;
    const answer = engine.submit(note(0)).then(() => {
      answeredAt = storage.appended;
    });
    await storage.begun;
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(answeredAt).toBeUndefined();
    expect(heard).toEqual([]);
    storage.release();
    await answer;
    expect(answeredAt).toBe(1);
    expect(heard).toEqual([0]);
  });

  test('blocks keep within the limits of count and bytes', async () => {
    const { engine, ledger, signer } = await newEngine({
      manual: true,
      blockTransactionsMax: 3,
      blockBytesMax: 524_288,
    });
    const blocks: CommittedBlock[] = [];
    engine.onBlock((block) => blocks.push(block));
    const text = 'z'.repeat(4000);
    const wide = (sequence: number) =>
      signedNotes(crypto, signer, {
        chain: ledger.chain,
        sequence,
        notes: Array.from({ length: 50 }, (_, at) => ({ key: `${sequence} ${at}`, text })),
      });
    const sent = Array.from({ length: 7 }, (_, at) =>
      engine.submit(
        at < 4
          ? wide(at)
          : signedNotes(crypto, signer, {
              chain: ledger.chain,
              sequence: at,
              notes: [{ key: `${at}`, text: '' }],
            }),
      ),
    );
    await engine.flush();
    await Promise.all(sent);
    expect(blocks.map((one) => one.transactions.length)).toEqual([2, 3, 2]);
  });

  test('time never runs backwards, even when the clock does', async () => {
    const { engine, clock, note } = await newEngine();
    clock.ms = GENESIS_MS + 5000;
    expect(committed(await engine.submit(note(0))).timeMs).toBe(GENESIS_MS + 5000);
    clock.ms = GENESIS_MS - 5000;
    expect(committed(await engine.submit(note(1))).timeMs).toBe(GENESIS_MS + 5000);
  });

  test('listeners get the whole block; one that throws harms nobody and is reported', async () => {
    const faults: unknown[] = [];
    const { engine, note } = await newEngine({ onListenerFault: (fault) => faults.push(fault) });
    const blocks: CommittedBlock[] = [];
    engine.onBlock(() => {
      throw new Error('a projection stumbles');
    });
    const off = engine.onBlock((block) => blocks.push(block));
    const bytes = note(0);
    await engine.submit(bytes);
    expect(blocks[0]?.transactions).toEqual([bytes]);
    expect(blocks[0]?.receiptLeaves).toHaveLength(2);
    expect(blocks[0]?.events).toHaveLength(1);
    expect(faults).toEqual([new Error('a projection stumbles')]);
    off();
    await engine.submit(note(1));
    expect(blocks).toHaveLength(1);
  });
});

describe('time that passes', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('a block is made at the due instant, not before, and then no more', async () => {
    const { engine, clock, ledger, remind } = await newEngine();
    expect(await engine.tick()).toBe(false);
    await engine.submit(remind(0, 'tea', GENESIS_MS + 900_000));
    expect(await engine.tick()).toBe(false);
    clock.ms = GENESIS_MS + 899_999;
    expect(await engine.tick()).toBe(false);
    clock.ms = GENESIS_MS + 900_000;
    expect(await engine.tick()).toBe(true);
    expect(ledger.state.get(notes, 'tea')).toEqual({ text: `due ${GENESIS_MS + 900_000}` });
    expect(await engine.tick()).toBe(false);
    expect(engine.metrics).toMatchObject({ blocks: 2, emptyBlocks: 1 });
  });

  test('what fell due while nobody looked is made up for', async () => {
    const { engine, clock, storage, remind } = await newEngine();
    await engine.submit(remind(0, 'tea', GENESIS_MS + 1000));
    await engine.stop();
    const reopened = openedLedger(storage);
    clock.ms = GENESIS_MS + 86_400_000;
    const next = new EmbeddedEngine({ ledger: reopened, clock });
    expect(await next.tick()).toBe(true);
    expect(reopened.state.get(notes, 'tea')).toBeDefined();
  });

  test('rules that ask for a block that changes nothing get one a second, not a flood', async () => {
    const { engine, ledger, clock } = await newEngine();
    const execution = ledger.execution(0);
    vi.spyOn(execution, 'nextDueMs').mockReturnValue(GENESIS_MS);
    expect(await engine.tick(), 'the first block writes what the genesis asks for').toBe(true);
    expect(await engine.tick()).toBe(true);
    expect(await engine.tick()).toBe(false);
    clock.ms += 999;
    expect(await engine.tick()).toBe(false);
    clock.ms += 1;
    expect(await engine.tick()).toBe(true);
    vi.restoreAllMocks();
  });

  test('what becomes due by a block at the very same instant follows at once', async () => {
    const { engine, ledger, clock } = await newEngine();
    const execution = ledger.execution(0);
    let left = 3;
    vi.spyOn(execution, 'nextDueMs').mockImplementation(() => (left > 0 ? clock.ms : undefined));
    vi.spyOn(execution, 'begin').mockImplementation((context) => {
      context.state.set(notes, `step ${left}`, { text: 'closed, then cleared' });
      left--;
    });
    const made = [
      await engine.tick(),
      await engine.tick(),
      await engine.tick(),
      await engine.tick(),
    ];
    expect(made).toEqual([true, true, true, false]);
    vi.restoreAllMocks();
  });

  test('started, it wakes at the due instant by itself and stops when told', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: GENESIS_MS });
    const { engine, ledger, remind } = await newEngine({ clock: { nowMs: () => Date.now() } });
    const heard = vi.fn();
    engine.onBlock(heard);
    engine.start();
    await engine.submit(remind(0, 'tea', GENESIS_MS + 100_000));
    await engine.submit(remind(1, 'cake', GENESIS_MS + 200_000));
    await vi.advanceTimersByTimeAsync(99_999);
    expect(engine.metrics.emptyBlocks).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    await vi.waitUntil(() => engine.metrics.emptyBlocks === 1);
    expect(ledger.state.get(notes, 'tea')).toBeDefined();
    await engine.stop();
    await vi.advanceTimersByTimeAsync(200_000);
    expect(engine.metrics.emptyBlocks).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('stopping and halting', () => {
  test('stop makes durable what waits, then takes nothing more', async () => {
    const { engine, storage, note } = await newEngine({ manual: true });
    const sent = [engine.submit(note(0)), engine.submit(note(1))];
    await engine.stop();
    for (const answer of await Promise.all(sent)) committed(answer);
    expect(storage.lastHeight()).toBe(0);
    expect(await engine.submit(note(2))).toMatchObject({ refusal: { code: 'engine_stopping' } });
  });

  test('a store that fails halts the engine: all who wait and all who come are told', async () => {
    const storage = new GatedStorage();
    const { engine, note } = await newEngine({}, storage);
    await engine.submit(note(0));
    const told: EngineHaltedError[] = [];
    engine.onHalt((reason) => told.push(reason));
    storage.hold();
    const inBlock = engine.submit(note(1));
    await storage.begun;
    const waiting = engine.submit(note(2));
    const outcomes = Promise.allSettled([inBlock, waiting]);
    await vi.waitUntil(() => engine.metrics.waitingCount === 1);
    storage.failure = new Error('EIO: the disk is gone');
    storage.release();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: engine.halted });
    }
    storage.failure = undefined;
    await expect(engine.submit(note(1))).rejects.toThrow('EIO: the disk is gone');
    await expect(engine.tick()).rejects.toBe(engine.halted);
    expect(engine.halted).toBeInstanceOf(EngineHaltedError);
    expect(told).toEqual([engine.halted]);
    expect(storage.appended).toBe(1);
    await engine.stop();
    expect(openedLedger(storage).info().height).toBe(0);
  });

  test('a broken invariant halts the engine and nothing of the block is kept', async () => {
    const { engine, ledger, storage, signer, note } = await newEngine();
    await engine.submit(note(0));
    const poison = signedNotes(crypto, signer, {
      chain: ledger.chain,
      sequence: 1,
      notes: [{ key: 'poison', text: 'x' }],
    });
    await expect(engine.submit(poison)).rejects.toThrow('invariant: a note is poison');
    expect(engine.halted?.message).toContain('invariant: a note is poison');
    expect(storage.lastHeight()).toBe(0);
    expect(openedLedger(storage).state.get(notes, 'poison')).toBeUndefined();
  });
});

test('two engines that are given the same blocks reach the same digests', async () => {
  const one = await newEngine({ manual: true });
  const other = await newEngine({ manual: true });
  const blocks: CommittedBlock[] = [];
  one.engine.onBlock((block) => blocks.push(block));
  for (let height = 0; height < 5; height++) {
    one.clock.ms += 1000;
    const sent = [0, 1, 2].map((lane) =>
      one.engine.submit(one.note(height, `${height}${lane}`, lane)),
    );
    await one.engine.flush();
    await Promise.all(sent);
  }
  for (const { header, transactions } of blocks) {
    const outcome = await other.ledger.finalizeBlock({
      height: header.height,
      timeMs: header.timeMs,
      transactions,
    });
    await other.ledger.commit();
    expect(outcome.header).toEqual(header);
  }
  expect(other.ledger.headHash).toEqual(one.ledger.headHash);
});
