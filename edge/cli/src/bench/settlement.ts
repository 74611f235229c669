/**
 * What a settled posting costs: runs of a thousand postings each, judged, executed, told, hashed into their
 * block and made durable by the ledger itself, against a thousand transfers in one durable transaction of
 * better-sqlite3. A run ends about as many trades as it has postings. Beside it, on standard error, a
 * whole day of a thousand homes.
 */

import { join } from 'node:path';
import { LmdbStorage, OneThreadCrypto } from '@commonwatt/consensus';
import { type ComputedRun, memberStatement, type Period } from '@commonwatt/contracts';
import type { BlockOutcome } from '@commonwatt/ledger';
import { price, QUARTER_HOUR_MS } from '@commonwatt/units';
import { loadBetterSqlite, SqliteAccounts, type Transfer } from './better-sqlite.ts';
import type { Bench } from './figure.ts';
import { compare, ROUNDS, wallSeconds } from './figure.ts';
import { expectSettled, HOMES, SettlingStreet } from './settling-street.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

const RUNS_PER_ROUND = 4;
const POSTINGS_PER_COMMIT = 1000;
const SLOTS_PER_DAY = 96;
const MEGABYTE = 1_048_576;

/** @throws MissingError where the yardstick is not built */
export const settlement: Bench = async (report) => {
  const Database = loadBetterSqlite();
  await inTemporaryFolder((folder) => aDay(folder, report));
  return inTemporaryFolder(async (folder) => {
    const storage = new LmdbStorage(join(folder, 'ledger'));
    const accounts = new SqliteAccounts(join(folder, 'accounts.sqlite'), HOMES, Database);
    try {
      const street = await SettlingStreet.begin({ crypto: new OneThreadCrypto(), storage });
      const figure = await compare({
        name: 'settlement',
        unit: 'postings per second',
        ours: (round) => settledPostings(street, round),
        yardstick: (round) => sqlitePostings(accounts, round),
      });
      expectWhole(accounts);
      return [figure];
    } finally {
      accounts.close();
      await storage.close();
    }
  });
};

/** Rounds follow each other in time; a slot between them leaves the next one's gates open. */
async function settledPostings(street: SettlingStreet, round: number): Promise<number> {
  const firstSlot = 1 + round * (RUNS_PER_ROUND + 1);
  await street.trade(firstSlot, RUNS_PER_ROUND);
  const runs: ComputedRun[] = [];
  for (let run = 0; run < RUNS_PER_ROUND; run++) {
    runs.push(street.compute(await street.read(firstSlot + run, 1)));
  }
  const postings = runs.reduce((sum, { run }) => sum + run.postings.length, 0);
  if (postings !== RUNS_PER_ROUND * POSTINGS_PER_COMMIT) {
    throw new Error(`bench: expected ${POSTINGS_PER_COMMIT} postings a run, got ${postings}`);
  }
  const proposals = runs.map((run) => street.proposal(run));
  const outcomes: BlockOutcome[] = [];
  const seconds = await wallSeconds(async () => {
    for (const proposal of proposals) outcomes.push(await street.settle(proposal));
  });
  for (const outcome of outcomes) expectSettled(outcome);
  return postings / seconds;
}

async function sqlitePostings(accounts: SqliteAccounts, round: number): Promise<number> {
  const commits = Array.from({ length: RUNS_PER_ROUND }, (_, at) =>
    Array.from(
      { length: POSTINGS_PER_COMMIT },
      (_one, index): Transfer => ({
        from: 1 + index,
        to: 1 + ((index + 1 + round * RUNS_PER_ROUND + at) % HOMES),
        amount: 50_000_000 + ((index * 7919) % 100_000),
      }),
    ),
  );
  const seconds = await wallSeconds(() => {
    for (const transfers of commits) accounts.commit(transfers);
  });
  return (RUNS_PER_ROUND * POSTINGS_PER_COMMIT) / seconds;
}

/** The yardstick, too, did what it was measured for. */
function expectWhole(accounts: SqliteAccounts): void {
  const { balance, transfers } = accounts.sums();
  if (balance !== HOMES * 1_000_000_000_000 || transfers % POSTINGS_PER_COMMIT !== 0) {
    throw new Error(`bench: expected conserved balances, got ${balance} after ${transfers}`);
  }
  if (transfers / POSTINGS_PER_COMMIT < RUNS_PER_ROUND * (ROUNDS.least + 1)) {
    throw new Error(`bench: expected every transfer in the journal, got ${transfers}`);
  }
}

/** A thousand homes trade through a day; then it is settled, and each home gets its statement. */
async function aDay(folder: string, report: (line: string) => void): Promise<void> {
  const storage = new LmdbStorage(folder);
  try {
    const street = await SettlingStreet.begin({ crypto: new OneThreadCrypto(), storage });
    await street.trade(1, SLOTS_PER_DAY);
    const period = await street.read(1, SLOTS_PER_DAY);
    const before = peakMegabytes();
    let computed: ComputedRun | undefined;
    const computing = await wallSeconds(() => {
      computed = street.compute(period);
    });
    if (computed === undefined) throw new Error('bench: expected a run');
    const run = computed;
    const settling = await wallSeconds(async () => {
      expectSettled(await street.settle(street.proposal(run)));
    });
    let slots = 0;
    const stating = await wallSeconds(() => {
      slots = statedSlots(street, period, run);
    });
    const lines = run.members.reduce((sum, one) => sum + one.lines.length, 0);
    report(
      `${HOMES} homes x 1 day, ${lines} lines: ${(computing + settling + stating).toFixed(2)} s ` +
        `(computed ${computing.toFixed(2)}, settled durably ${settling.toFixed(3)}, ${slots} slots stated ` +
        `${stating.toFixed(2)}); peak memory ${peakMegabytes()} MiB, ${before} MiB before`,
    );
  } finally {
    await storage.close();
  }
}

/** Makes every member's statement. Answers with the slots in them. */
function statedSlots(
  street: SettlingStreet,
  { periodFromMs, periodUntilMs }: Period,
  { members }: ComputedRun,
): number {
  let slots = 0;
  for (const { member, lines } of members) {
    const statement = memberStatement({
      member,
      fromMs: periodFromMs,
      untilMs: periodUntilMs,
      slotLengthMs: QUARTER_HOUR_MS,
      mode: 'shown',
      meters: [{ meter: member, fromMs: periodFromMs, untilMs: periodUntilMs }],
      readings: street.readingsOf(member),
      lines: lines.map((line) => ({ ...line, slotLengthMs: QUARTER_HOUR_MS })),
      deviations: [],
      tariffs: [TARIFF],
    });
    if (statement.findings.length > 0) throw new Error(`bench: statement of ${member} has faults`);
    slots += statement.slots.length;
  }
  return slots;
}

const TARIFF = {
  name: 'bench',
  version: 1,
  validFromMs: 0,
  validUntilMs: undefined,
  supplyPrice: price(250_000n),
  feedInPrice: price(70_000n),
  components: [
    { kind: 'grid fee', name: 'grid', community: price(30_000n), residual: price(70_000n) },
    { kind: 'tax', name: 'tax', community: price(0n), residual: price(20_000n) },
  ],
  fees: [],
} as const;

/** The most memory that the process ever had. */
function peakMegabytes(): number {
  return Math.round((process.resourceUsage().maxRSS * 1024) / MEGABYTE);
}
