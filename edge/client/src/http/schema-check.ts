/**
 * Checks a value against a schema of the routes: what is sent before it is sent, and what a node
 * answers before anything is done with it. Knows the part of JSON Schema that the routes use and
 * refuses to guess at any other. The server compiles its schemas into code, which a page must not:
 * its policy forbids `eval`. A test holds the two verdicts against each other.
 */

/** Where a value differs from its schema, the first place in the order of the schema. */
export interface SchemaFault {
  readonly field: string;
  readonly expected: string;
  readonly got: string;
}

type Schema = Readonly<Record<string, unknown>>;

const KEYWORDS = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'patternProperties',
  'items',
  'anyOf',
  'const',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'description',
]);

/** Nothing when the value is as the schema says. @throws Error on a schema it cannot read. */
export function schemaFault(
  schema: unknown,
  value: unknown,
  field: string,
): SchemaFault | undefined {
  const asked = readSchema(schema, field);
  if ('const' in asked) {
    return value === asked.const ? undefined : fault(field, JSON.stringify(asked.const), value);
  }
  if (Array.isArray(asked.anyOf)) return variantFault(asked.anyOf, value, field);
  switch (asked.type) {
    case undefined:
      return undefined;
    case 'object':
      return objectFault(asked, value, field);
    case 'array':
      return arrayFault(asked, value, field);
    case 'string':
      return textFault(asked, value, field);
    case 'integer':
      return integerFault(asked, value, field);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : fault(field, 'true or false', value);
    case 'null':
      return value === null ? undefined : fault(field, 'null', value);
    default:
      throw new Error(`schema of ${field}: type '${String(asked.type)}' is not known here`);
  }
}

function readSchema(schema: unknown, field: string): Schema {
  if (typeof schema !== 'object' || schema === null) {
    throw new Error(`schema of ${field}: expected an object`);
  }
  for (const keyword of Object.keys(schema)) {
    // What the library adds for itself begins with a tilde.
    if (!KEYWORDS.has(keyword) && !keyword.startsWith('~')) {
      throw new Error(`schema of ${field}: keyword '${keyword}' is not known here`);
    }
  }
  return schema as Schema;
}

function variantFault(
  variants: readonly unknown[],
  value: unknown,
  field: string,
): SchemaFault | undefined {
  const faults: SchemaFault[] = [];
  for (const variant of variants) {
    const found = schemaFault(variant, value, field);
    if (found === undefined) return undefined;
    faults.push(found);
  }
  // A value that got further into its variant than to the door has its fault there.
  const inside = faults.find((one) => one.field !== field);
  return inside ?? fault(field, faults.map((one) => one.expected).join(' or '), value);
}

function objectFault(schema: Schema, value: unknown, field: string): SchemaFault | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fault(field, 'an object', value);
  }
  const fields = (schema.properties ?? {}) as Schema;
  const required = (schema.required ?? []) as readonly string[];
  for (const name of required) {
    if (!Object.hasOwn(value, name)) return fault(`${field}.${name}`, 'a value', undefined);
  }
  for (const [name, entry] of Object.entries(value)) {
    if (!Object.hasOwn(fields, name)) {
      if (schema.patternProperties !== undefined || schema.additionalProperties !== false) continue;
      return { field: `${field}.${name}`, expected: 'a known field', got: 'an unknown one' };
    }
    if (entry === undefined && !required.includes(name)) continue;
    const found = schemaFault(fields[name], entry, `${field}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function arrayFault(schema: Schema, value: unknown, field: string): SchemaFault | undefined {
  if (!Array.isArray(value)) return fault(field, 'an array', value);
  const least = (schema.minItems as number | undefined) ?? 0;
  const most = (schema.maxItems as number | undefined) ?? Number.MAX_SAFE_INTEGER;
  if (value.length < least || value.length > most) {
    return { field, expected: `${least} to ${most} items`, got: `${value.length}` };
  }
  for (const [at, entry] of value.entries()) {
    const found = schemaFault(schema.items, entry, `${field}[${at}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function textFault(schema: Schema, value: unknown, field: string): SchemaFault | undefined {
  if (typeof value !== 'string') return fault(field, 'text', value);
  const least = (schema.minLength as number | undefined) ?? 0;
  const most = (schema.maxLength as number | undefined) ?? Number.MAX_SAFE_INTEGER;
  if (value.length < least || value.length > most) {
    return { field, expected: `${least} to ${most} characters`, got: `${value.length}` };
  }
  const { pattern } = schema;
  if (typeof pattern === 'string' && !patternOf(pattern).test(value)) {
    return fault(field, `text like ${pattern}`, value);
  }
  return undefined;
}

function integerFault(schema: Schema, value: unknown, field: string): SchemaFault | undefined {
  const least = (schema.minimum as number | undefined) ?? Number.MIN_SAFE_INTEGER;
  const most = (schema.maximum as number | undefined) ?? Number.MAX_SAFE_INTEGER;
  const good =
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
  return good ? undefined : fault(field, `an integer from ${least} to ${most}`, value);
}

/** The routes have a few dozen patterns; they are compiled once each. */
const patterns = new Map<string, RegExp>();

function patternOf(source: string): RegExp {
  let pattern = patterns.get(source);
  if (pattern === undefined) {
    pattern = new RegExp(source, 'u');
    patterns.set(source, pattern);
  }
  return pattern;
}

const SHOWN_CHARACTERS_MAX = 40;

function fault(field: string, expected: string, value: unknown): SchemaFault {
  return { field, expected, got: shown(value) };
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = String(value);
  return text.length > SHOWN_CHARACTERS_MAX
    ? `'${text.slice(0, SHOWN_CHARACTERS_MAX)}...'`
    : `'${text}'`;
}
