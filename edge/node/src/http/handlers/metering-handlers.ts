/** Meters, and what is known of their readings. */

import {
  type Meter,
  members,
  meterStatus,
  meters,
  metersOfMember,
  participations,
} from '@commonwatt/contracts';
import { type State, toHex } from '@commonwatt/ledger';
import type { Desks } from '../../desks.ts';
import type { MeterQuality } from '../../personal/data-quality.ts';
import type { ReadingVersion } from '../../readings-desk.ts';
import type { Handlers } from '../handler.ts';
import { readPeriod } from '../period.ts';
import { type Refused, refused, U32_MAX, wholeNumber } from '../refused.ts';

type MeteringHandlers = Pick<
  Handlers,
  | 'meterList'
  | 'readingQualityList'
  | 'memberReadingQuality'
  | 'memberReadingHistory'
  | 'providedReadings'
>;

/** Slots times meters that one answer looks at: 80 homes and a day with room. */
const LOOKS_MAX = 20_000;

export function meteringHandlers(desks: Desks): MeteringHandlers {
  const { ledger, readings } = desks;
  const { state } = ledger;
  return {
    meterList: ({ query }) => {
      const { rows, next } = metersAfter(state, query);
      return { meters: rows.map((row) => meterView(state, row)), next };
    },
    readingQualityList: ({ query }) => {
      const span = spanOf(desks, query);
      if ('code' in span) return span;
      const most = Math.max(1, Math.floor(LOOKS_MAX / span.slots));
      const { rows, next } = metersAfter(state, query, most);
      const { fromMs, untilMs, slotLengthMs } = span;
      const numbers = rows.map(([number]) => number);
      return {
        slotLengthMs,
        meters: readings.qualityOf(numbers, fromMs, untilMs).map(qualityView),
        next,
        feeders:
          query.after === undefined
            ? readings
                .balanceOfFeeders(fromMs, untilMs)
                .map((one) => ({ ...one, slotsMs: [...one.slotsMs] }))
            : [],
      };
    },
    memberReadingQuality: ({ params, query }) => {
      const member = wholeNumber(params.member, 'path.member', U32_MAX);
      if (state.get(members, member) === undefined) return refused('member_unknown', { member });
      const span = spanOf(desks, query);
      if ('code' in span) return span;
      const numbers = state.group(metersOfMember, `${member}`).map(([number]) => number);
      if (numbers.length * span.slots > LOOKS_MAX) return tooLong(span.slots * numbers.length);
      const { fromMs, untilMs, slotLengthMs } = span;
      return {
        slotLengthMs,
        meters: readings.qualityOf(numbers, fromMs, untilMs).map(qualityView),
      };
    },
    memberReadingHistory: ({ params, query }) => {
      const member = wholeNumber(params.member, 'path.member', U32_MAX);
      if (state.get(members, member) === undefined) return refused('member_unknown', { member });
      const { fromMs, untilMs, limit } = readPeriod(query);
      return {
        readings: readings.historyOf(member, fromMs, untilMs, limit).map(versionView),
      };
    },
    providedReadings: ({ params, query }) => {
      const meter = wholeNumber(params.meter, 'path.meter', U32_MAX);
      if (state.get(meters, meter) === undefined) return refused('meter_unknown', { meter });
      const span = spanOf(desks, query);
      return 'code' in span ? span : provided(desks, meter, readPeriod(query));
    },
  };
}

/** The last word of the providers on each slot; what they said before was theirs to know. */
function provided(
  { readings }: Desks,
  meter: number,
  { fromMs, untilMs, limit }: ReturnType<typeof readPeriod>,
) {
  const bySlot = new Map<number, ReadingVersion>();
  let nextMs: number | null = null;
  const words = readings.historyOfMeter(meter, fromMs, untilMs, LOOKS_MAX, 'provider');
  if (words.length === LOOKS_MAX) nextMs = words.at(-1)?.slotMs ?? null;
  for (const one of words) {
    if (!bySlot.has(one.slotMs) && bySlot.size >= limit) {
      nextMs = one.slotMs;
      break;
    }
    bySlot.set(one.slotMs, one);
  }
  return {
    readings: [...bySlot.values()].map(({ slotMs, imported, exported, quality, version }) => ({
      slotMs,
      imported: `${imported}`,
      exported: `${exported}`,
      quality,
      version,
    })),
    nextMs,
  };
}

interface Asked {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly slotLengthMs: number;
  readonly slots: number;
}

function spanOf(
  { readings }: Desks,
  query: { readonly from: string; readonly until: string },
): Asked | Refused<'span_too_long'> {
  const { fromMs, untilMs } = readPeriod(query);
  const { slotLengthMs } = readings;
  const slots = Math.max(0, Math.ceil((untilMs - fromMs) / slotLengthMs));
  return slots > LOOKS_MAX ? tooLong(slots) : { fromMs, untilMs, slotLengthMs, slots };
}

function tooLong(slots: number): Refused<'span_too_long'> {
  return refused('span_too_long', { slots, slotsMax: LOOKS_MAX });
}

const METERS_DEFAULT = 100;

/** The meters behind a number, and the last of them where more follow. */
function metersAfter(
  state: State,
  query: { readonly after?: string; readonly limit?: string },
  most = Number.MAX_SAFE_INTEGER,
) {
  const after = wholeNumber(query.after ?? '0', 'query.after', U32_MAX);
  const limit = Math.min(Number(query.limit ?? METERS_DEFAULT), most);
  const rows: (readonly [number, Meter])[] = [];
  const size = state.size(meters);
  // Meters are numbered from 1 on, and none is ever removed.
  let number = after + 1;
  for (; number <= size && rows.length < limit; number++) {
    const meter = state.get(meters, number);
    if (meter !== undefined) rows.push([number, meter]);
  }
  return { rows, next: number <= size ? number - 1 : null };
}

/** A meter as lists show it. */
export function meterView(state: State, [number, meter]: readonly [number, Meter]) {
  return {
    meter: number,
    member: meter.member,
    source: meter.source,
    key: toHex(meter.key),
    direction: meter.direction,
    importLimitW: `${meter.importLimitW}`,
    exportLimitW: `${meter.exportLimitW}`,
    measures: meter.measures,
    position: { ...meter.position },
    renewable: meter.renewable === 'yes',
    status: meterStatus(meter),
    predecessor: meter.predecessor ?? null,
    fromMs: meter.fromMs,
    retiredMs: meter.retiredMs ?? null,
    revokedMs: meter.revokedMs ?? null,
    participation: (state.get(participations, number) ?? []).map((one) => ({ ...one })),
  };
}

function qualityView({ isCut, counts, stretches, ...rest }: MeterQuality) {
  return {
    ...rest,
    counts: { ...counts },
    stretches: stretches.map((one) => ({
      ...one,
      source: one.source ?? null,
      flags: [...one.flags],
    })),
    cut: isCut,
  };
}

function versionView({ isCorrection, imported, exported, ...rest }: ReadingVersion) {
  return {
    ...rest,
    imported: `${imported}`,
    exported: `${exported}`,
    key: toHex(rest.key),
    signature: toHex(rest.signature),
    flags: [...rest.flags],
    correction: isCorrection,
  };
}
