/** A statement's slot lines: what each metered slot came to beside the trades, opened whole. */
import { chargeOf, type MemberSettled, residualOf, slotLinesRootOf } from '@commonwatt/contracts';
import { type Crypto, equalBytes, toHex } from '@commonwatt/ledger';
import type { BundleStatement } from './bundle-format.ts';
import type { MeteredTotals } from './bundle-readings.ts';
import { demand } from './steps.ts';

export function demandSlotLines(
  { sha256 }: Crypto,
  given: {
    readonly statement: BundleStatement;
    readonly settled: MemberSettled;
    readonly metered: MeteredTotals;
    readonly place: string;
  },
): void {
  const { statement, settled, metered, place } = given;
  const { slotLines, slotLinesRoot, periodFromMs, periodUntilMs } = statement;
  for (const name of ['sequence', 'charge'] as const) {
    demand(statement[name] === settled[name], () => {
      return `${place}.${name}: expected ${settled[name]}, got ${statement[name]}`;
    });
  }
  demand(equalBytes(slotLinesRoot, settled.slotLinesRoot), () => {
    const [expected, got] = [toHex(settled.slotLinesRoot), toHex(slotLinesRoot)];
    return `${place}.slotLinesRoot: expected ${expected}, got ${got}`;
  });
  let last = periodFromMs - 1;
  for (const [at, line] of slotLines.entries()) {
    const where = `${place}.slotLines[${at}]`;
    const { slotMs, imported, exported } = line;
    demand(slotMs > last && slotMs < periodUntilMs, () => `${where}.slotMs: out of order`);
    last = slotMs;
    // A part of what was metered at most: the rest takes no part in the community.
    const counted = metered.between(slotMs, slotMs + 1);
    demand(imported <= counted.buy, () => `${where}.imported: expected at most ${counted.buy}`);
    demand(exported <= counted.sell, () => `${where}.exported: expected at most ${counted.sell}`);
    const { residualImport, residualExport } = residualOf(line);
    demand(residualImport >= 0n && residualExport >= 0n, () => `${where}: more than was metered`);
  }
  const charge = chargeOf(slotLines);
  demand(charge === statement.charge, () => {
    return `${place}.charge: expected ${charge}, the sum of the slot lines, got ${statement.charge}`;
  });
  demand(equalBytes(slotLinesRootOf(sha256, slotLines), slotLinesRoot), () => {
    return `${place}: the slot lines do not hash to slotLinesRoot`;
  });
}
