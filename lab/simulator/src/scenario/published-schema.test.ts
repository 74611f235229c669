import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Check } from 'typebox/schema';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Schema } from './fit-schema.ts';
import { scenarioJsonSchema } from './published-schema.ts';
import { scenarioSchema } from './scenario.ts';

const FOLDER = join(import.meta.dirname, '../../scenarios');
const README = join(FOLDER, 'README.md');
const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

const ENDS = ['<!-- keys -->', '<!-- end of keys -->'] as const;

describe('the published schema', () => {
  test('is the one in the folder of scenarios', () => {
    // Made by: commonwatt simulate schema > lab/simulator/scenarios/scenario.schema.json
    // and then: npx biome format --write lab/simulator/scenarios/scenario.schema.json
    expect(JSON.parse(read('scenario.schema.json'))).toEqual(scenarioJsonSchema());
  });

  test('takes the examples', () => {
    for (const file of ['street.yaml', 'street-with-batteries.yaml', 'street-day.yaml']) {
      expect(Check(scenarioJsonSchema(), parse(read(file))), file).toBe(true);
    }
  });

  test.each<[string, string, string, boolean]>([
    ['without what has a default', 'seed: 1\n', '', true],
    ['without what has none', 'name: street\n', '', false],
    ['without a time', '  from: 2021-03-22T23:00:00Z # midnight in Berlin\n', '', false],
    ['an unknown key', 'seed: 1', 'sead: 1', false],
    ['a key set to nothing', 'seed: 1', 'seed: null', false],
    ['a value beyond its bounds', 'seed: 1', 'seed: -1', false],
    ['a kind that is none', 'model: sun', 'model: moon', false],
    ['a member to be removed', 'members:\n', 'members:\n  - { name: x, remove: true }\n', false],
  ])('a whole scenario: %s', (_what, from, to, fits) => {
    expect(read('street.yaml')).toContain(from);
    expect(Check(scenarioJsonSchema(), parse(read('street.yaml').replace(from, to)))).toBe(fits);
  });

  test.each<[string, boolean]>([
    ['extends: a.yaml', true],
    ['extends: 7', false],
    ['extends: a.yaml\ntime: { slot_minutes: 30 }', true],
    ['extends: a.yaml\ntime: { slot_minutes: 20 }', false],
    ['extends: a.yaml\nforecast: null\nmarket: { settings: { k: null } }', true],
    ['extends: a.yaml\nmembers: [{ name: x, remove: true }]', true],
    ['extends: a.yaml\nmembers: [{ name: x, remove: 1 }]', false],
    ['extends: a.yaml\nmembers: [{ name: x, battery: null, load: { annual_kwh: 3 } }]', true],
    ['extends: a.yaml\nmembers: [{ name: null }]', false],
  ])('a scenario that extends another: %s', (text, fits) => {
    expect(Check(scenarioJsonSchema(), parse(text))).toBe(fits);
  });
});

test('the manual has a row for every key, with its bounds and its default', async () => {
  const manual = readFileSync(README, 'utf8');
  const [from, to] = ENDS.map((end) => manual.indexOf(end));
  expect(from, ENDS[0]).toBeGreaterThan(0);
  expect(to, ENDS[1]).toBeGreaterThan(from!);
  const rows = keyRows(scenarioSchema, '');
  const heading = ['| key | value | default | meaning |', '| --- | ----- | ------- | ------- |'];
  const table = [ENDS[0], ...heading, ...rows].join('\n');
  // Remade by: npx vitest run lab/simulator/src/scenario/published-schema.test.ts -u
  await expect(`${manual.slice(0, from)}${table}\n${manual.slice(to)}`).toMatchFileSnapshot(README);
  for (const row of rows) expect(row).toMatch(/^\| `\S+` (?:\(by \w+\) )?\| .+ \| .* \| .+ \|$/);
});

function keyRows(schema: Schema, path: string): string[] {
  const variants = schema.anyOf?.filter((one) => one.properties !== undefined) ?? [];
  if (variants.length > 0) {
    // The kinds of one section share keys: each row says of which kind it is.
    return variants.flatMap((one) => {
      const [kind = ''] = Object.keys(one.properties ?? {});
      return keyRows(one, path).map((row) => row.replace('` |', `\` (by ${kind}) |`));
    });
  }
  if (schema.items?.properties !== undefined) return keyRows(schema.items, `${path}[]`);
  return Object.entries(schema.properties ?? {}).flatMap(([name, one]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const below = keyRows(one, at);
    const needed = schema.required?.includes(name) === true;
    return below.length > 0 ? below : [keyRow(one, at, needed)];
  });
}

function keyRow(schema: Schema, path: string, needed: boolean): string {
  const { default: fallback, description = '' } = schema;
  const without = needed ? 'must be given' : '';
  const standard =
    fallback === undefined ? without : `\`${JSON.stringify(fallback).replaceAll('"', '')}\``;
  return `| \`${path}\` | ${valueText(schema)} | ${standard} | ${description.replaceAll('|', '\\|')} |`;
}

/** What a reader of the manual is told instead of a pattern. */
const PATTERNS: Readonly<Record<string, string>> = {
  '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$': 'a name: up to 64 of A-Z, a-z, 0-9, `_`, `.`, `-`',
  '^([01][0-9]|2[0-3]):(00|15|30|45)$': 'a quarter hour, in quotes: `"17:30"`',
};

function valueText(schema: Schema): string {
  const { anyOf, const: only, type, minimum, maximum, pattern, items, patternProperties } = schema;
  if (anyOf !== undefined) return anyOf.map(valueText).join(', ');
  if (only !== undefined) return `\`${String(only)}\``;
  if (items !== undefined) return `list of ${valueText(items)}`;
  if (patternProperties !== undefined) return 'keys and values';
  if (pattern !== undefined && pattern in PATTERNS) return PATTERNS[pattern]!;
  if (type === 'string')
    return pattern === undefined ? 'text' : `\`${pattern.replaceAll('|', '\\|')}\``;
  if (type === 'boolean') return '`true`, `false`';
  if (minimum === undefined) return 'number';
  return `${type === 'integer' ? '' : 'number '}${minimum} to ${maximum}`;
}
