/** Checks values against the schemas, and says what is wrong by field, expectation and value. */

import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';

export interface SchemaFault {
  readonly field: string;
  readonly expected: string;
  readonly got: string;
}

const compiled = new WeakMap<TSchema, Validator>();

function validatorOf(schema: TSchema): Validator {
  let validator = compiled.get(schema);
  if (validator === undefined) {
    validator = Compile(schema) as Validator;
    compiled.set(schema, validator);
  }
  return validator;
}

/** The first thing wrong with a value; nothing when it fits. `place` names the value. */
export function schemaFault(
  schema: TSchema,
  value: unknown,
  place: string,
): SchemaFault | undefined {
  const validator = validatorOf(schema);
  if (validator.Check(value)) return undefined;
  const [first] = validator.Errors(value);
  if (first === undefined) return { field: place, expected: 'another value', got: shown(value) };
  const path = first.instancePath.split('/').slice(1).map(unescaped);
  const at = {
    field: fieldName(place, path),
    schema: under(schema, path),
    value: dig(value, path),
  };
  if (first.keyword === 'required') {
    const [missing] = first.params.requiredProperties;
    const name = missing ?? '';
    const expected = describe(under(schema, [...path, name]));
    return { field: fieldName(at.field, [name]), expected, got: 'nothing' };
  }
  if (first.keyword === 'additionalProperties') {
    const name = first.params.additionalProperties[0] ?? '';
    const got = shown(dig(at.value, [name]));
    return { field: fieldName(at.field, [name]), expected: 'no such field', got };
  }
  // Where no field is allowed, the schema is the boolean false.
  const expected = first.keyword === 'boolean' ? 'no such field' : describe(at.schema);
  return { field: at.field, expected, got: shown(at.value) };
}

/** JSON Pointer escapes (RFC 6901 section 3). */
function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

const NAME_LENGTH_MAX = 60;

function fieldName(place: string, path: readonly string[]): string {
  let name = place;
  for (const part of path) {
    const shortened = part.length > NAME_LENGTH_MAX ? `${part.slice(0, NAME_LENGTH_MAX)}...` : part;
    name += /^\d+$/.test(part) ? `[${part}]` : `.${shortened}`;
  }
  return name;
}

function dig(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[part];
  }
  return at;
}

/** The parts of a JSON Schema that our schemas use. */
interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

function under(schema: TSchema, path: readonly string[]): Node | undefined {
  let at: Node | undefined = schema as Node;
  for (const part of path) {
    const properties: Readonly<Record<string, Node>> | undefined = at?.properties;
    at = properties && Object.hasOwn(properties, part) ? properties[part] : at?.items;
  }
  return at;
}

function describe(schema: Node | undefined): string {
  if (schema === undefined) return 'another value';
  if (schema.const !== undefined) return shown(schema.const);
  if (schema.anyOf !== undefined) return schema.anyOf.map(describe).join(' or ');
  const words = [schema.type ?? 'a value'];
  if (schema.description !== undefined) words.push(`(${schema.description})`);
  if (schema.pattern !== undefined) words.push(`like ${schema.pattern}`);
  words.push(...bounds('', schema.minimum, schema.maximum));
  words.push(...bounds(' characters', schema.minLength, schema.maxLength));
  words.push(...bounds(' items', schema.minItems, schema.maxItems));
  return words.join(' ');
}

function bounds(unit: string, least: number | undefined, most: number | undefined): string[] {
  if (least !== undefined && most !== undefined) return [`${least} to ${most}${unit}`];
  if (least !== undefined) return [`>= ${least}${unit}`];
  return most === undefined ? [] : [`<= ${most}${unit}`];
}

const SHOWN_LENGTH_MAX = 60;

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}...` : text;
}
