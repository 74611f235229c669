/** What buyers and sellers listed; what is sealed shows that it is there, and no more. */

import { useOwn } from '../live.tsx';
import { Answer, Empty, Panel } from '../parts/panel.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import { megawattHours, tokens, tokensPerKilowattHour } from './direct-figures.ts';

const words = en.direct.listings;
const { units } = en.direct;
const LINES = 500;

const NUMBERS = [
  `${words.price}, ${units.price}`,
  `${words.energy}, ${units.energy}`,
  `${words.green}, ${units.energy}`,
  words.environmental,
  words.subsidy,
  `${words.held}, ${units.tokens}`,
] as const;

export function RoundListings({ round }: { readonly round: number }) {
  const listings = useOwn('directListings', { params: { round: `${round}` } });
  const me = useOwn('ownMember', {});
  return (
    <Panel title={words.title} className="wide-12">
      <Answer of={listings} lines={4}>
        {(answer) => (
          <>
            {answer.hidden > 0 && <p>{words.sealed(answer.hidden)}</p>}
            {answer.listings.length === 0 && answer.hidden === 0 && <Empty>{words.empty}</Empty>}
            {answer.listings.length > 0 && (
              <Scroll label={words.title}>
                <table>
                  <thead>
                    <tr>
                      <th scope="col">{words.member}</th>
                      <th scope="col">{words.type}</th>
                      <th scope="col">{words.region}</th>
                      {NUMBERS.map((name) => (
                        <th key={name} scope="col" className="number">
                          {name}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {answer.listings.slice(0, LINES).map(({ member, sealed, terms, held }) => {
                      const isOwn = member === me.data?.member;
                      const figures =
                        terms === null
                          ? []
                          : [
                              tokensPerKilowattHour(terms.price),
                              megawattHours(terms.energy),
                              terms.side === 'buyer' ? megawattHours(terms.greenEnergy) : '',
                              terms.side === 'seller'
                                ? tokensPerKilowattHour(terms.environmentalPrice)
                                : '',
                              terms.side === 'seller'
                                ? tokensPerKilowattHour(terms.crossSubsidy)
                                : '',
                            ];
                      return (
                        <tr key={member} className={isOwn ? 'own' : ''}>
                          <td>
                            {member} {isOwn && <small>{words.yours}</small>}
                          </td>
                          <td>{terms === null ? '' : typeWords(terms)}</td>
                          <td>{terms?.region}</td>
                          {terms === null ? (
                            <td colSpan={5}>{sealed && words.isSealed}</td>
                          ) : (
                            figures.map((figure, at) => (
                              <td key={NUMBERS[at]} className="number">
                                {figure}
                              </td>
                            ))
                          )}
                          <td className="number">{held === null ? '' : tokens(held)}</td>
                        </tr>
                      );
                    })}
                  </tbody>
                </table>
              </Scroll>
            )}
          </>
        )}
      </Answer>
    </Panel>
  );
}

export function typeWords(of: {
  readonly side: 'buyer' | 'seller';
  readonly type: 'none' | 'wind' | 'thermal' | 'other';
}): string {
  const { sides, types } = en.direct;
  return of.side === 'buyer' ? sides.buyer : `${sides.seller}, ${types[of.type]}`;
}
