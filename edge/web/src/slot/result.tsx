/** What a slot came to beside its price: room for it, what lies between two prices, the rule, the proof. */

import type { RouteAnswer } from '@commonwatt/client';
import { centsPerKilowattHour, exactMoney, kilowattHours, moneyText } from '../figures.ts';
import { useOpen } from '../live.tsx';
import { pathTo } from '../location.ts';
import { Facts } from '../parts/panel.tsx';
import { ruleAbout, ruleName, settingName, settingValue } from '../rule-words.ts';
import { twoPrices } from '../slot-prices.ts';
import { en } from '../words/en.ts';

/** How far the price could have moved: only where there is one that all have. */
export function roomForPrice(
  result: RouteAnswer<'slotClearing'>['clearing'],
  isTwo: boolean,
): string {
  if (result.volume === '0') return en.slot.noInterval;
  if (result.price === null) return isTwo ? en.slot.ownTwoPrices : en.slot.ownPrices;
  if (result.low === null || result.high === null) return en.slot.noneNamed;
  if (result.low === result.high) return en.slot.onePrice;
  return en.slot.interval(
    centsPerKilowattHour(result.low, 2),
    centsPerKilowattHour(result.high, 2),
  );
}

export function Result({ cleared }: { readonly cleared: RouteAnswer<'slotClearing'> }) {
  const { clearing: result, meanPrice, meanSellerPrice, spread, rule, height } = cleared;
  const status = useOpen('ledgerStatus', {});
  const currency = status.data?.currency ?? '';
  const isTwo = twoPrices({ price: meanPrice, sellerPrice: meanSellerPrice }) !== undefined;
  return (
    <Facts
      of={[
        [en.slot.intervalName, roomForPrice(result, isTwo)],
        ...(isTwo
          ? [
              [
                en.slot.spread,
                <span key="spread" title={exactMoney(spread, currency)}>
                  {en.slot.spreadWords(moneyText(spread, currency, 4))}
                </span>,
              ] as const,
            ]
          : []),
        [en.slot.rule, <Rule key="rule" result={result} exact={rule} />],
        ...result.settings.map((setting): [string, string] => [
          settingName(setting.name),
          settingValue(setting),
        ]),
        ...linesOf(result.network),
        [
          en.slot.proof,
          <a key="proof" href={pathTo.blockVerified(height)}>
            {en.slot.proofWords(height)}
          </a>,
        ],
      ]}
    />
  );
}

/** What lies between feeders, where the rule knows it. */
function linesOf(network: RouteAnswer<'slotClearing'>['clearing']['network']) {
  return network.map(({ from, to, limit }): [string, string] => [
    en.rules.line(from, to),
    en.rules.carries(kilowattHours(limit)),
  ]);
}

/** What the rule is called, what it does, and word for word what it says. */
function Rule(props: {
  readonly result: RouteAnswer<'slotClearing'>['clearing'];
  readonly exact: string;
}) {
  const { mechanism, mechanismVersion } = props.result;
  return (
    <>
      <b>{ruleName(mechanism)}</b>
      <span className="rule-about">{ruleAbout(mechanism)}</span>
      <details>
        <summary>{en.rules.exact}</summary>
        <p className="quiet">
          {en.rules.versionOf(mechanism, mechanismVersion)}: {props.exact}
        </p>
      </details>
    </>
  );
}

/** What an order placed now would be ruled by. */
export function OpenRule({ market }: { readonly market: number }) {
  const markets = useOpen('marketList', {});
  const rules = markets.data?.markets.find((one) => one.market === market);
  if (rules === undefined) return null;
  return (
    <Facts
      of={[
        [
          en.slot.rule,
          <span key="rule">
            <b>{ruleName(rules.mechanism)}</b>
            <span className="rule-about">{ruleAbout(rules.mechanism)}</span>
          </span>,
        ],
        ...rules.settings.map((setting): [string, string] => [
          settingName(setting.name),
          settingValue(setting),
        ]),
      ]}
    />
  );
}
