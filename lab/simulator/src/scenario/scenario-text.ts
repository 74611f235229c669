/**
 * The one text of a scenario: YAML in the order of the schema, every default written out, so that
 * equal scenarios are equal bytes and a run can be named by their hash.
 */

import { createHash } from 'node:crypto';
import { fitSchema } from './fit-schema.ts';
import type { Located } from './located-yaml.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';
import { pathText, ScenarioError } from './scenario-error.ts';

/** @throws ScenarioError for what is no scenario */
export function scenarioText(scenario: Scenario): string {
  return `${block(inOrder(scenario), 0).join('\n')}\n`;
}

const RUN_ID_DIGITS = 16;

/**
 * Names a run: the first 16 hex digits of SHA-256 over its scenario's text, followed by the hashes of
 * its inputs, sorted, a line each.
 */
export function runId(scenario: Scenario, inputHashes: readonly string[] = []): string {
  const hash = createHash('sha256').update(scenarioText(scenario), 'utf8');
  for (const one of [...inputHashes].sort()) hash.update(`${one}\n`);
  return hash.digest('hex').slice(0, RUN_ID_DIGITS);
}

function inOrder(scenario: Scenario): unknown {
  const { value, faults } = fitSchema(scenarioSchema, located(scenario));
  if (faults.length === 0) return value;
  throw new ScenarioError(faults.map((one) => ({ ...one, path: pathText(one.path) })));
}

const NOWHERE = { file: '', line: 1, column: 1 };

/** A plain value as a tree; keys whose value is undefined are not there. */
export function located(value: unknown): Located {
  if (Array.isArray(value)) return { kind: 'list', place: NOWHERE, items: value.map(located) };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    return {
      kind: 'map',
      place: NOWHERE,
      entries: new Map(
        entries.map(([name, one]) => [name, { place: NOWHERE, value: located(one) }]),
      ),
    };
  }
  const scalar = value as string | number | boolean | null;
  return { kind: 'scalar', place: NOWHERE, value: scalar };
}

function block(value: unknown, depth: number): string[] {
  const indent = '  '.repeat(depth);
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const [first = '', ...others] = lines(item, depth + 1);
      return [`${indent}- ${first.trimStart()}`, ...others];
    });
  }
  return Object.entries(value as object).flatMap(([name, one]) => {
    if (isFlat(one)) return [`${indent}${scalarText(name)}: ${flatText(one)}`];
    return [`${indent}${scalarText(name)}:`, ...block(one, depth + 1)];
  });
}

function lines(value: unknown, depth: number): string[] {
  return isFlat(value) ? [flatText(value)] : block(value, depth);
}

function isFlat(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (!Array.isArray(value)) return Object.keys(value).length === 0;
  return value.every((one) => typeof one !== 'object');
}

function flatText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(scalarText).join(', ')}]`;
  return typeof value === 'object' ? '{}' : scalarText(value);
}

/** Words that YAML 1.1 or 1.2 reads as something else than text. */
const RESERVED = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** A scalar as YAML 1.1 and 1.2 both read it. */
export function scalarText(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  if (/^(?:\.{1,2}\/|[A-Za-z])[A-Za-z0-9_./-]*$/.test(value) && !RESERVED.test(value)) return value;
  // JSON's escapes are YAML's; beyond ASCII everything is escaped, whatever a reader takes as printable.
  return JSON.stringify(value).replaceAll(/[^ -~]/gu, (letter) =>
    escaped(letter.codePointAt(0)!.toString(16)),
  );
}

function escaped(hex: string): string {
  return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
