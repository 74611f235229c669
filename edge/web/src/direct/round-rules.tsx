/** What a round is played by: its corridors and limits, prices, ratios and companies. */

import type { RouteAnswer } from '@commonwatt/client';
import { dayTime } from '../figures.ts';
import { shortHex } from '../hex.ts';
import { Facts, Panel } from '../parts/panel.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import { megawattHours, percentOfMillionths, tokensPerKilowattHour } from './direct-figures.ts';

type Round = RouteAnswer<'directRound'>;
const words = en.direct.round;
const { units } = en.direct;

const priced = (nanoPerWh: string) => `${tokensPerKilowattHour(nanoPerWh)} ${units.price}`;

export function RoundRules({ round }: { readonly round: Round }) {
  const { rules, seed } = round;
  const ratio = rules.bundlingThousandths;
  return (
    <Panel title={words.rules} className="wide-6">
      <Facts
        of={[
          [words.delivery, `${dayTime(rules.deliveryFromMs)} – ${dayTime(rules.deliveryUntilMs)}`],
          [words.certificatePrice, priced(rules.certificatePrice)],
          [words.bundling, ratio === null ? words.noBundling : words.bundlingOf(`${ratio / 1000}`)],
          [words.collateral, priced(rules.collateralPrice)],
          [
            words.deviation,
            words.deviationOf(
              priced(rules.sellerDeviationPrice),
              priced(rules.buyerDeviationPrice),
            ),
          ],
          [words.quota, percentOfMillionths(rules.quotaMillionths)],
          [
            words.companies,
            words.companiesOf(
              `${rules.gridMember}`,
              `${rules.feeMember}`,
              `${rules.dispatchMember}`,
              rules.certificateMember === null ? en.direct.nobody : `${rules.certificateMember}`,
            ),
          ],
          [
            words.seed,
            seed === null ? (
              words.noSeed
            ) : (
              <code key="seed" title={seed}>
                {shortHex(seed)}
              </code>
            ),
          ],
        ]}
      />
    </Panel>
  );
}

export function RoundCorridors({ round }: { readonly round: Round }) {
  const { corridors, limits } = round.rules;
  const limitOf = new Map(limits.map(({ from, to, energy }) => [nameOf({ from, to }), energy]));
  return (
    <Panel title={words.corridors} className="wide-6">
      <Scroll label={words.corridors}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.corridor}</th>
              <th scope="col" className="number">
                {words.loss}
              </th>
              <th scope="col" className="number">
                {words.transmission}, {units.price}
              </th>
              <th scope="col" className="number">
                {words.limit}, {units.energy}
              </th>
            </tr>
          </thead>
          <tbody>
            {corridors.map((one) => {
              const limit = limitOf.get(nameOf(one));
              return (
                <tr key={`${one.from} ${one.to}`}>
                  <td>
                    {one.from}–{one.to}
                  </td>
                  <td className="number">{percentOfMillionths(one.lossMillionths)}</td>
                  <td className="number">{tokensPerKilowattHour(one.transmissionPrice)}</td>
                  <td className="number">
                    {limit === undefined ? words.noLimit : megawattHours(limit)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}

/** A corridor holds in either direction. */
function nameOf({ from, to }: { readonly from: string; readonly to: string }): string {
  return from < to ? `${from}/${to}` : `${to}/${from}`;
}
