/**
 * When an electric vehicle is at home: from `arrives` to `leaves`, local time, on every day. A slot
 * counts where all of it lies within the stay. At the start of a run the vehicle is away until it first
 * arrives; of a stay that goes on after the run, the slots beyond are counted as a day without a change
 * of the clocks has them.
 */

const MINUTES_PER_DAY = 1_440;
const MS_PER_MINUTE = 60_000;

export interface Stay {
  /** The first slot and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** All of its slots within the run, and those after its end. */
  readonly homeSlots: number;
  readonly beyondSlots: number;
}

export interface Stays {
  readonly stays: readonly Stay[];
  /** Of each slot: the index of the stay, or `AWAY`. */
  readonly stayOf: Int32Array;
}

export const AWAY = -1;

export interface LocalClock {
  readonly slots: number;
  readonly slotMs: number;
  /** Minutes since local midnight, and the number of the local date, at a slot's start. */
  readonly localMinuteOfDay: (slot: number) => number;
  readonly localDay: (slot: number) => number;
}

/** `arrives` and `leaves` as HH:MM; where `leaves` is not after `arrives` it is of the next day. */
export function staysOf(clock: LocalClock, arrives: string, leaves: string): Stays {
  const slotMinutes = clock.slotMs / MS_PER_MINUTE;
  const arrivesAt = minuteOf(arrives);
  const stayMinutes = modulo(minuteOf(leaves) - arrivesAt - 1) + 1;
  const stayOf = new Int32Array(clock.slots).fill(AWAY);
  const stays: { -readonly [key in keyof Stay]: Stay[key] }[] = [];
  let arrivalDay = Number.NEGATIVE_INFINITY;
  for (let slot = 0; slot < clock.slots; slot += 1) {
    const minute = clock.localMinuteOfDay(slot);
    const sinceArrival = modulo(minute - arrivesAt);
    const day = clock.localDay(slot) - (minute < arrivesAt ? 1 : 0);
    // A stay that is under way when the run begins is none of it.
    if (slot === 0 && sinceArrival >= slotMinutes) arrivalDay = day;
    if (sinceArrival + slotMinutes > stayMinutes) continue;
    // Clocks set back go through the arrival twice: the stay that has begun goes on.
    if (day > arrivalDay) {
      arrivalDay = day;
      const fullSlots = Math.floor((stayMinutes - sinceArrival) / slotMinutes);
      stays.push({ from: slot, to: slot, homeSlots: 0, beyondSlots: fullSlots });
    }
    const stay = stays.at(-1);
    if (stay === undefined) continue;
    stay.to = slot + 1;
    stay.homeSlots += 1;
    stay.beyondSlots -= 1;
    stayOf[slot] = stays.length - 1;
  }
  for (const stay of stays) {
    stay.beyondSlots = stay.to === clock.slots ? Math.max(0, stay.beyondSlots) : 0;
  }
  return { stays, stayOf };
}

function minuteOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
}

function modulo(minutes: number): number {
  return ((minutes % MINUTES_PER_DAY) + MINUTES_PER_DAY) % MINUTES_PER_DAY;
}
