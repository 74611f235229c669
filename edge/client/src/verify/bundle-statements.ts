/** A proof file's statements: what was posted for the member, opened line by line. */
import {
  linesRootOf,
  type MemberSettled,
  memberSettled,
  opensEnergy,
  posted,
  priceOf,
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
import type { Findings } from './steps.ts';

interface Proven {
  readonly happened: Happened;
  readonly trades: OwnTrades;
  readonly metered: MeteredTotals;
  readonly findings: Findings;
}

export function checkStatements(crypto: Crypto, bundle: Bundle, proven: Proven): number {
  const { findings, metered } = proven;
  const settled = runsByPeriod(proven);
  let last = 0;
  for (const [at, statement] of bundle.statements.entries()) {
    const place = `statements[${at}]`;
    const { periodFromMs, periodUntilMs } = statement;
    findings.note(periodFromMs >= last, () => `${place}: overlaps the one before`);
    last = periodUntilMs;
    const runs = settled.get(periodFromMs);
    const event = runs?.at(-1);
    settled.delete(periodFromMs);
    if (runs === undefined || event === undefined) {
      findings.add(`${place}: no settlement of ${periodFromMs} is given`);
      continue;
    }
    const part = { bundle, statement, place, findings };
    demandRun(part, event);
    demandPostings(runs, proven, place);
    demandLines(crypto, part, proven.trades);
    demandEnergy(crypto, part);
    demandMetered(part, proven);
    const settledValue = event.value;
    demandSlotLines(crypto, { statement, settled: settledValue, metered, place, findings });
  }
  for (const event of [...settled.values()].flat())
    findings.add(`${event.place}: has no statement`);
  return bundle.statements.length;
}

type SettledEvent = PlacedEvent & { readonly value: MemberSettled };

/** All runs of each period, from its first to its last, none left out. */
function runsByPeriod({ happened, findings }: Proven): Map<number, readonly SettledEvent[]> {
  const periods = new Map<number, SettledEvent[]>();
  for (const event of eventsOf(happened, memberSettled)) {
    const { periodFromMs, sequence } = event.value;
    const known = periods.get(periodFromMs) ?? [];
    periods.set(periodFromMs, known);
    findings.note(sequence === known.length, () => {
      return `${event.place}.sequence: expected run ${known.length} of the period, got ${sequence}`;
    });
    known.push(event);
  }
  return periods;
}

/** The statement says what the ledger's event of the period's last run says. */
function demandRun({ statement, place, findings }: Placed, { value }: SettledEvent): void {
  const numbers = ['periodUntilMs', 'amount'] as const;
  for (const name of numbers) {
    findings.note(statement[name] === value[name], () => {
      return `${place}.${name}: expected ${value[name]}, got ${statement[name]}`;
    });
  }
  const hashes = ['runHash', 'linesRoot', 'energyCommitment'] as const;
  for (const name of hashes) {
    findings.note(equalBytes(statement[name], value[name]), () => {
      return `${place}.${name}: expected ${toHex(value[name])}, got ${toHex(statement[name])}`;
    });
  }
}

/** The first run posted what it says, and each after it what it differs by. */
function demandPostings(
  runs: readonly SettledEvent[],
  { happened, findings }: Proven,
  place: string,
): void {
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
      findings.note(
        isPosted,
        () => `${place}: no posting of ${money} as ${reason} at height ${height}`,
      );
    }
    before = whole;
  }
}

interface Placed {
  readonly bundle: Bundle;
  readonly statement: BundleStatement;
  readonly place: string;
  readonly findings: Findings;
}

/** The lines are those of the root; each is of an own trade, and each own trade has one. */
function demandLines({ sha256 }: Crypto, part: Placed, trades: OwnTrades): void {
  const { bundle, statement, place, findings } = part;
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
      findings.add(
        `${placeOfLine}: trade ${name} is not an own trade of the period, or is there twice`,
      );
    } else demandLine(bundle.member, { line, terms, place: placeOfLine, findings });
    amount += line.money;
  }
  for (const missing of expected) findings.add(`${place}: trade ${missing} has no line`);
  findings.note(amount === statement.amount, () => {
    return `${place}.amount: expected ${amount}, the sum of the lines, got ${statement.amount}`;
  });
  findings.note(equalBytes(linesRootOf(sha256, lines), linesRoot), () => {
    return `${place}: the lines do not hash to linesRoot`;
  });
}

function demandLine(
  member: number,
  part: {
    readonly line: SettledLine;
    readonly terms: Trade;
    readonly place: string;
    readonly findings: Findings;
  },
): void {
  const { line, terms, place, findings } = part;
  const sells = terms.seller === member;
  const value = line.delivered * line.price;
  const expected = {
    slotMs: terms.slotMs,
    side: sells ? 'sell' : 'buy',
    counterparty: sells ? terms.buyer : terms.seller,
    traded: terms.energy,
    price: priceOf(terms, sells ? 'sell' : 'buy'),
    money: sells ? value : -value,
  };
  const names = ['slotMs', 'side', 'counterparty', 'traded', 'price', 'money'] as const;
  for (const name of names) {
    findings.note(line[name] === expected[name], () => {
      return `${place}.${name}: expected ${expected[name]}, got ${line[name]}`;
    });
  }
  findings.note(line.delivered <= line.traded, () => {
    return `${place}.delivered: expected at most ${line.traded}, got ${line.delivered}`;
  });
}

function demandEnergy({ sha256 }: Crypto, { bundle, statement, place, findings }: Placed): void {
  const { energy, energyCommitment, lines, periodFromMs, periodUntilMs } = statement;
  const total = (side: Side): bigint =>
    lines.reduce((sum, line) => (line.side === side ? sum + line.delivered : sum), 0n);
  const expected = { bought: total('buy'), sold: total('sell') };
  for (const name of ['bought', 'sold'] as const) {
    findings.note(energy[name] === expected[name], () => {
      return `${place}.energy.${name}: expected ${expected[name]}, got ${energy[name]}`;
    });
  }
  findings.note(energy.renewable <= energy.sold, () => {
    return `${place}.energy.renewable: expected at most ${energy.sold}, got ${energy.renewable}`;
  });
  const opening = { ...energy, member: bundle.member, periodFromMs, periodUntilMs };
  findings.note(opensEnergy(sha256, opening, energyCommitment), () => {
    return `${place}.energy: does not open the commitment`;
  });
}

/** In no slot was more delivered than the member's meters counted; no reading counts as none. */
function demandMetered({ statement, place, findings }: Placed, { trades, metered }: Proven): void {
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
    findings.note(energy <= counted, () => {
      return `${place}: slot ${slotMs}: expected at most ${counted} Wh to ${side}, got ${energy}`;
    });
  }
}
