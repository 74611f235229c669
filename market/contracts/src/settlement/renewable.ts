/** Which part of what a member sold came from its meters that are marked renewable. */

import { encode, type Sha256, u32 } from '@commonwatt/ledger';
import { splitByLargestRemainder } from '@commonwatt/units';
import type { Period } from '../metering/period.ts';
import type { Meter } from '../metering/state.ts';
import { type MeteredEnergy, settlementLot } from './delivery.ts';
import type { Reading } from './readings.ts';

/**
 * The rule: what was delivered out of one slot's readings is split over the member's meters pro
 * rata to their exports of the slot by largest remainder, equal remainders to the lowest lot of the
 * meter's number; the parts of renewable meters count. So no meter accounts for more than it
 * exported, and no Wh can back two certificates.
 *
 * @param metered from which the deliveries were taken
 * @returns Wh by member; members without any are left out
 */
export function renewableSold(
  sha256: Sha256,
  given: Period & { readonly meters: ReadonlyMap<number, Meter> },
  readings: readonly Reading[],
  metered: MeteredEnergy,
): ReadonlyMap<number, bigint> {
  const bySlot = new Map<number, Map<number, Reading[]>>();
  for (const reading of readings) {
    const { slotMs } = reading;
    const member = given.meters.get(reading.meter)?.member ?? 0;
    const ofMembers = bySlot.get(slotMs) ?? new Map<number, Reading[]>();
    bySlot.set(slotMs, ofMembers);
    const known = ofMembers.get(member);
    if (known === undefined) ofMembers.set(member, [reading]);
    else known.push(reading);
  }
  const sold = new Map<number, bigint>();
  for (const ofSlot of [...bySlot.values()].flatMap((ofMembers) => [...ofMembers.values()])) {
    const [first] = ofSlot;
    const owner = first && given.meters.get(first.meter);
    if (first === undefined || owner === undefined) continue;
    const served = metered.served(owner.member, 'sell', first.slotMs);
    if (served === 0n) continue;
    const parts =
      ofSlot.length === 1
        ? [served]
        : splitByLargestRemainder(
            served,
            ofSlot.map((one) => one.exported),
            ofSlot.map((one) => settlementLot(sha256, given, 'meter', encode(u32, one.meter))),
          );
    ofSlot.forEach(({ meter }, at) => {
      if (given.meters.get(meter)?.renewable !== 'yes') return;
      sold.set(owner.member, (sold.get(owner.member) ?? 0n) + (parts[at] as bigint));
    });
  }
  return sold;
}
