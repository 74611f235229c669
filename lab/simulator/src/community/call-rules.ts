/** The rules that call markets of a simulated community have: every one that a ledger takes. */

import {
  COMMUNITY_ZONE,
  type DefineMarket,
  kindOfMechanism,
  MECHANISM_VERSIONS,
  type NetworkLine,
  newestCall,
} from '@commonwatt/contracts';
import { energy } from '@commonwatt/units';
import type { SeededRandom } from '../households/seeded-random.ts';

/** The rule of a call market, and what its market sets of it. */
export type CallRule = Partial<
  Pick<DefineMarket, 'mechanism' | 'kThousandths' | 'settings' | 'network'>
>;

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
  const { settings: fields = [], tables = [] } = newestCall(mechanism) ?? {};
  const settings = fields.flatMap(({ name, choices = [] }) => {
    const value = choices[random.below(choices.length + 1)];
    return value === undefined ? [] : [{ name, value }];
  });
  const kThousandths = 250 * random.below(5);
  const isNetworked = tables.some(({ name }) => name === 'network');
  return {
    mechanism,
    kThousandths,
    ...(settings.length > 0 && { settings }),
    ...(isNetworked && { network: networkOf(kThousandths) }),
  };
}

/** The feeders that `feederOf` deals members to, one behind the other; some markets have them carry nothing. */
function networkOf(kThousandths: number): readonly NetworkLine[] {
  const limit = energy(BigInt(kThousandths));
  return [
    { from: 'feeder-1', to: COMMUNITY_ZONE, limit },
    { from: 'feeder-2', to: 'feeder-1', limit },
  ];
}

/** Every third member hangs on no feeder. */
export function feederOf(member: number): string {
  return member % 3 === 0 ? '' : `feeder-${member % 3}`;
}
