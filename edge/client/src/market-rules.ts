/** The rules that a market can be founded with, what each may be told, and what is wrong with what one was told. */

import {
  callMechanism,
  kindOfMechanism,
  type MarketRules,
  MECHANISM_VERSIONS,
  readSettings,
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
  return [...MECHANISM_VERSIONS].map(([mechanism, versions]) => {
    const kind = kindOfMechanism(mechanism) ?? 'negotiated';
    if (kind === 'negotiated')
      return { mechanism, kind, hasK: false, needsNetwork: false, settings: [] };
    const { settings: fields, tables = [] } = callMechanism(mechanism, versions.at(-1) ?? 0);
    const isK = ({ name, form }: (typeof fields)[number]) => name === 'k' && form === 'decimal';
    return {
      mechanism,
      kind,
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
  rules: Pick<MarketRules, 'mechanism' | 'kThousandths' | 'settings'>,
): { readonly field: string; readonly expected: string } | undefined {
  const { mechanism, settings = [] } = rules;
  const version = MECHANISM_VERSIONS.get(mechanism)?.at(-1);
  const names = () => [...MECHANISM_VERSIONS.keys()].join(', ');
  if (version === undefined) return { field: 'mechanism', expected: `one of ${names()}` };
  if (kindOfMechanism(mechanism) === 'call auction') {
    const read = readSettings(callMechanism(mechanism, version), rules);
    return 'values' in read ? undefined : read;
  }
  const [first] = settings;
  if (first === undefined) return undefined;
  return { field: `settings.${first.name}`, expected: `none of ${mechanism}` };
}
