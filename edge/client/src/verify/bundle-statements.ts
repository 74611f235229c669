/** A proof file's statements: what was posted for the member, opened line by line. */
import {
  linesRootOf,
  type MemberSettled,
  memberSettled,
  opensEnergy,
  posted,
  type SettledLine,
  type Side,
  type Trade,
} from '@commonwatt/contracts';
import { type Crypto, equalBytes, toHex } from '@commonwatt/ledger';
import { eventsOf, type Happened, type PlacedEvent } from './bundle-entries.ts';
import type { Bundle, BundleStatement } from './bundle-format.ts';
import type { MeteredTotals } from './bundle-readings.ts';
import { demandSlotLines } from './bundle-slot-lines.ts';
import type { OwnTrades } from './bundle-trades.ts';
import { demand, StepFault } from './steps.ts';

interface Proven {
  readonly happened: Happened;
  readonly trades: OwnTrades;
  readonly metered: MeteredTotals;
}

export function checkStatements(crypto: Crypto, bundle: Bundle, proven: Proven): number {
  const settled = runsByPeriod(proven.happened);
  let last = 0;
  for (const [at, statement] of bundle.statements.entries()) {
    const place = `statements[${at}]`;
    const { periodFromMs, periodUntilMs } = statement;
    demand(periodFromMs >= last, () => `${place}: overlaps the one before`);
    last = periodUntilMs;
    const runs = settled.get(periodFromMs);
    const event = runs?.at(-1);
    if (runs === undefined || event === undefined)
      throw new StepFault(`${place}: no settlement of ${periodFromMs} is given`);
    settled.delete(periodFromMs);
    demandRun(statement, event, place);
    demandPostings(runs, proven.happened, place);
    demandLines(crypto, { bundle, statement, place }, proven.trades);
    demandEnergy(crypto, { bundle, statement, place });
    demandMetered({ bundle, statement, place }, proven);
    const { metered } = proven;
    demandSlotLines(crypto, { statement, settled: event.value, metered, place });
  }
  const [missing] = [...settled.values()].flat();
  demand(missing === undefined, () => `${missing?.place}: has no statement`);
  return bundle.statements.length;
}

type SettledEvent = PlacedEvent & { readonly value: MemberSettled };

/** All runs of each period, from its first to its last, none left out. */
function runsByPeriod(happened: Happened): Map<number, readonly SettledEvent[]> {
  const periods = new Map<number, SettledEvent[]>();
  for (const event of eventsOf(happened, memberSettled)) {
    const { periodFromMs, sequence } = event.value;
    const known = periods.get(periodFromMs) ?? [];
    periods.set(periodFromMs, known);
    demand(sequence === known.length, () => {
      return `${event.place}.sequence: expected run ${known.length} of the period, got ${sequence}`;
    });
    known.push(event);
  }
  return periods;
}

/** The statement says what the ledger's event of the period's last run says. */
function demandRun(statement: BundleStatement, { value }: SettledEvent, place: string): void {
  const numbers = ['periodUntilMs', 'amount'] as const;
  for (const name of numbers) {
    demand(statement[name] === value[name], () => {
      return `${place}.${name}: expected ${value[name]}, got ${statement[name]}`;
    });
  }
  const hashes = ['runHash', 'linesRoot', 'energyCommitment'] as const;
  for (const name of hashes) {
    demand(equalBytes(statement[name], value[name]), () => {
      return `${place}.${name}: expected ${toHex(value[name])}, got ${toHex(statement[name])}`;
    });
  }
}

/** The first run posted what it says, and each after it what it differs by. */
function demandPostings(runs: readonly SettledEvent[], happened: Happened, place: string): void {
  const own = eventsOf(happened, posted);
  // What was held back and then not paid is not posted; the ledger compares with the rest.
  const isHeld = own.some(({ height, value }) => {
    return value.reason === 'held back' && runs.some((run) => run.height === height);
  });
  let before = 0n;
  for (const { height, value } of runs) {
    const { sequence, amount, charge } = value;
    const whole = amount + charge;
    const expected =
      sequence === 0
        ? ([
            ['settlement', amount],
            ['charges', charge],
          ] as const)
        : ([['adjustment', whole - before]] as const);
    for (const [reason, money] of expected) {
      if (money === 0n || (isHeld && reason === 'adjustment')) continue;
      const isPosted = own.some((one) => {
        return one.height === height && one.value.reason === reason && one.value.amount === money;
      });
      demand(isPosted, () => `${place}: no posting of ${money} as ${reason} at height ${height}`);
    }
    before = whole;
  }
}

interface Placed {
  readonly bundle: Bundle;
  readonly statement: BundleStatement;
  readonly place: string;
}

/** The lines are those of the root; each is of an own trade, and each own trade has one. */
function demandLines({ sha256 }: Crypto, part: Placed, trades: OwnTrades): void {
  const { bundle, statement, place } = part;
  const { lines, linesRoot, periodFromMs, periodUntilMs } = statement;
  const expected = new Set(
    [...trades]
      .filter(([, { slotMs }]) => slotMs >= periodFromMs && slotMs < periodUntilMs)
      .map(([name]) => name),
  );
  let amount = 0n;
  for (const [at, line] of lines.entries()) {
    const name = toHex(line.trade);
    const terms = trades.get(name);
    const placeOfLine = `${place}.lines[${at}]`;
    if (terms === undefined || !expected.delete(name)) {
      throw new StepFault(
        `${placeOfLine}: trade ${name} is not an own trade of the period, or is there twice`,
      );
    }
    demandLine(bundle.member, line, terms, placeOfLine);
    amount += line.money;
  }
  const [missing] = expected;
  demand(missing === undefined, () => `${place}: trade ${missing} has no line`);
  demand(amount === statement.amount, () => {
    return `${place}.amount: expected ${amount}, the sum of the lines, got ${statement.amount}`;
  });
  demand(equalBytes(linesRootOf(sha256, lines), linesRoot), () => {
    return `${place}: the lines do not hash to linesRoot`;
  });
}

function demandLine(member: number, line: SettledLine, terms: Trade, place: string): void {
  const sells = terms.seller === member;
  const value = line.delivered * line.price;
  const expected = {
    slotMs: terms.slotMs,
    side: sells ? 'sell' : 'buy',
    counterparty: sells ? terms.buyer : terms.seller,
    traded: terms.energy,
    price: terms.price,
    money: sells ? value : -value,
  };
  const names = ['slotMs', 'side', 'counterparty', 'traded', 'price', 'money'] as const;
  for (const name of names) {
    demand(line[name] === expected[name], () => {
      return `${place}.${name}: expected ${expected[name]}, got ${line[name]}`;
    });
  }
  demand(line.delivered <= line.traded, () => {
    return `${place}.delivered: expected at most ${line.traded}, got ${line.delivered}`;
  });
}

function demandEnergy({ sha256 }: Crypto, { bundle, statement, place }: Placed): void {
  const { energy, energyCommitment, lines, periodFromMs, periodUntilMs } = statement;
  const total = (side: Side): bigint =>
    lines.reduce((sum, line) => (line.side === side ? sum + line.delivered : sum), 0n);
  const expected = { bought: total('buy'), sold: total('sell') };
  for (const name of ['bought', 'sold'] as const) {
    demand(energy[name] === expected[name], () => {
      return `${place}.energy.${name}: expected ${expected[name]}, got ${energy[name]}`;
    });
  }
  demand(energy.renewable <= energy.sold, () => {
    return `${place}.energy.renewable: expected at most ${energy.sold}, got ${energy.renewable}`;
  });
  const opening = { ...energy, member: bundle.member, periodFromMs, periodUntilMs };
  demand(opensEnergy(sha256, opening, energyCommitment), () => {
    return `${place}.energy: does not open the commitment`;
  });
}

/** In no slot was more delivered than the member's meters counted; no reading counts as none. */
function demandMetered({ statement, place }: Placed, { trades, metered }: Proven): void {
  const delivered = new Map<
    string,
    { slotMs: number; endMs: number; side: Side; energy: bigint }
  >();
  for (const line of statement.lines) {
    const lengthMs = trades.get(toHex(line.trade))?.slotLengthMs ?? 0;
    const name = `${line.slotMs}/${lengthMs}/${line.side}`;
    const { slotMs, side } = line;
    const known = delivered.get(name) ?? { slotMs, endMs: slotMs + lengthMs, side, energy: 0n };
    known.energy += line.delivered;
    delivered.set(name, known);
  }
  for (const { slotMs, endMs, side, energy } of delivered.values()) {
    const counted = metered.between(slotMs, endMs)[side];
    demand(energy <= counted, () => {
      return `${place}: slot ${slotMs}: expected at most ${counted} Wh to ${side}, got ${energy}`;
    });
  }
}
