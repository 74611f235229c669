/**
 * A proof file's readings under the roots that stand on the ledger. All readings of a root are in
 * the file: it is the member's own meter, and only all of them say how many there are.
 */
import { type Reading, verifyReading } from '@commonwatt/contracts';
import type { Crypto } from '@commonwatt/ledger';
import type { CommittedRoot } from './bundle-commitments.ts';
import type { Bundle, BundleReading } from './bundle-format.ts';
import { demand, type Findings, StepFault } from './steps.ts';

export function checkReadings(
  crypto: Crypto,
  bundle: Bundle,
  { roots, findings }: { readonly roots: readonly CommittedRoot[]; readonly findings: Findings },
): MeteredTotals {
  const rootsOf = new Map<number, CommittedRoot[]>();
  for (const root of roots) {
    const known = rootsOf.get(root.meter);
    if (known === undefined) rootsOf.set(root.meter, [root]);
    else known.push(root);
  }
  const groups = new Map<CommittedRoot, BundleReading[]>();
  const seen = new Set<string>();
  for (const [at, reading] of bundle.readings.entries()) {
    const place = `readings[${at}]`;
    const name = `${reading.meter}/${reading.slotMs}`;
    findings.note(!seen.has(name), () => `${place}: meter and slot stand twice`);
    seen.add(name);
    const root = findings.attempt(() => rootOfReading(crypto, reading, { rootsOf, place }));
    if (root === undefined) continue;
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [reading]);
    else group.push(reading);
  }
  for (const [root, group] of groups) findings.attempt(() => demandWhole(root, group));
  return new MeteredTotals(bundle.readings);
}

function rootOfReading(
  { sha256 }: Crypto,
  entry: BundleReading,
  known: {
    readonly rootsOf: ReadonlyMap<number, readonly CommittedRoot[]>;
    readonly place: string;
  },
): CommittedRoot {
  const { importedWh, exportedWh, index, size, proof, ...rest } = entry;
  const { meter, slotMs } = rest;
  const reading: Reading = { ...rest, imported: importedWh, exported: exportedWh };
  const root = known.rootsOf
    .get(meter)
    ?.findLast(
      (one) =>
        slotMs >= one.periodFromMs &&
        slotMs < one.periodUntilMs &&
        verifyReading(sha256, { reading, index, size, proof }, one.root),
    );
  if (root === undefined) {
    throw new StepFault(`${known.place}: meter ${meter}, slot ${slotMs}: under no committed root`);
  }
  return root;
}

function demandWhole(
  { meter, periodFromMs }: CommittedRoot,
  group: readonly BundleReading[],
): void {
  const place = `readings of meter ${meter} from ${periodFromMs}`;
  const ordered = [...group].sort((a, b) => a.index - b.index);
  for (const [at, { index, size, slotMs }] of ordered.entries()) {
    demand(size === group.length, () => `${place}: expected ${size}, got ${group.length}`);
    demand(index === at, () => `${place}: expected index ${at}, got ${index}`);
    const before = ordered[at - 1];
    demand(before === undefined || before.slotMs < slotMs, () => `${place}: slots do not rise`);
  }
}

/** What the member's meters counted together, for any stretch of time. */
export class MeteredTotals {
  readonly #slotsMs: number[] = [];
  /** Sums over everything before the slot at the same place, and over all at the end. */
  readonly #exported: bigint[] = [0n];
  readonly #imported: bigint[] = [0n];

  constructor(readings: readonly BundleReading[]) {
    for (const reading of [...readings].sort((a, b) => a.slotMs - b.slotMs)) {
      this.#slotsMs.push(reading.slotMs);
      this.#exported.push((this.#exported.at(-1) ?? 0n) + reading.exportedWh);
      this.#imported.push((this.#imported.at(-1) ?? 0n) + reading.importedWh);
    }
  }

  get count(): number {
    return this.#slotsMs.length;
  }

  /** Exported energy can be sold, imported energy was bought. */
  between(fromMs: number, untilMs: number): Readonly<Record<'sell' | 'buy', bigint>> {
    const [first, end] = [this.#countBefore(fromMs), this.#countBefore(untilMs)];
    const sum = (sums: readonly bigint[]): bigint => (sums[end] ?? 0n) - (sums[first] ?? 0n);
    return { sell: sum(this.#exported), buy: sum(this.#imported) };
  }

  #countBefore(instantMs: number): number {
    let least = 0;
    let most = this.#slotsMs.length;
    while (least < most) {
      const middle = (least + most) >> 1;
      if ((this.#slotsMs[middle] ?? 0) < instantMs) least = middle + 1;
      else most = middle;
    }
    return least;
  }
}
