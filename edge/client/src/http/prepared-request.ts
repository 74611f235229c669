/** From a route and what it is called with to the request that is sent. */
import { formatRequestProof, type Route, requestText } from '@commonwatt/api';
import { type Crypto, type Random, type Signer, toHex, utf8Bytes } from '@commonwatt/ledger';
import { ClientError } from './client-error.ts';
import { schemaFault } from './schema-check.ts';

export interface NamedRoute {
  readonly name: string;
  readonly route: Route;
}

export interface AnyRequest {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** Who calls, and with what. */
export interface Caller {
  readonly baseUrl: string;
  /** Nobody, where only what is for everyone is called. */
  readonly signed: { readonly signer: Signer; readonly chain: string } | undefined;
  readonly crypto: Crypto;
  readonly random: Random;
  readonly nowMs: () => number;
}

/** What goes over the wire. */
export interface Prepared {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/** Checks a request against its route, and signs it where the route is not for everyone. */
export function prepare(
  caller: Caller,
  named: NamedRoute,
  request: AnyRequest,
  options: { readonly lastEventId?: string },
): Prepared {
  const { route } = named;
  const params = textsOf(request.params);
  const query = textsOf(request.query);
  requireSchema(named, 'params', params);
  requireSchema(named, 'query', query);
  requireSchema(named, 'body', request.body);
  const path = route.path.replace(/\{(\w+)\}/g, (_whole, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const search = new URLSearchParams(query).toString();
  const target = search === '' ? path : `${path}?${search}`;
  const body = route.body === undefined ? undefined : JSON.stringify(request.body);
  const headers: Record<string, string> = { accept: route.contentType ?? 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (options.lastEventId !== undefined) headers['last-event-id'] = options.lastEventId;
  if (route.access.kind !== 'public') headers.authorization = proofOf(caller, named, target, body);
  return { url: caller.baseUrl + target, headers, body };
}

function textsOf(values: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

function requireSchema(
  { name, route }: NamedRoute,
  part: 'params' | 'query' | 'body',
  value: unknown,
): void {
  const schema = route[part];
  const none =
    schema === undefined && (value === undefined || Object.keys(Object(value)).length === 0);
  if (none) return;
  const fault =
    schema === undefined
      ? { field: part, expected: 'nothing', got: 'something' }
      : schemaFault(schema, value, part);
  if (fault !== undefined)
    throw new ClientError(name, { code: 'request_invalid', facts: { ...fault } });
}

function proofOf(caller: Caller, { name, route }: NamedRoute, target: string, body = ''): string {
  if (caller.signed === undefined) throw new ClientError(name, { code: 'signer_missing' });
  const { signer, chain } = caller.signed;
  const timeMs = caller.nowMs();
  const nonce = toHex(caller.random.bytes(16));
  const bodyHash = toHex(caller.crypto.sha256(utf8Bytes(body)));
  const text = requestText({ chain, method: route.method, target, timeMs, nonce, bodyHash });
  const signature = toHex(signer.sign(utf8Bytes(text)));
  return formatRequestProof({ key: toHex(signer.publicKey), timeMs, nonce, signature });
}
