/** What was listed and found nobody, and what the check left nothing of: each with its reason. */

import { useOwn } from '../live.tsx';
import { Answer, Empty, Panel } from '../parts/panel.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import { megawattHours } from './direct-figures.ts';
import { cutWords } from './reasons.ts';

const words = en.direct.unmatched;
const LINES = 500;

export function RoundUnmatched({ round }: { readonly round: number }) {
  const matching = useOwn('directMatching', { params: { round: `${round}` } });
  return (
    <Panel title={words.title} className="wide-6">
      <Answer of={matching} lines={4}>
        {({ basis, pairs, unmatched }) => {
          if (basis === null) return <Empty>{words.notYet}</Empty>;
          const cut = pairs.filter(({ requested, amounts }) => requested !== amounts.energy);
          if (unmatched.length === 0 && cut.length === 0) return <Empty>{words.empty}</Empty>;
          return (
            <Scroll label={words.title}>
              <table className="reasons">
                <thead>
                  <tr>
                    <th scope="col">{words.member}</th>
                    <th scope="col" className="number">
                      {words.energy}, {en.direct.units.energy}
                    </th>
                    <th scope="col">{words.reason}</th>
                  </tr>
                </thead>
                <tbody>
                  {unmatched.slice(0, LINES).map(({ member, side, energy, reason }) => (
                    <tr key={`${member}`}>
                      <td>
                        {en.direct.sides[side]} {member}
                      </td>
                      <td className="number">{megawattHours(energy)}</td>
                      <td>{words.reasons[reason]}</td>
                    </tr>
                  ))}
                  {cut.slice(0, LINES).map(({ terms, requested, amounts, reason }) => (
                    <tr key={`${terms.buyer} ${terms.seller} ${terms.green}`}>
                      <td>{words.pair(terms.buyer, terms.seller)}</td>
                      <td className="number">
                        {megawattHours(BigInt(requested) - BigInt(amounts.energy))}
                      </td>
                      <td>{words.cut(cutWords(reason), amounts.energy === '0')}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          );
        }}
      </Answer>
    </Panel>
  );
}
