/** A refusal on its way out: the code, the facts, and how both look on the wire. */

import { type AnyRefusal, type RefusalBody, refusalMessage, refusalStatus } from '@commonwatt/api';
import { type Energy, energy } from '@commonwatt/units';
import { jsonOf } from './json-view.ts';

export class Refused<C extends AnyRefusal = AnyRefusal> {
  readonly code: C;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: C, facts: Readonly<Record<string, unknown>>) {
    this.code = code;
    this.facts = facts;
  }

  get status(): number {
    return refusalStatus[this.code];
  }

  get body(): RefusalBody {
    const facts = Object.entries(this.facts).map(([name, fact]) => [name, jsonOf(fact)]);
    return {
      code: this.code,
      message: refusalMessage(this.code),
      facts: Object.fromEntries(facts),
    };
  }
}

export function refused<C extends AnyRefusal>(
  code: C,
  facts: Readonly<Record<string, unknown>> = {},
): Refused<C> {
  return new Refused(code, facts);
}

/** Thrown where a request turns out to be of the wrong form deep inside. */
export class MalformedRequest extends Error {
  override readonly name = 'MalformedRequest';
  readonly refusal: Refused<'malformed_request'>;
  constructor(facts: { readonly field: string; readonly expected: string; readonly got: string }) {
    super(`${facts.field}: expected ${facts.expected}, got ${facts.got}`);
    this.refusal = refused('malformed_request', facts);
  }
}

/** A number in text that is at most `most`. @throws MalformedRequest */
export function wholeNumber(text: string, field: string, most: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value > most) {
    throw new MalformedRequest({ field, expected: `a whole number <= ${most}`, got: text });
  }
  return value;
}

export const U16_MAX = 65_535;
export const U32_MAX = 4_294_967_295;

/** The most that the ledger's eight bytes of watt-hours hold; the schema knows only the digits. */
const ENERGY_WH_MAX = 2n ** 63n - 1n;

/** Watt-hours in text. @throws MalformedRequest for more than any ledger holds */
export function energyOf(text: string, field: string): Energy {
  const wattHours = BigInt(text);
  if (wattHours <= ENERGY_WH_MAX) return energy(wattHours);
  throw new MalformedRequest({ field, expected: `at most ${ENERGY_WH_MAX} Wh`, got: text });
}
