/** What a buyer or seller sees of itself: its admission, tokens, listings and contracts. */

import type { RouteAnswer } from '@commonwatt/client';
import { useLive, useOwn } from '../live.tsx';
import { pathTo } from '../location.ts';
import { Answer, Empty, Facts, Panel } from '../parts/panel.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import { ContractTable, TransferTable } from './contract-tables.tsx';
import { megawattHours, tokens, tokensPerKilowattHour } from './direct-figures.ts';
import { CsvButton } from './round-contracts.tsx';
import { typeWords } from './round-listings.tsx';

const words = en.direct.own;
const { units } = en.direct;
type Own = RouteAnswer<'memberDirect'>;

export function OwnDirect({ member }: { readonly member: number }) {
  const { own } = useLive();
  const params = { member: `${member}` };
  const direct = useOwn('memberDirect', { params });
  const contracts = useOwn('memberDirectContracts', { params });
  const load = own && (() => own.memberDirectContractTable({ params }));
  return (
    <Answer of={direct} lines={5}>
      {(answer) => (
        <>
          <div className="grid">
            <Panel title={words.admission} className="wide-6">
              <OwnAdmission of={answer} />
            </Panel>
            <Panel title={words.listings} className="wide-6">
              <OwnListings of={answer} />
            </Panel>
          </div>
          <Answer of={contracts} lines={4}>
            {({ contracts: all, cut }) =>
              all.length > 0 && (
                <>
                  <Panel
                    title={words.contracts}
                    aside={<CsvButton name={`member-${member}-contracts`} load={load} />}
                  >
                    <ContractTable contracts={all} />
                    {cut && <p className="quiet">{words.cut}</p>}
                  </Panel>
                  <Panel title={words.transfers}>
                    <TransferTable contracts={all} />
                  </Panel>
                </>
              )
            }
          </Answer>
        </>
      )}
    </Answer>
  );
}

function OwnAdmission({ of }: { readonly of: Own }) {
  const { admission, tokens: purse } = of;
  if (admission === null) return <Empty>{words.none}</Empty>;
  const { admissions } = en.direct;
  return (
    <Facts
      of={[
        [admissions.side, `${typeWords(admission)}, ${admissions.region} ${admission.region}`],
        [admissions.status, admissions.statuses[admission.status]],
        ...(admission.reason === '' ? [] : ([[admissions.reason, admission.reason]] as const)),
        ...(admission.status === 'admitted'
          ? ([
              [admissions.code, `${admission.code}`],
              [admissions.energyMost, `${megawattHours(admission.energyMost)} ${units.energy}`],
              [admissions.valueMost, `${tokens(admission.valueMost)} ${units.tokens}`],
            ] as const)
          : []),
        [words.free, `${tokens(purse.free, 2)} ${units.tokens}`],
        [words.held, `${tokens(purse.held, 2)} ${units.tokens}`],
        [admissions.defaults, `${admission.defaults}`],
      ]}
    />
  );
}

function OwnListings({ of }: { readonly of: Own }) {
  if (of.listings.length === 0) return <Empty>{words.noListings}</Empty>;
  return (
    <Scroll label={words.listings}>
      <table>
        <thead>
          <tr>
            <th scope="col">{en.direct.rounds.round}</th>
            <th scope="col" className="number">
              {en.direct.listings.price}, {units.price}
            </th>
            <th scope="col" className="number">
              {en.direct.listings.energy}, {units.energy}
            </th>
            <th scope="col" className="number">
              {en.direct.listings.held}, {units.tokens}
            </th>
          </tr>
        </thead>
        <tbody>
          {of.listings.map(({ round, terms, held }) => (
            <tr key={round}>
              <td>
                <a href={pathTo.directRound(round)}>{round}</a>
              </td>
              {terms === null ? (
                <td colSpan={2}>{en.direct.listings.isSealed}</td>
              ) : (
                <>
                  <td className="number">{tokensPerKilowattHour(terms.price)}</td>
                  <td className="number">{megawattHours(terms.energy)}</td>
                </>
              )}
              <td className="number">{held === null ? '' : tokens(held)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
