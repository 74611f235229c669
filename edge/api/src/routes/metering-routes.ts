/** Meters, the quality of their readings, and every word that was said on a slot. */

import * as Type from 'typebox';
import type { Route } from '../route.ts';
import {
  energyWh,
  hash,
  instantMs,
  instantText,
  limitText,
  member,
  nullable,
  numberText,
  powerW,
  readingQuality,
  readingSource,
  readingVersion,
  record,
} from '../schema.ts';

const meter = Type.Integer({ minimum: 1, maximum: 4294967295 });
const memberParams = record({ member: numberText });
const page = { after: Type.Optional(numberText), limit: Type.Optional(limitText) };
/** A span of slots, told by both of its ends. */
const span = { from: instantText, until: instantText };

const participation = record({
  fromMs: instantMs,
  thousandths: Type.Integer({ minimum: 0, maximum: 1000 }),
});

/** A meter as the ledger has it: what it counts, where it stands, and what was decided about it. */
export const meterRow = record({
  meter,
  member,
  source: readingSource,
  key: hash,
  direction: Type.Union([Type.Literal('import'), Type.Literal('export'), Type.Literal('both')]),
  importLimitW: powerW,
  exportLimitW: powerW,
  measures: Type.Union([Type.Literal('connection'), Type.Literal('feeder')]),
  /** By the grid operator's names; empty where not told. */
  position: record({ feeder: Type.String(), transformer: Type.String() }),
  renewable: Type.Boolean(),
  status: Type.Union([Type.Literal('active'), Type.Literal('retired'), Type.Literal('revoked')]),
  /** The meter whose place it took. */
  predecessor: nullable(meter),
  /** The first slot it counts; 0 for every slot. */
  fromMs: instantMs,
  retiredMs: nullable(instantMs),
  revokedMs: nullable(instantMs),
  /** The share of its energy that takes part, by rising instants; all of it without an entry. */
  participation: Type.Array(participation),
});

export const meterList = {
  method: 'GET',
  path: '/api/operator/meters',
  summary: 'All meters by number, with owner, connection, place in the grid and state.',
  access: { kind: 'role', roles: ['registrar', 'operator', 'provider', 'auditor'] },
  query: record(page),
  response: record({
    meters: Type.Array(meterRow),
    /** Ask for what comes after this meter; null at the end. */
    next: nullable(meter),
  }),
  refusals: [],
} as const satisfies Route;

const flag = Type.Union([
  Type.Literal('over_connection'),
  Type.Literal('wrong_direction'),
  Type.Literal('night_export'),
  Type.Literal('clock_ahead'),
  Type.Literal('key_revoked'),
  Type.Literal('sources_disagree'),
]);
const count = Type.Integer({ minimum: 0 });

/** Counts, gaps and flags of one meter. No energy stands in it. */
const meterQuality = record({
  meter,
  member,
  /** Slots of the span that are over and that the meter counts. */
  expected: count,
  counts: record({ measured: count, substituted: count, estimated: count, missing: count }),
  flagged: count,
  /** Slots for which something came after their period was closed. */
  corrected: count,
  /** All slots in order, alike ones together: the missing ones are the gaps. */
  stretches: Type.Array(
    record({
      fromMs: instantMs,
      untilMs: instantMs,
      quality: readingQuality,
      /** Null where no word was said at all. */
      source: nullable(readingSource),
      flags: Type.Array(flag),
    }),
  ),
  /** More stretches follow that are not told: ask for a shorter span. */
  cut: Type.Boolean(),
});

export const readingQualityList = {
  method: 'GET',
  path: '/api/operator/readings/quality',
  summary: 'How much of a span each meter measured, gaps and flags by slot, and feeders’ balance.',
  access: { kind: 'role', roles: ['operator', 'provider', 'auditor'] },
  query: record({ ...span, ...page }),
  response: record({
    slotLengthMs: Type.Integer(),
    meters: Type.Array(meterQuality),
    /** Ask for what comes after this meter; null at the end. */
    next: nullable(meter),
    /** On the first page: feeders with a meter of their own against the connections behind it. */
    feeders: Type.Array(
      record({
        feeder: Type.String(),
        meter,
        compared: count,
        unbalanced: count,
        slotsMs: Type.Array(instantMs),
      }),
    ),
  }),
  refusals: ['span_too_long'],
} as const satisfies Route;

export const memberReadingQuality = {
  method: 'GET',
  path: '/api/members/{member}/readings/quality',
  summary: 'The same of a member’s own meters.',
  access: { kind: 'own', scope: 'readings' },
  params: memberParams,
  query: record(span),
  response: record({ slotLengthMs: Type.Integer(), meters: Type.Array(meterQuality) }),
  refusals: ['member_unknown', 'span_too_long'],
} as const satisfies Route;

export const memberReadingHistory = {
  method: 'GET',
  path: '/api/members/{member}/readings/history',
  summary: 'Every word that was said on a member’s slots, with its signature; one of them rules.',
  access: { kind: 'own', scope: 'readings' },
  params: memberParams,
  query: record({
    from: Type.Optional(instantText),
    until: Type.Optional(instantText),
    limit: Type.Optional(limitText),
  }),
  response: record({
    readings: Type.Array(
      record({
        meter,
        slotMs: instantMs,
        imported: energyWh,
        exported: energyWh,
        quality: readingQuality,
        source: readingSource,
        version: readingVersion,
        counter: Type.Integer({ minimum: 0 }),
        receivedMs: instantMs,
        key: hash,
        signature: Type.String({ pattern: '^[0-9a-f]{128}$' }),
        /** It came after its period was closed. */
        correction: Type.Boolean(),
        /** Whether it is the one that counts, corrections included. */
        rules: Type.Boolean(),
        flags: Type.Array(flag),
      }),
    ),
  }),
  refusals: ['member_unknown'],
} as const satisfies Route;

/** What an import needs to know to say new, superseding or identical before it sends anything. */
export const providedReadings = {
  method: 'GET',
  path: '/api/operator/meters/{meter}/provided',
  summary: 'What providers have said of a meter so far: their last word on each slot.',
  access: { kind: 'role', roles: ['provider'] },
  params: record({ meter: numberText }),
  query: record({ ...span, limit: Type.Optional(limitText) }),
  response: record({
    readings: Type.Array(
      record({
        slotMs: instantMs,
        imported: energyWh,
        exported: energyWh,
        quality: readingQuality,
        version: readingVersion,
      }),
    ),
    /** Ask again from this slot; null at the end. */
    nextMs: nullable(instantMs),
  }),
  refusals: ['meter_unknown', 'span_too_long'],
} as const satisfies Route;
