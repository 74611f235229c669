import { type RouteName, refusalBody, routes, schemaFault as servers } from '@commonwatt/api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schemaFault } from './schema-check.ts';

type TSchema = Parameters<typeof servers>[0];

const parts = ['params', 'query', 'body', 'response'] as const;

const schemas: [string, TSchema][] = [['refusal', refusalBody]];
for (const [name, route] of Object.entries(routes)) {
  for (const part of parts) {
    if (part in route) schemas.push([`${name}.${part}`, (route as Record<string, TSchema>)[part]!]);
  }
}

/** Values that a schema lets pass, and, now and then, one that it does not. */
function values(schema: TSchema): fc.Arbitrary<unknown> {
  const asked = schema as Readonly<Record<string, unknown>>;
  const stray = fc.constantFrom(null, true, 7, -1, 1.5, '', '0', '-1', 'ff', {}, [], [7], { a: 1 });
  const fitting = fittingValues(asked);
  return fc.oneof({ weight: 30, arbitrary: fitting }, { weight: 1, arbitrary: stray });
}

function fittingValues(asked: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> {
  if ('const' in asked) return fc.constant(asked.const);
  if (Array.isArray(asked.anyOf)) return fc.oneof(...asked.anyOf.map(values));
  switch (asked.type) {
    case 'object': {
      const fields = (asked.properties ?? {}) as Record<string, TSchema>;
      const model = Object.fromEntries(Object.entries(fields).map(([k, one]) => [k, values(one)]));
      const required = (asked.required ?? []) as string[];
      return fc.record(model, { requiredKeys: required });
    }
    case 'array':
      return fc.array(values(asked.items as TSchema), { maxLength: 4 });
    case 'string':
      return typeof asked.pattern === 'string'
        ? fc.stringMatching(new RegExp(asked.pattern))
        : fc.string({ maxLength: 20 });
    case 'integer':
      // Beyond 2^53 - 1 this side is the stricter one, whatever a schema says.
      return fc.oneof(fc.nat(), fc.maxSafeInteger(), fc.constantFrom(0.5, Number.NaN));
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue();
  }
}

describe('the page and the server agree on every schema of the routes', () => {
  test('there are schemas', () => expect(schemas.length).toBeGreaterThan(50));

  test.each(schemas)('%s', (_name, schema) => {
    fc.assert(
      fc.property(values(schema), (value) => {
        const here = schemaFault(schema, value, 'it') === undefined;
        expect(here).toBe(servers(schema, value, 'it') === undefined);
      }),
      { numRuns: 60 },
    );
  });
});

test.each<[RouteName, unknown, ReturnType<typeof schemaFault>]>([
  ['health', undefined, { field: 'it', expected: 'an object', got: 'nothing' }],
  [
    'health',
    { status: 'ok', height: 1 },
    { field: 'it.reason', expected: 'a value', got: 'nothing' },
  ],
  [
    'health',
    { status: 'ok', height: 1, reason: null, more: 1 },
    { field: 'it.more', expected: 'a known field', got: 'an unknown one' },
  ],
  [
    'health',
    { status: 'ill', height: 1, reason: null },
    { field: 'it.status', expected: '"ok" or "halted"', got: "'ill'" },
  ],
  [
    'blockList',
    { blocks: [{ height: -1, hash: '', timeMs: 0, transactions: 0, events: 0, words: [] }] },
    {
      field: 'it.blocks[0].height',
      expected: 'an integer from 0 to 9007199254740991',
      got: "'-1'",
    },
  ],
])('%s answers %o', (name, value, fault) => {
  const { response } = routes[name] as { response: TSchema };
  expect(schemaFault(response, value, 'it')).toEqual(fault);
});

test('a schema that it cannot read is a mistake, and never lets a value pass', () => {
  expect(() => schemaFault({ type: 'number' }, 1, 'it')).toThrow(/type 'number' is not known/);
  expect(() => schemaFault({ type: 'string', format: 'uri' }, '', 'it')).toThrow(/'format'/);
});
