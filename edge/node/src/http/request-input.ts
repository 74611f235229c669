/** Reads what came with a request, strictly: one reading or none. */

import { type Route, readStrictJson, schemaFault } from '@commonwatt/api';
import { MalformedRequest } from './refused.ts';

export interface RawInput {
  /** Path and query as they were sent. */
  readonly target: string;
  /** Path parameters as the router unescaped them. */
  readonly params: unknown;
  /** The body's bytes; nothing where none were sent. */
  readonly body: Uint8Array | undefined;
}

export interface ReadInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export interface InputLimits {
  readonly queryLengthMax: number;
  readonly bodyDepthMax: number;
}

/** @throws MalformedRequest naming the field, what was expected and what came. */
export function readInput(route: Route, raw: RawInput, limits: InputLimits): ReadInput {
  const input = {
    params: route.params === undefined ? {} : raw.params,
    query: readQuery(raw.target, limits.queryLengthMax),
    body: readBody(route, raw.body, limits.bodyDepthMax),
  };
  if (route.params !== undefined) expectFit(route.params, input.params, 'path');
  if (route.query !== undefined) expectFit(route.query, input.query, 'query');
  else expectNoQuery(input.query);
  if (route.body !== undefined) expectFit(route.body, input.body, 'body');
  return input;
}

function expectFit(schema: NonNullable<Route['params']>, value: unknown, place: string): void {
  const fault = schemaFault(schema, value, place);
  if (fault !== undefined) throw new MalformedRequest({ ...fault });
}

function expectNoQuery(query: Readonly<Record<string, string>>): void {
  const [name] = Object.keys(query);
  if (name === undefined) return;
  const field = `query.${name.slice(0, 60)}`;
  throw new MalformedRequest({ field, expected: 'no such field', got: 'a value' });
}

/** Parameters of the query, each at most once. */
export function readQuery(target: string, lengthMax: number): Readonly<Record<string, string>> {
  const at = target.indexOf('?');
  if (at < 0) return {};
  const text = target.slice(at + 1);
  if (text.length > lengthMax) {
    const expected = `at most ${lengthMax} characters`;
    throw new MalformedRequest({ field: 'query', expected, got: `${text.length}` });
  }
  const query: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    const field = `query.${name.slice(0, 60)}`;
    if (name in query) throw new MalformedRequest({ field, expected: 'it once', got: 'it twice' });
    query[name] = value;
  }
  return { ...query };
}

function readBody(route: Route, bytes: Uint8Array | undefined, depth: number): unknown {
  if (route.body === undefined) {
    if (bytes === undefined || bytes.length === 0) return undefined;
    const got = `${bytes.length} bytes`;
    throw new MalformedRequest({ field: 'body', expected: 'no body', got });
  }
  if (bytes === undefined) {
    throw new MalformedRequest({ field: 'body', expected: 'JSON', got: 'nothing' });
  }
  const reading = readStrictJson(bytes, { depth, bytes: bytes.length });
  if (reading.ok) return reading.value;
  const got = `${reading.reason} at byte ${reading.offset}`;
  throw new MalformedRequest({ field: 'body', expected: 'strict JSON', got });
}
