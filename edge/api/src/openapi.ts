/** The OpenAPI 3.1 document, made from the routes and from nothing else. */

import type { TSchema } from 'typebox';
import { type AnyRefusal, refusalBody, refusalMessage, refusalStatus } from './refusal.ts';
import { type Access, type GeneralRefusal, generalRefusals, type Route } from './route.ts';
import { type RouteName, routes } from './routes.ts';

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}

const SECURITY = 'signedRequest';
const REFUSAL = { $ref: '#/components/schemas/Refusal' };

export function openApiDocument(version: string): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    const operations = paths[route.path] ?? {};
    operations[route.method.toLowerCase()] = operationOf(name as RouteName, route);
    paths[route.path] = operations;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Commonwatt node',
      version,
      description:
        'An energy market on a tamper-evident ledger. Energy in Wh, price in nano-currency per ' +
        'Wh, money in nano-currency, all as text; bytes in lower-case hex.',
    },
    paths,
    components: {
      schemas: { Refusal: plain(refusalBody) },
      securitySchemes: {
        [SECURITY]: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description:
            'Commonwatt key=HEX,time=MS,nonce=HEX,signature=HEX: the Ed25519 signature over ' +
            'purpose, chain, method, target, time, nonce and the SHA-256 of the body, one a line.',
        },
      },
    },
  };
}

function operationOf(operationId: RouteName, route: Route): Operation {
  const parameters = [...parametersOf('path', route.params), ...parametersOf('query', route.query)];
  return {
    operationId,
    summary: route.summary,
    description: accessText(route.access),
    tags: [route.path.split('/')[2] ?? 'node'],
    security: route.access.kind === 'public' ? [] : [{ [SECURITY]: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(route.body !== undefined && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: plain(route.body) } },
      },
    }),
    responses: responsesOf(route),
  };
}

function accessText(access: Access): string {
  switch (access.kind) {
    case 'public':
      return 'For everyone.';
    case 'member':
      return 'For members.';
    case 'own':
      return `For the member itself, keys it granted ${scopeText(access.scope)}, and auditors.`;
    case 'parties':
      return `For its parties; to read also for keys they granted '${access.scope}' and auditors.`;
    case 'role':
      return `For members with one of the roles ${access.roles.join(', ')}.`;
  }
}

function scopeText(scope: string): string {
  return scope === 'every' ? 'every scope' : `'${scope}'`;
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

function parametersOf(place: 'path' | 'query', schema: TSchema | undefined): Parameter[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = plain(schema) as ObjectSchema;
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: one,
  }));
}

function responsesOf(route: Route): Readonly<Record<string, unknown>> {
  const schema = route.response === undefined ? { type: 'string' } : plain(route.response);
  const media = route.contentType ?? 'application/json';
  const responses: Record<string, unknown> = {
    200: { description: 'Done.', content: { [media]: { schema } } },
  };
  const byStatus = new Map<number, AnyRefusal[]>();
  for (const code of codesOf(route)) {
    const status = refusalStatus[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  for (const [status, codes] of [...byStatus].sort(([a], [b]) => a - b)) {
    responses[`${status}`] = {
      description: codes.map((code) => `\`${code}\`: ${refusalMessage(code)}`).join(' '),
      content: { 'application/json': { schema: REFUSAL } },
    };
  }
  return responses;
}

const SIGNED: readonly GeneralRefusal[] = [
  'unauthenticated',
  'signature_wrong',
  'request_stale',
  'request_replayed',
  'key_unknown',
  'forbidden',
];
const WITH_BODY: readonly GeneralRefusal[] = ['body_too_large', 'media_type_unsupported'];

function codesOf(route: Route): AnyRefusal[] {
  const general = Object.keys(generalRefusals) as GeneralRefusal[];
  const kept = general.filter((code) => {
    if (SIGNED.includes(code)) return route.access.kind !== 'public';
    if (WITH_BODY.includes(code)) return route.body !== undefined;
    if (code === 'pool_full') return route.refusals.includes('refused');
    return code !== 'method_not_allowed';
  });
  return [...(route.refusals as readonly AnyRefusal[]), ...kept];
}

/** The schema as plain JSON: a TypeBox schema carries marks that JSON leaves out. */
function plain(schema: TSchema): unknown {
  return JSON.parse(JSON.stringify(schema));
}
