/** Values of the ledger as JSON: integers beyond counts as text, bytes as hex, nothing as null. */

import { toHex } from '@commonwatt/ledger';

export type JsonView =
  | null
  | boolean
  | number
  | string
  | readonly JsonView[]
  | { readonly [field: string]: JsonView };

/** @throws TypeError on what the ledger's messages and events never hold. */
export function jsonOf(value: unknown): JsonView {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return `${value}`;
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([field, one]) => [field, jsonOf(one)]));
  }
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') {
    return value;
  }
  throw new TypeError(`json: expected data, got a ${typeof value}`);
}
