/** What the community's officers and meters need: members, readings, health. */

import * as Type from 'typebox';
import type { Route } from '../route.ts';
import {
  energyWh,
  hash,
  instantMs,
  member,
  moneyNano,
  nullable,
  powerW,
  readingQuality,
  readingVersion,
  record,
} from '../schema.ts';

export const health = {
  method: 'GET',
  path: '/health',
  summary:
    'Whether the node is well: 200 with its height, 503 with the reason when it has halted. The ' +
    'reason is clock_held where it works and does not follow its machine’s clock.',
  access: { kind: 'public' },
  response: record({
    status: Type.Union([Type.Literal('ok'), Type.Literal('halted')]),
    height: nullable(Type.Integer()),
    reason: nullable(Type.String()),
  }),
  refusals: [],
} as const satisfies Route;

export const metrics = {
  method: 'GET',
  path: '/metrics',
  summary: 'Figures in the Prometheus text format.',
  access: { kind: 'public' },
  contentType: 'text/plain',
  refusals: [],
} as const satisfies Route;

export const openapi = {
  method: 'GET',
  path: '/openapi.json',
  summary: 'This document.',
  access: { kind: 'public' },
  response: Type.Unknown(),
  refusals: [],
} as const satisfies Route;

export const clockStatus = {
  method: 'GET',
  path: '/api/operator/clock',
  summary: 'The time the node goes by, and a step of its machine’s clock that it does not follow.',
  access: { kind: 'role', roles: ['operator', 'auditor'] },
  response: record({
    nowMs: instantMs,
    /** The time of the last block. */
    ledgerMs: instantMs,
    /** How far the machine’s clock stands after the node’s, before it where negative. */
    stepMs: nullable(Type.Integer()),
    /** How long it has stood there. */
    stoodMs: nullable(Type.Integer()),
  }),
  refusals: [],
} as const satisfies Route;

export const confirmClock = {
  method: 'POST',
  path: '/api/operator/clock',
  summary: 'Says that a step of the machine’s clock is right: the node follows it from now on.',
  access: { kind: 'role', roles: ['operator'] },
  body: record({
    /** The step as it was told, so that no other one is confirmed. */
    stepMs: Type.Integer(),
  }),
  response: record({ nowMs: instantMs }),
  refusals: ['no_clock_step'],
} as const satisfies Route;

export const memberList = {
  method: 'GET',
  path: '/api/operator/members',
  summary: 'All members with kind, roles, connection and state.',
  access: { kind: 'role', roles: ['registrar', 'operator', 'treasurer', 'auditor'] },
  response: record({
    members: Type.Array(
      record({
        member,
        kind: Type.String(),
        roles: Type.Array(Type.String()),
        importLimitW: powerW,
        exportLimitW: powerW,
        status: Type.String(),
        publicKey: hash,
        label: nullable(Type.String()),
        creditLimit: moneyNano,
      }),
    ),
  }),
  refusals: [],
} as const satisfies Route;

/** A reading as a device, gateway or provider signs it; see the signed text in readings.ts. */
export const signedReading = record({
  meter: Type.Integer({ minimum: 1, maximum: 4294967295 }),
  slotMs: instantMs,
  /** Strictly rising per meter. */
  counter: Type.Integer({ minimum: 0, maximum: 9007199254740991 }),
  importedWh: energyWh,
  exportedWh: energyWh,
  quality: readingQuality,
  version: readingVersion,
  key: hash,
  signature: Type.String({ pattern: '^[0-9a-f]{128}$' }),
});

export const postReadings = {
  method: 'POST',
  path: '/api/readings',
  summary: 'Delivers signed readings; each gets its own answer.',
  // Every reading carries its meter's own signature.
  access: { kind: 'public' },
  body: record({ readings: Type.Array(signedReading, { minItems: 1, maxItems: 1000 }) }),
  response: record({
    results: Type.Array(Type.String({ description: "'stored' or a refusal code" })),
  }),
  refusals: [],
} as const satisfies Route;

/** The salted record whose commitment stands on the ledger, kept encrypted by the registrar. */
export const postRecord = {
  method: 'POST',
  path: '/api/operator/records',
  summary: 'Keeps a personal record, encrypted under a key of its own.',
  access: { kind: 'role', roles: ['registrar'] },
  body: record({ member, label: Type.String({ minLength: 1, maxLength: 200 }) }),
  response: record({ stored: Type.Boolean() }),
  refusals: ['member_unknown'],
} as const satisfies Route;
