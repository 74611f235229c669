/** The rules that call markets of a simulated community have: every one that a ledger takes. */

import {
  callMechanism,
  type DefineMarket,
  kindOfMechanism,
  MECHANISM_VERSIONS,
} from '@commonwatt/contracts';
import type { SeededRandom } from '../households/seeded-random.ts';

/** The rule of a call market, and what its market sets of it. */
export type CallRule = Partial<Pick<DefineMarket, 'mechanism' | 'kThousandths' | 'settings'>>;

/** Every auction that may rule a market. */
export const CALL_MECHANISMS: readonly string[] = [...MECHANISM_VERSIONS.keys()].filter(
  (name) => kindOfMechanism(name) === 'call auction',
);

/** Every rule once, from the one of a number on. */
export function drawCallRules(random: SeededRandom, first: number): readonly CallRule[] {
  return CALL_MECHANISMS.map((_, at) => drawCallRule(random, first + at));
}

/** The rule of a number, counted round, with a drawn k, and one of its choices where it has any. */
export function drawCallRule(random: SeededRandom, at: number): CallRule {
  const mechanism = CALL_MECHANISMS[at % CALL_MECHANISMS.length] as string;
  const version = MECHANISM_VERSIONS.get(mechanism)?.at(-1) ?? 1;
  const fields = callMechanism(mechanism, version).settings;
  const settings = fields.flatMap(({ name, choices = [] }) => {
    const value = choices[random.below(choices.length + 1)];
    return value === undefined ? [] : [{ name, value }];
  });
  const kThousandths = 250 * random.below(5);
  return { mechanism, kThousandths, ...(settings.length > 0 && { settings }) };
}
