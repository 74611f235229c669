/** The rules that a market can be founded with, what each may be told, and what is wrong with what one was told. */

import {
  isK,
  kindOfMechanism,
  type MarketRules,
  MECHANISM_VERSIONS,
  newestCall,
  refuseSettings,
} from '@commonwatt/contracts';
import { expectedOf } from '@commonwatt/mechanisms';

export interface MarketRuleSetting {
  readonly name: string;
  readonly form: string;
  /** Of a choice; otherwise none. */
  readonly choices: readonly string[];
  /** What may be said, in the words of refusals. */
  readonly expected: string;
}

export interface MarketRule {
  readonly mechanism: string;
  readonly kind: MarketRules['kind'];
  /** Whether `kThousandths` of the market places its price. */
  readonly hasK: boolean;
  /** Whether it asks for the lines between feeders. */
  readonly needsNetwork: boolean;
  /** None of them has to be given. */
  readonly settings: readonly MarketRuleSetting[];
}

/** In the order in which they are registered. */
export function marketRules(): readonly MarketRule[] {
  return [...MECHANISM_VERSIONS.keys()].map((mechanism) => {
    const { settings: fields = [], tables = [] } = newestCall(mechanism) ?? {};
    return {
      mechanism,
      kind: kindOfMechanism(mechanism) ?? 'negotiated',
      hasK: fields.some(isK),
      needsNetwork: tables.some(({ required }) => required === true),
      settings: fields
        .filter((field) => !isK(field))
        .map((field) => ({
          name: field.name,
          form: field.form,
          choices: field.choices ?? [],
          expected: expectedOf(field),
        })),
    };
  });
}

/** The first setting that the rule does not take, by the name that the ledger's refusal would have. */
export function refuseRuleSettings(
  rules: Parameters<typeof refuseSettings>[0],
): ReturnType<typeof refuseSettings> {
  if (MECHANISM_VERSIONS.has(rules.mechanism)) return refuseSettings(rules);
  return { field: 'mechanism', expected: `one of ${[...MECHANISM_VERSIONS.keys()].join(', ')}` };
}
