/**
 * The schema of scenario files as JSON Schema, for editors and other programs. A file that extends
 * another may leave anything out, set keys to nothing and remove members; all others must be whole, less
 * what has a default.
 */

import type { Schema } from './fit-schema.ts';
import { SCENARIO_SCHEMA, scenarioSchema } from './scenario.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

const EXTENDS: JsonObject = {
  type: 'string',
  minLength: 1,
  description: 'A scenario file that this one changes, from the folder of this one.',
};

export function scenarioJsonSchema(): JsonObject {
  const { title, $id, ...schema } = JSON.parse(JSON.stringify(scenarioSchema));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:commonwatt:${String($id ?? SCENARIO_SCHEMA)}`,
    title: String(title),
    if: { required: ['extends'] },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's word
    then: { $ref: '#/$defs/changes' },
    else: { $ref: '#/$defs/whole' },
    $defs: { whole: whole(schema), changes: changes(schema) },
  };
}

/** What has a default may be left out. */
function whole(schema: Schema): JsonObject {
  return mapped(schema, whole, (one) => {
    const required = (one.required ?? []).filter(
      (name) => one.properties?.[name]?.default === undefined,
    );
    return required.length === 0 ? {} : { required };
  });
}

function changes(schema: Schema): JsonObject {
  const within = (one: Schema, name?: string): JsonObject => {
    const made = mapped(one, within, () => ({}));
    const { properties, patternProperties } = made;
    // Of a list of members, the entries.
    if (name === 'members' && one.items !== undefined) {
      const items = within(one.items);
      const extra = { remove: { const: true, description: 'Takes the member of this name away.' } };
      return {
        ...made,
        items: { ...items, properties: { ...section(items.properties), ...extra } },
      };
    }
    return {
      ...made,
      ...(properties === undefined ? {} : { properties: orNothing(properties) }),
      ...(patternProperties === undefined
        ? {}
        : { patternProperties: orNothing(patternProperties) }),
    };
  };
  const made = within(schema);
  return { ...made, properties: { extends: EXTENDS, ...section(made.properties) } };
}

/** A key set to nothing is taken away from the base; a name is what a member is found by. */
function orNothing(sections: Json): JsonObject {
  const entries = Object.entries(section(sections));
  return Object.fromEntries(
    entries.map(([key, one]) => [key, key === 'name' ? one : { anyOf: [one, { type: 'null' }] }]),
  );
}

function section(value: Json | undefined): JsonObject {
  return value as JsonObject;
}

function mapped(
  schema: Schema,
  within: (one: Schema, name?: string) => JsonObject,
  requirement: (schema: Schema) => JsonObject,
): JsonObject {
  const { required: _required, properties, anyOf, items, patternProperties, ...plain } = schema;
  const inside = (sections: Readonly<Record<string, Schema>>): JsonObject =>
    Object.fromEntries(Object.entries(sections).map(([name, one]) => [name, within(one, name)]));
  return {
    ...(plain as JsonObject),
    ...requirement(schema),
    ...(properties === undefined ? {} : { properties: inside(properties) }),
    ...(patternProperties === undefined ? {} : { patternProperties: inside(patternProperties) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map((one) => within(one)) }),
    ...(items === undefined ? {} : { items: within(items) }),
  };
}
