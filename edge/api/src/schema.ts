/** The building blocks of every schema: integers travel as text, bytes as lower-case hex. */

import type { TSchema } from 'typebox';
import * as Type from 'typebox';

/** 32 bytes in lower-case hex: a hash, a key, a transaction's id. */
export const hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: '32 bytes in hex' });
/** Bytes in lower-case hex. */
export const hex = Type.String({ pattern: '^([0-9a-f]{2})*$', description: 'bytes in hex' });
/** A whole number of watt-hours as text. */
export const energyWh = Type.String({ pattern: '^(0|[1-9][0-9]{0,18})$', description: 'Wh' });
/** A whole number of watts as text. */
export const powerW = Type.String({ pattern: '^(0|[1-9][0-9]{0,18})$', description: 'W' });
/** Nano-currency as text, signed. */
export const moneyNano = Type.String({
  pattern: '^(0|-?[1-9][0-9]{0,38})$',
  description: 'nano-currency (1 EUR = 1000000000)',
});
/** Nano-currency per Wh as text, signed: 0.001 currency per MWh. */
export const priceNano = Type.String({
  pattern: '^(0|-?[1-9][0-9]{0,18})$',
  description: 'nano-currency per Wh (1 ct/kWh = 10000)',
});
/** Unix time in milliseconds. */
export const instantMs = Type.Integer({ minimum: 0, maximum: 9007199254740991 });
export const height = Type.Integer({ minimum: 0, maximum: 9007199254740991 });
export const member = Type.Integer({ minimum: 1, maximum: 4294967295 });
export const market = Type.Integer({ minimum: 0, maximum: 65535 });
export const side = Type.Union([Type.Literal('buy'), Type.Literal('sell')]);

/** How a reading came to be. */
export const readingQuality = Type.Union([
  Type.Literal('measured'),
  Type.Literal('substituted'),
  Type.Literal('estimated'),
  Type.Literal('missing'),
]);
/** Who signed a reading. */
export const readingSource = Type.Union([
  Type.Literal('device'),
  Type.Literal('gateway'),
  Type.Literal('provider'),
]);
/** 1 for a source's first word on a slot, rising with each that supersedes it. */
export const readingVersion = Type.Integer({ minimum: 1, maximum: 65535 });

/** How far a period is settled: runs may follow, none but for corrections, or one corrected it. */
export const settlementStage = Type.Union([
  Type.Literal('provisional'),
  Type.Literal('final'),
  Type.Literal('adjusting'),
]);
/** 0 for a period's first run, rising with each that follows. */
export const runSequence = Type.Integer({ minimum: 0, maximum: 65535 });

/** A value that may be missing: `null` on the wire. */
export function nullable<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()]);
}

/** An object with exactly these fields. */
export function record<P extends Record<string, TSchema>>(properties: P) {
  return Type.Object(properties, { additionalProperties: false });
}

/** Query parameters arrive as text; these are the forms they may take. */
export const instantText = Type.String({ pattern: '^(0|[1-9][0-9]{0,15})$' });
export const heightText = Type.String({ pattern: '^(0|[1-9][0-9]{0,15})$' });
export const numberText = Type.String({ pattern: '^(0|[1-9][0-9]{0,9})$' });
/** Rows on one page: 1 to 500. */
export const limitText = Type.String({ pattern: '^([1-9][0-9]?|[1-4][0-9][0-9]|500)$' });
