/** The body of every answer that is not a success, and the HTTP status of every code. */

import type { Static } from 'typebox';
import * as Type from 'typebox';
import { type GeneralRefusal, generalRefusals } from './route.ts';
import type { RouteName, routes } from './routes.ts';
import { record } from './schema.ts';

export const refusalBody = record({
  code: Type.String({ pattern: '^[a-z][a-z0-9_]*$', description: 'why, for programs' }),
  message: Type.String({ description: 'why, for people' }),
  /** What the code is about: `field`, `expected` and `got` of a malformed request, for instance. */
  facts: Type.Record(Type.String(), Type.Unknown()),
});
export type RefusalBody = Static<typeof refusalBody>;

/** The codes that only some routes have. */
export type SpecificRefusal = (typeof routes)[RouteName]['refusals'][number];
export type AnyRefusal = GeneralRefusal | SpecificRefusal;

const specificStatus: Readonly<Record<SpecificRefusal, number>> = {
  block_unknown: 404,
  size_unknown: 404,
  lane_unknown: 404,
  refused: 422,
  too_many_streams: 429,
  market_unknown: 404,
  slot_invalid: 400,
  not_cleared: 404,
  member_unknown: 404,
  invite_unknown: 404,
  messages_too_many: 429,
  sequence_wrong: 409,
  run_unknown: 404,
  document_unknown: 404,
  member_erased: 409,
  days_invalid: 422,
  billing_not_configured: 409,
  period_not_over: 409,
  preview_changed: 409,
  corrected_already: 409,
  no_clock_step: 409,
  span_too_long: 422,
  meter_unknown: 404,
  proof_incomplete: 409,
  not_admitted: 403,
  round_unknown: 404,
};

export const refusalStatus: Readonly<Record<AnyRefusal, number>> = {
  ...specificStatus,
  ...generalRefusals,
};

const MESSAGES: Readonly<Record<AnyRefusal, string>> = {
  malformed_request: 'The request is not of the form this route takes.',
  unauthenticated: 'This needs a request signed by a registered or granted key.',
  signature_wrong: 'The signature does not fit the request.',
  request_stale: 'The request was signed too long ago, or for a time to come.',
  request_replayed: 'The request was sent before.',
  key_unknown: 'The key is not registered here, or is no longer active.',
  forbidden: 'The key may not see or do this.',
  not_found: 'There is nothing here.',
  method_not_allowed: 'This route does not take this method.',
  request_timeout: 'The request did not arrive in time.',
  body_too_large: 'The body is longer than this route takes.',
  media_type_unsupported: 'The body must be application/json, not compressed.',
  rate_limited: 'Too many requests: try again later.',
  headers_too_large: 'The headers are longer than this node takes.',
  internal_error: 'The node failed to answer. It has noted why.',
  node_halted: 'The node takes nothing at present.',
  pool_full: 'Too many transactions wait: try again later.',
  block_unknown: 'There is no such block.',
  size_unknown: 'The history was never of this size.',
  lane_unknown: 'The key has not opened this lane.',
  refused: 'The ledger refused the transaction; nothing was consumed.',
  too_many_streams: 'Too many event streams are open.',
  market_unknown: 'There is no such market.',
  slot_invalid: 'No slot of this market begins at this instant.',
  not_cleared: 'The slot has not been cleared.',
  member_unknown: 'There is no such member.',
  invite_unknown: 'There is no such invite.',
  messages_too_many: 'The negotiation holds as many messages as it may.',
  sequence_wrong: 'The message does not have the next number.',
  run_unknown: 'No such run waits for checkers.',
  document_unknown: 'There is no such document.',
  member_erased: 'The member was erased; nothing personal of it is kept again.',
  days_invalid: 'The days do not exist, or are no period of at most a year.',
  billing_not_configured: 'This node is not configured to make bills.',
  period_not_over: 'The period is not over.',
  preview_changed: 'Something that goes into the bills has changed: look at a new preview.',
  corrected_already: 'The document is a correction, or has one already.',
  span_too_long: 'The span holds more slots than one answer shows: ask for a shorter one.',
  meter_unknown: 'There is no such meter.',
  proof_incomplete:
    'A proof of this span would not hold: the facts say what this node does not have.',
  not_admitted: 'Rounds are for those who are admitted to them.',
  round_unknown: 'There is no such round.',
  no_clock_step: 'The machine’s clock did not step, or not by so much.',
};

export function refusalMessage(code: AnyRefusal): string {
  return MESSAGES[code];
}
