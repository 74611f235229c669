/** What sharing after delivery is computed from beside readings, and what of it did not stand. */

import * as Type from 'typebox';
import type { Route } from '../route.ts';
import {
  energyWh,
  instantMs,
  instantText,
  member,
  nullable,
  priceNano,
  record,
} from '../schema.ts';

/** Entries of one request: as many as fit its body. */
export const SHARING_ENTRIES_MAX = 1000;

/** By the interval's beginning; a limit holds from its instant until the member's next. */
const place = { slotMs: instantMs, member };

const sharingEntry = Type.Union([
  record({
    kind: Type.Literal('share'),
    ...place,
    /** The organiser's part of the interval's production. */
    shareMillionths: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  }),
  record({
    kind: Type.Literal('limit'),
    ...place,
    /** Null for a side on which the member takes no part. */
    buy: nullable(priceNano),
    sell: nullable(priceNano),
  }),
  record({
    kind: Type.Literal('allocated'),
    ...place,
    /** The grid operator's values. */
    received: energyWh,
    given: energyWh,
  }),
]);

export const postSharing = {
  method: 'POST',
  path: '/api/operator/sharing',
  summary:
    'Keeps inputs of sharing, each under its member’s key; says of each whether it was stored, or ' +
    'why not. What comes for a settled period waits for the run that adjusts it.',
  access: { kind: 'role', roles: ['operator', 'provider'] },
  body: record({
    entries: Type.Array(sharingEntry, { minItems: 1, maxItems: SHARING_ENTRIES_MAX }),
  }),
  response: record({
    /** In the order of the entries: `stored` or the code of a refusal. */
    results: Type.Array(Type.String()),
  }),
  refusals: [],
} as const satisfies Route;

export const sharingDifferences = {
  method: 'GET',
  path: '/api/operator/sharing/differences',
  summary: 'Allocated values of a span that did not stand in the last runs, with the reason.',
  access: { kind: 'role', roles: ['operator', 'provider', 'auditor'] },
  query: record({ from: instantText, until: instantText }),
  response: record({
    differences: Type.Array(
      record({
        slotMs: instantMs,
        member,
        side: Type.Union([Type.Literal('received'), Type.Literal('given')]),
        allocated: energyWh,
        accepted: energyWh,
        because: Type.Union([
          Type.Literal('above the meter'),
          Type.Literal('the sums differ'),
          Type.Literal('not a party'),
        ]),
      }),
    ),
    /** More follow that are not told: ask for a shorter span. */
    cut: Type.Boolean(),
  }),
  refusals: [],
} as const satisfies Route;
