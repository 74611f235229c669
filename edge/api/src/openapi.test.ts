import { describe, expect, test } from 'vitest';
import { openApiDocument } from './openapi.ts';
import { type AnyRefusal, refusalMessage, refusalStatus } from './refusal.ts';
import type { Route } from './route.ts';
import { routes } from './routes.ts';

const document = openApiDocument('1.2.3');
// Whoever reads it gets JSON.
const read = JSON.parse(JSON.stringify(document));
const all = Object.entries<Route>(routes);

type Schema = Record<string, unknown>;

/** Every schema in the document, wherever it stands. */
function schemasIn(value: unknown, found: Schema[] = []): Schema[] {
  if (Array.isArray(value)) for (const one of value) schemasIn(one, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      if (name === 'schema') found.push(one as Schema);
      schemasIn(one, found);
    }
  }
  return found;
}

const TYPES = new Set(['object', 'array', 'string', 'integer', 'number', 'boolean', 'null']);
const KEYWORDS = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'anyOf',
  'const',
  'pattern',
  'description',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'patternProperties',
  '$ref',
]);

function expectSchema(schema: Schema): void {
  for (const keyword of Object.keys(schema)) expect(KEYWORDS).toContain(keyword);
  if (schema.type !== undefined) expect(TYPES).toContain(schema.type);
  if (schema.$ref !== undefined) {
    const [, , , name] = (schema.$ref as string).split('/');
    expect(read.components.schemas).toHaveProperty(name as string);
  }
  if (typeof schema.pattern === 'string')
    expect(() => new RegExp(schema.pattern as string)).not.toThrow();
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  for (const name of (schema.required ?? []) as string[]) expect(properties).toHaveProperty(name);
  for (const one of Object.values(properties)) expectSchema(one);
  for (const one of (schema.anyOf ?? []) as Schema[]) expectSchema(one);
  if (schema.items !== undefined) expectSchema(schema.items as Schema);
}

describe('the OpenAPI document', () => {
  test('is of version 3.1 and names title and version', () => {
    expect(read).toMatchObject({
      openapi: '3.1.0',
      info: { title: expect.any(String), version: '1.2.3' },
    });
  });

  test('holds every route once, under its path and method', () => {
    const found: string[] = [];
    for (const [path, operations] of Object.entries<Record<string, { operationId: string }>>(
      read.paths,
    )) {
      for (const [method, { operationId }] of Object.entries(operations)) {
        found.push(operationId);
        const route: Route = routes[operationId as keyof typeof routes];
        expect([route.path, route.method.toLowerCase()]).toEqual([path, method]);
      }
    }
    expect(found.sort()).toEqual(all.map(([name]) => name).sort());
  });

  test.each(all)('%s: parameters, bodies and answers are as defined', (name, route) => {
    const operation = read.paths[route.path][route.method.toLowerCase()];
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, part]) => part);
    const parameters: { name: string; in: string; required: boolean }[] =
      operation.parameters ?? [];
    const named = parameters.filter((one) => one.in === 'path');
    expect(named.map((one) => one.name)).toEqual(inPath);
    expect(named.every(({ required }) => required)).toBe(true);
    expect(operation.requestBody !== undefined).toBe(route.body !== undefined);
    expect(route.method === 'GET' && route.body !== undefined).toBe(false);
    expect(operation.security).toEqual(
      route.access.kind === 'public' ? [] : [{ signedRequest: [] }],
    );
    const statuses = Object.keys(operation.responses);
    expect(statuses).toContain('200');
    for (const code of route.refusals as AnyRefusal[]) {
      expect(statuses, `${name}: ${code}`).toContain(`${refusalStatus[code]}`);
    }
    if (route.access.kind !== 'public')
      expect(statuses).toEqual(expect.arrayContaining(['401', '403']));
  });

  test('has only schemas of JSON Schema 2020-12, with references that lead somewhere', () => {
    const schemas = schemasIn(read);
    expect(schemas.length).toBeGreaterThan(100);
    for (const schema of schemas) expectSchema(schema);
    for (const schema of Object.values<Schema>(read.components.schemas)) expectSchema(schema);
  });

  test('is the same text every time', () => {
    expect(JSON.stringify(openApiDocument('1.2.3'))).toBe(JSON.stringify(document));
  });
});

describe('the routes', () => {
  test('have paths and methods of their own, and personal ones are never public', () => {
    const places = all.map(([, { method, path }]) => `${method} ${path}`);
    expect(new Set(places).size).toBe(places.length);
    for (const [name, { path, access }] of all) {
      if (path.includes('{member}')) expect([name, access.kind]).toEqual([name, 'own']);
      if (path.includes('/operator/')) expect([name, access.kind]).toEqual([name, 'role']);
    }
  });

  test('have objects without further fields, so that nothing slips in or out', () => {
    const objects: Schema[] = [];
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if ((value as Schema).type === 'object') objects.push(value as Schema);
      for (const one of Object.values(value)) walk(one);
    };
    for (const [, { params, query, body, response }] of all) walk([params, query, body, response]);
    expect(objects.length).toBeGreaterThan(40);
    for (const schema of objects) expect(schema.additionalProperties).toBe(false);
  });

  test('refuse with codes that have a status and words', () => {
    for (const code of Object.keys(refusalStatus) as AnyRefusal[]) {
      expect(refusalStatus[code]).toBeGreaterThanOrEqual(400);
      expect(refusalMessage(code)).toMatch(/^[A-Z].*\.$/);
    }
  });
});
