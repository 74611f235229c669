/**
 * The settlement of a simulated community: what its meters counted, and the run that follows from it,
 * once and again where readings were corrected.
 */

import { sha256 } from '@commonwatt/consensus';
import {
  ACTION,
  type ComputedRun,
  commitmentsOfPeriod,
  commitReadingsCodec,
  computeRun,
  disputeRunCodec,
  meters,
  openTradesOf,
  type Period,
  PROVIDER_MEASURED,
  participations,
  policyAt,
  proposeRunCodec,
  type Reading,
  type RunInput,
  readingSalt,
  readingsRootOf,
  runHash,
  SETTLEMENT,
  tariffsOf,
} from '@commonwatt/contracts';
import { activeVersion, asciiBytes, type Ledger } from '@commonwatt/ledger';
import { energy } from '@commonwatt/units';
import type { SeededRandom } from '../households/seeded-random.ts';
import { act, SLOT_MS } from './simulated-community.ts';
import type { Batch } from './traffic.ts';

/** A run that was proposed, with what it was computed from. */
export interface Proposed {
  readonly batch: Batch;
  readonly input: RunInput;
  readonly computed: ComputedRun;
}

export class SimulatedSettlement {
  readonly #readings = new Map<number, readonly Reading[]>();

  /** Counts a period that is over, and commits to what was counted. */
  meter(ledger: Ledger, random: SeededRandom, period: Period): Batch {
    const { state } = ledger;
    const sold = netSales(openTradesOf(state, period));
    for (const [meter, { member }] of state.entries(meters)) {
      this.#readings.set(meter, drawReadings(random, { meter, member }, sold, period));
    }
    return this.#commitment([...this.#readings.keys()], period);
  }

  /** Commits to other readings of some meters after a run. */
  correct(random: SeededRandom, { input }: Proposed): Batch {
    const sold = netSales(input.trades);
    const all = [...input.meters];
    const first = random.below(all.length);
    const some = all.slice(first, first + 1 + random.below(6));
    for (const [meter, { member }] of some) {
      const version = (this.#readings.get(meter)?.[0]?.version ?? 0) + 1;
      const drawn = drawReadings(random, { meter, member }, sold, input);
      this.#readings.set(
        meter,
        drawn.map((one) => ({ ...one, version })),
      );
    }
    return this.#commitment(
      some.map(([meter]) => meter),
      input,
    );
  }

  #commitment(of: readonly number[], { periodFromMs, periodUntilMs }: Period): Batch {
    const roots = of.map((meter) => ({
      meter,
      root: readingsRootOf(sha256, this.#readings.get(meter) ?? []),
    }));
    const commitment = { periodFromMs, periodUntilMs, roots };
    return { from: 0, actions: [act(ACTION.commitReadings, commitReadingsCodec, commitment)] };
  }

  /** The run that follows from what was committed, after another one or not; the officer is its only checker. */
  propose(ledger: Ledger, { periodFromMs, periodUntilMs }: Period, after?: Proposed): Proposed {
    const { state } = ledger;
    const period = { periodFromMs, periodUntilMs };
    const open = after?.input.trades ?? openTradesOf(state, period);
    const owned = state.entries(meters).filter(([, { measures }]) => measures === 'connection');
    const parties = [
      ...open.flatMap(([, { seller, buyer }]) => [seller, buyer]),
      ...owned.map(([, { member }]) => member),
    ];
    const before = after?.computed.run;
    const input: RunInput = {
      version: activeVersion(state, SETTLEMENT, (ledger.head?.height ?? -1) + 1),
      ...period,
      ...(before && {
        stage: 'adjusting',
        sequence: before.sequence + 1,
        adjusts: runHash(sha256, before),
      }),
      policy: policyAt(state, period.periodFromMs),
      tariffs: tariffsOf(state, period),
      participation: new Map(state.entries(participations)),
      slotLengthMs: SLOT_MS,
      trades: open,
      readings: new Map(this.#readings),
      meters: new Map(owned),
      secrets: new Map(parties.map((member) => [member, secretOf(member)])),
      commitments: state.group(commitmentsOfPeriod, `${periodFromMs}`),
    };
    const computed = computeRun(sha256, input);
    const { run } = computed;
    const dispute = {
      periodFromMs,
      runHash: runHash(sha256, run),
      reason: 'not as I metered',
      lines: [],
    };
    const actions = [
      act(ACTION.proposeRun, proposeRunCodec, { run }),
      act(ACTION.disputeRun, disputeRunCodec, dispute),
    ];
    return { batch: { from: 0, actions }, input, computed };
  }
}

/** What each member sold beyond what it bought, by slot and member. */
function netSales(open: RunInput['trades']): ReadonlyMap<string, bigint> {
  const net = new Map<string, bigint>();
  const add = (slotMs: number, member: number, by: bigint) => {
    const name = `${slotMs} ${member}`;
    net.set(name, (net.get(name) ?? 0n) + by);
  };
  for (const [, { slotMs, seller, buyer, energy: traded }] of open) {
    add(slotMs, seller, traded);
    add(slotMs, buyer, -traded);
  }
  return net;
}

/** Mostly the way that was traded, more or less of it, now and then both ways, and at times nothing. */
function drawReadings(
  random: SeededRandom,
  { meter, member }: { readonly meter: number; readonly member: number },
  sold: ReadonlyMap<string, bigint>,
  { periodFromMs, periodUntilMs }: Period,
): readonly Reading[] {
  const readings: Reading[] = [];
  for (let slotMs = periodFromMs; slotMs < periodUntilMs; slotMs += SLOT_MS) {
    if (random.below(20) === 0) continue; // a reading that never came
    const net = sold.get(`${slotMs} ${member}`) ?? 0n;
    const isExport = net > 0n !== (random.below(8) === 0);
    const counted = energy(BigInt(random.below(600)));
    const other = energy(random.below(4) === 0 ? BigInt(random.below(200)) : 0n);
    const salt = readingSalt(sha256, secretOf(member), { meter, slotMs });
    const amounts = isExport
      ? { imported: other, exported: counted }
      : { imported: counted, exported: other };
    readings.push({ meter, slotMs, ...amounts, ...PROVIDER_MEASURED, salt });
  }
  return readings;
}

/** The secret from which a member's salts grow. */
function secretOf(member: number): Uint8Array {
  return sha256(asciiBytes(`simulated secret of ${member}`));
}
