/**
 * A sequence of quarter hours in which each follows from the one before (a carried fraction, the
 * weather), yet any can be asked for. Only the state at the start of each day is kept, and the
 * quarter hours of the two days asked for last: a demonstration may run for years.
 */

export const SLOTS_PER_DAY = 96;
/** A hundred years of quarter hours. */
export const SLOT_INDEX_MAX = 100 * 366 * SLOTS_PER_DAY - 1;

/** One day made from the state that the day before left; `values` holds SLOTS_PER_DAY of them. */
export type MakeDay<State, Value> = (
  state: State,
  firstSlotIndex: number,
) => { readonly values: readonly Value[]; readonly state: State };

export class DaySequence<State, Value> {
  private readonly makeDay: MakeDay<State, Value>;
  /** Element d is the state at the start of day d. */
  private readonly states: State[];
  private readonly recent = new Map<number, readonly Value[]>();

  constructor(initial: State, makeDay: MakeDay<State, Value>) {
    this.states = [initial];
    this.makeDay = makeDay;
  }

  /** @throws RangeError unless `slotIndex` is a whole number from 0 to SLOT_INDEX_MAX. */
  at(slotIndex: number): Value {
    if (!Number.isInteger(slotIndex) || slotIndex < 0 || slotIndex > SLOT_INDEX_MAX) {
      throw new RangeError(`slotIndex: expected 0 to ${SLOT_INDEX_MAX}, got ${slotIndex}`);
    }
    const day = Math.floor(slotIndex / SLOTS_PER_DAY);
    return this.day(day)[slotIndex % SLOTS_PER_DAY] as Value;
  }

  private day(day: number): readonly Value[] {
    const kept = this.recent.get(day);
    if (kept !== undefined) return kept;
    for (let known = this.states.length - 1; known < day; known += 1) this.make(known);
    return this.make(day);
  }

  private make(day: number): readonly Value[] {
    const made = this.makeDay(this.states[day] as State, day * SLOTS_PER_DAY);
    if (made.values.length !== SLOTS_PER_DAY) {
      throw new Error(`day ${day}: expected ${SLOTS_PER_DAY} values, got ${made.values.length}`);
    }
    this.states[day + 1] = made.state;
    this.recent.set(day, made.values);
    for (const oldest of this.recent.keys()) {
      if (this.recent.size <= 2) break;
      this.recent.delete(oldest);
    }
    return made.values;
  }
}
