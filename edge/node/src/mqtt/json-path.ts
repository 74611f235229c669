/**
 * A small part of JSONPath (RFC 9535): `$`, then members `.name` or `['name']` and elements `[0]`.
 * It names one place or none; there are no wildcards, filters, slices or scripts.
 */

import type { JsonValue } from '@commonwatt/api';

export interface JsonPath {
  readonly text: string;
  readonly steps: readonly (string | number)[];
}

const CHARACTERS_MAX = 200;
const STEPS_MAX = 16;
const STEP =
  /\.(?<name>[A-Za-z_][A-Za-z0-9_-]*)|\['(?<quoted>[^'\\]{1,100})'\]|\[(?<index>0|[1-9][0-9]{0,4})\]/y;

/** @throws RangeError saying what a path is. */
export function parseJsonPath(text: string): JsonPath {
  const fail = (): never => {
    throw new RangeError("a path such as $.a.b[0] or $.params['em:0'].total");
  };
  if (!text.startsWith('$') || text.length > CHARACTERS_MAX) fail();
  const steps: (string | number)[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < text.length) {
    const groups = STEP.exec(text)?.groups;
    if (groups === undefined || steps.length >= STEPS_MAX) return fail();
    const { name, quoted, index } = groups;
    steps.push(index === undefined ? (name ?? quoted ?? '') : Number(index));
  }
  return { text, steps };
}

/** What stands there; nothing when the path leads nowhere. Inherited members are not there. */
export function atJsonPath(value: JsonValue, { steps }: JsonPath): JsonValue | undefined {
  let at: JsonValue | undefined = value;
  for (const step of steps) {
    if (typeof step === 'number') {
      at = Array.isArray(at) ? at[step] : undefined;
    } else if (typeof at === 'object' && at !== null && !Array.isArray(at)) {
      at = Object.hasOwn(at, step) ? at[step] : undefined;
    } else {
      at = undefined;
    }
    if (at === undefined) return undefined;
  }
  return at;
}
