/** A statement's slot lines: what each metered slot came to beside the trades, opened whole. */
import { chargeOf, type MemberSettled, residualOf, slotLinesRootOf } from '@commonwatt/contracts';
import { type Crypto, equalBytes, toHex } from '@commonwatt/ledger';
import type { BundleStatement } from './bundle-format.ts';
import type { MeteredTotals } from './bundle-readings.ts';
import type { Findings } from './steps.ts';

export function demandSlotLines(
  { sha256 }: Crypto,
  given: {
    readonly statement: BundleStatement;
    readonly settled: MemberSettled;
    readonly metered: MeteredTotals;
    readonly place: string;
    readonly findings: Findings;
  },
): void {
  const { statement, settled, metered, place, findings } = given;
  const { slotLines, slotLinesRoot, periodFromMs, periodUntilMs } = statement;
  for (const name of ['sequence', 'charge'] as const) {
    findings.note(statement[name] === settled[name], () => {
      return `${place}.${name}: expected ${settled[name]}, got ${statement[name]}`;
    });
  }
  findings.note(equalBytes(slotLinesRoot, settled.slotLinesRoot), () => {
    const [expected, got] = [toHex(settled.slotLinesRoot), toHex(slotLinesRoot)];
    return `${place}.slotLinesRoot: expected ${expected}, got ${got}`;
  });
  let last = periodFromMs - 1;
  for (const [at, line] of slotLines.entries()) {
    const where = `${place}.slotLines[${at}]`;
    const { slotMs, imported, exported } = line;
    findings.note(slotMs > last && slotMs < periodUntilMs, () => `${where}.slotMs: out of order`);
    last = slotMs;
    // A part of what was metered at most: the rest takes no part in the community.
    const counted = metered.between(slotMs, slotMs + 1);
    findings.note(
      imported <= counted.buy,
      () => `${where}.imported: expected at most ${counted.buy}`,
    );
    findings.note(
      exported <= counted.sell,
      () => `${where}.exported: expected at most ${counted.sell}`,
    );
    const { residualImport, residualExport } = residualOf(line);
    findings.note(
      residualImport >= 0n && residualExport >= 0n,
      () => `${where}: more than was metered`,
    );
  }
  const charge = chargeOf(slotLines);
  findings.note(charge === statement.charge, () => {
    return `${place}.charge: expected ${charge}, the sum of the slot lines, got ${statement.charge}`;
  });
  findings.note(equalBytes(slotLinesRootOf(sha256, slotLines), slotLinesRoot), () => {
    return `${place}: the slot lines do not hash to slotLinesRoot`;
  });
}
