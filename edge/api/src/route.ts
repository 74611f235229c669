/**
 * A route is defined once. Server, client, OpenAPI document and the policy's test are all made from
 * these definitions.
 */

import type { TSchema } from 'typebox';

/**
 * Who may call a route. Everything is denied that no rule allows:
 * - `public`: anyone;
 * - `member`: any registered key, for its own member;
 * - `own`: the member in the path's `member`, a key it granted the scope, or an auditor; what shows
 *   something of everything asks for `every` scope;
 * - `parties`: decided row by row: its parties, keys they granted the scope, auditors;
 * - `role`: holders of one of the roles.
 */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'member' }
  | { readonly kind: 'own'; readonly scope: ScopeName | 'every' }
  | { readonly kind: 'parties'; readonly scope: ScopeName }
  | { readonly kind: 'role'; readonly roles: readonly RoleName[] };

export const SCOPE_NAMES = ['balance', 'orders', 'trades', 'readings', 'statements'] as const;
export type ScopeName = (typeof SCOPE_NAMES)[number];
export type RoleName =
  | 'consumer'
  | 'producer'
  | 'registrar'
  | 'treasurer'
  | 'operator'
  | 'provider'
  | 'checker'
  | 'auditor';

export interface Route {
  readonly method: 'GET' | 'POST';
  /** Path with parameters in braces: `/api/members/{member}/balance`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** The body of a 200 answer; nothing for text and event streams, which name their type. */
  readonly response?: TSchema;
  readonly contentType?: 'text/plain' | 'text/event-stream' | 'application/octet-stream';
  /** Codes this route may refuse with besides the general ones. */
  readonly refusals: readonly string[];
}

/** Codes that any route may answer with, and their HTTP status. */
export const generalRefusals = {
  malformed_request: 400,
  unauthenticated: 401,
  signature_wrong: 401,
  request_stale: 401,
  request_replayed: 401,
  key_unknown: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  body_too_large: 413,
  media_type_unsupported: 415,
  rate_limited: 429,
  headers_too_large: 431,
  internal_error: 500,
  node_halted: 503,
  pool_full: 503,
} as const;

export type GeneralRefusal = keyof typeof generalRefusals;
