import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Check } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { fitSchema, type Schema } from './fit-schema.ts';
import { locatedYaml } from './located-yaml.ts';
import { readScenario } from './read-scenario.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';
import { located, runId, scenarioText } from './scenario-text.ts';

/** Any value that a schema allows, bounds and awkward texts included. */
function arbitrary(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(arbitrary));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.patternProperties !== undefined) {
    const [value = {}] = Object.values(schema.patternProperties);
    const key = fc.stringMatching(/^[!-~]{1,8}$/).filter((one) => one !== '__proto__');
    return fc.dictionary(key, arbitrary(value), { maxKeys: 3 });
  }
  if (schema.properties !== undefined) {
    const properties = Object.entries(schema.properties);
    const record = Object.fromEntries(properties.map(([name, one]) => [name, arbitrary(one)]));
    return fc.record(record, { requiredKeys: [...(schema.required ?? [])] });
  }
  if (schema.items !== undefined) {
    return fc.array(arbitrary(schema.items), { minLength: schema.minItems ?? 0, maxLength: 3 });
  }
  const { minimum = -1e9, maximum = 1e9 } = schema;
  if (schema.type === 'integer') return fc.integer({ min: minimum, max: maximum });
  if (schema.type === 'number') {
    if (schema.minimum === undefined) return fc.double({ noNaN: true, noDefaultInfinity: true });
    return fc.integer({ min: minimum * 1e4, max: maximum * 1e4 }).map((one) => one / 1e4);
  }
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern));
  return fc.string({ unit: 'grapheme', minLength: schema.minLength ?? 0, maxLength: 12 });
}

const scenarios = arbitrary(scenarioSchema) as fc.Arbitrary<Scenario>;
const STREET = join(import.meta.dirname, '../../scenarios/street.yaml');

function fitted(text: string): unknown {
  const { root, faults } = locatedYaml(text, 'any.yaml');
  expect(faults).toEqual([]);
  const fit = fitSchema(scenarioSchema, root!);
  expect(fit.faults).toEqual([]);
  return fit.value;
}

describe('the text of a scenario', () => {
  test('reads back as what it was made of, whoever wrote that down and how', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const text = scenarioText(scenario);
        expect(text).toMatch(/^[ -~\n]*$/);
        const value = fitted(text);
        expect(value).toEqual(fitSchema(scenarioSchema, located(scenario)).value);
        for (const other of [
          stringify(scenario, { aliasDuplicateObjects: false }),
          JSON.stringify(scenario),
        ]) {
          expect(scenarioText(fitted(other) as Scenario)).toBe(text);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('does not depend on the order of keys', () => {
    const { scenario } = readScenario(STREET);
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, one]) => [name, turned(one)]),
      );
    };
    expect(scenarioText(turned(scenario) as Scenario)).toBe(scenarioText(scenario));
  });

  test('is these bytes for the first lines of the example, and gives this name to its run', () => {
    const { scenario } = readScenario(STREET);
    const text = scenarioText(scenario);
    expect(text.split('\n').slice(0, 16)).toMatchInlineSnapshot(`
      [
        "schema: commonwatt-scenario/1",
        "name: street",
        "seed: 1",
        "assumptions: []",
        "time:",
        "  from: "2021-03-22T23:00:00Z"",
        "  until: "2021-03-25T23:00:00Z"",
        "  zone: Europe/Berlin",
        "  slot_minutes: 15",
        "tariffs:",
        "  supply_ct_per_kwh: 32",
        "  feed_in_ct_per_kwh: 8",
        "  local_fee_ct_per_kwh: 4",
        "market:",
        "  mechanism: uniform",
        "  settings: {}",
      ]
    `);
    expect(runId(scenario)).toMatchInlineSnapshot(`"e8d03609e1a6ff4a"`);
  });

  test('the name of a run changes with the seed and with the inputs, not with their order', () => {
    const { scenario } = readScenario(STREET);
    const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
    const names = [
      runId(scenario),
      runId({ ...scenario, seed: 2 }),
      runId(scenario, [a]),
      runId(scenario, [a, b]),
    ];
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{16}$/);
    expect(runId(scenario, [b, a])).toBe(runId(scenario, [a, b]));
  });

  test('what is no scenario has no text', () => {
    const { scenario } = readScenario(STREET);
    expect(() => scenarioText({ ...scenario, seed: -1 })).toThrow('seed: expected a whole number');
  });
});

describe('fitting to the schema', () => {
  const odd = [
    null,
    '',
    'x',
    'home',
    -1,
    0,
    1.5,
    0.00001,
    1e300,
    Number.NaN,
    true,
    [],
    [1],
    {},
    { file: 'a' },
  ];

  /** One value anywhere within replaced, a key added or one taken away. */
  function spoil(value: unknown, pick: () => number): unknown {
    const choices = typeof value === 'object' && value !== null ? Object.keys(value) : [];
    if (choices.length === 0 || pick() % 5 === 0) return odd[pick() % odd.length];
    const name = choices[pick() % choices.length]!;
    if (Array.isArray(value)) return value.with(Number(name), spoil(value[Number(name)], pick));
    const section = { ...(value as Record<string, unknown>) };
    const way = pick() % 6;
    if (way === 0) delete section[name];
    else if (way === 1) section.another = odd[pick() % odd.length];
    else section[name] = spoil(section[name], pick);
    return section;
  }

  test('agrees with the schema’s own checker, on what it takes and on what it refuses', () => {
    let refused = 0;
    fc.assert(
      fc.property(scenarios, fc.infiniteStream(fc.nat(1_000_000)), (scenario, stream) => {
        const value = spoil(scenario, () => stream.next().value as number);
        const fit = fitSchema(scenarioSchema, located(value));
        if (fit.faults.length === 0) expect(Check(scenarioSchema, fit.value)).toBe(true);
        else {
          refused += 1;
          // Prices are held to four decimals besides, which the schema cannot say.
          if (fit.faults.some(({ expected }) => !expected.includes('of at most four decimals'))) {
            expect(Check(scenarioSchema, value), JSON.stringify(fit.faults)).toBe(false);
          }
        }
      }),
      { numRuns: 1_000 },
    );
    expect(refused).toBeGreaterThan(300);
  });

  test('any change of the text of a scenario is read, or refused with a place', () => {
    const text = readFileSync(STREET, 'utf8').slice(0, 1_500);
    const pieces = [
      ' ',
      '\n',
      '-',
      ':',
      '"',
      '&a ',
      '*a',
      '{',
      ']',
      '!',
      '|',
      '>',
      '%',
      '\t',
      '\u0000',
      '#',
      '? ',
      '<<: ',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(text.length), fc.nat(20), fc.constantFrom(...pieces)), {
          minLength: 1,
          maxLength: 4,
        }),
        (changes) => {
          let changed = text;
          for (const [at, gone, piece] of changes) {
            changed = changed.slice(0, at) + piece + changed.slice(at + gone);
          }
          const { root, faults } = locatedYaml(changed, 'any.yaml');
          expect(root === undefined || faults.length > 0 ? faults.length : 1).toBeGreaterThan(0);
          for (const { place } of faults) expect(place).toMatchObject({ file: 'any.yaml' });
          if (root !== undefined) fitSchema(scenarioSchema, root);
        },
      ),
      { numRuns: 500 },
    );
  });
});
