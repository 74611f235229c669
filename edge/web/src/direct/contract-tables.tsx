/** Contracts with their amounts, and the transfers of each stage: made, due or made by the contract. */

import type { RouteAnswer } from '@commonwatt/client';
import { dayTime } from '../figures.ts';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import { megawattHours, tokens } from './direct-figures.ts';
import { cutWords } from './reasons.ts';

export type Contract = RouteAnswer<'directContracts'>['contracts'][number];
const words = en.direct.contracts;
const { units } = en.direct;

const AMOUNTS = ['buyerPays', 'sellerGets', 'transmission', 'fees', 'certificate'] as const;

/** What a contract comes to: by what was delivered once it is paid, by what was agreed before. */
function amountsOf({ paid, amounts }: Contract): Contract['amounts'] {
  return paid ?? amounts;
}

function sumOf(contracts: readonly Contract[], name: (typeof AMOUNTS)[number] | 'energy'): bigint {
  return contracts.reduce((sum, one) => sum + BigInt(amountsOf(one)[name]), 0n);
}

/** E x L = seller's payment + E x (S + W), over every line. */
export function lawHolds(contracts: readonly Contract[]): boolean {
  const parts = (['sellerGets', 'transmission', 'fees'] as const).map((name) =>
    sumOf(contracts, name),
  );
  return sumOf(contracts, 'buyerPays') === parts.reduce((sum, one) => sum + one, 0n);
}

export function ContractTable({ contracts }: { readonly contracts: readonly Contract[] }) {
  const holds = lawHolds(contracts);
  return (
    <>
      <Scroll label={words.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.contract}</th>
              <th scope="col">{words.buyer}</th>
              <th scope="col">{words.seller}</th>
              <th scope="col" className="number">
                {words.energy}, {units.energy}
              </th>
              <th scope="col" className="number">
                {words.cut}, {units.energy}
              </th>
              {AMOUNTS.map((name) => (
                <th key={name} scope="col" className="number">
                  {words[name]}, {units.tokens}
                </th>
              ))}
              <th scope="col">{words.status}</th>
            </tr>
          </thead>
          <tbody>
            {contracts.map((one) => (
              <ContractLine key={`${one.round} ${one.contract}`} contract={one} />
            ))}
          </tbody>
          <tfoot className="sums">
            <tr>
              <th scope="row" colSpan={3}>
                {words.sum}
              </th>
              <td className="number">{megawattHours(sumOf(contracts, 'energy'))}</td>
              <td />
              {AMOUNTS.map((name) => (
                <td key={name} className="number">
                  <b>{tokens(sumOf(contracts, name))}</b>
                </td>
              ))}
              <td />
            </tr>
          </tfoot>
        </table>
      </Scroll>
      <p className={holds ? 'ok' : 'failed'}>{holds ? `✓ ${words.law}` : words.lawBroken}</p>
    </>
  );
}

function ContractLine({ contract }: { readonly contract: Contract }) {
  const { terms, requested, status, reason } = contract;
  const amounts = amountsOf(contract);
  const cut = BigInt(requested) - BigInt(contract.amounts.energy);
  return (
    <tr>
      <td>
        {contract.round}/{contract.contract}
      </td>
      <td>{terms.buyer}</td>
      <td>
        {terms.seller} {en.direct.types[terms.type]}
        {terms.green && <small> {words.green}</small>}
      </td>
      <td className="number">{megawattHours(amounts.energy)}</td>
      <td className="number">{cut > 0n ? megawattHours(cut) : ''}</td>
      {AMOUNTS.map((name) => (
        <td key={name} className="number" title={tokens(amounts[name], 9)}>
          {tokens(amounts[name])}
        </td>
      ))}
      <td>
        {words.statuses[status]}
        {reason !== '' && <small className="quiet"> {cutWords(reason)}</small>}
      </td>
    </tr>
  );
}

const moves = en.direct.transfers;

export function TransferTable({ contracts }: { readonly contracts: readonly Contract[] }) {
  const due = contracts.reduce((sum, one) => sum + one.due.length, 0);
  return (
    <>
      <p className={due > 0 ? 'attention' : 'ok'}>{moves.missing(due)}</p>
      <Scroll label={moves.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{moves.contract}</th>
              <th scope="col">{moves.committed}</th>
              <th scope="col" className="number">
                {moves.delivered}, {units.energy}
              </th>
              <th scope="col">{moves.released}</th>
              <th scope="col">{moves.due}</th>
              <th scope="col">{moves.defaults}</th>
            </tr>
          </thead>
          <tbody>
            {contracts.map((one) => (
              <TransferLine key={`${one.round} ${one.contract}`} contract={one} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function TransferLine({ contract }: { readonly contract: Contract }) {
  const { terms, committed, delivered, released, due, paid } = contract;
  const lower =
    delivered === null || BigInt(delivered.fedIn) < BigInt(delivered.drawn)
      ? delivered?.fedIn
      : delivered.drawn;
  const defaults = [
    [moves.buyer, contract.buyerDefaults],
    [moves.seller, contract.sellerDefaults],
  ] as const;
  return (
    <tr>
      <td>
        {contract.round}/{contract.contract}{' '}
        <small className="quiet">{moves.of(`${terms.buyer}`, `${terms.seller}`)}</small>
      </td>
      <td>{movedWords(committed)}</td>
      <td className="number">
        {paid !== null
          ? megawattHours(paid.energy)
          : lower === undefined
            ? moves.nothing
            : megawattHours(lower)}
      </td>
      <td>{movedWords(released)}</td>
      <td>
        {due.map((one) => (
          <div key={`${one.side} ${one.stage}`} className="attention-text">
            {moves.dueOf(en.direct.sides[one.side], tokens(one.amount), dayTime(one.untilMs))}
          </div>
        ))}
      </td>
      <td className="no">
        {defaults
          .filter(([, count]) => count > 0)
          .map(([side, count]) => moves.defaulted(side, count))
          .join(', ')}
      </td>
    </tr>
  );
}

function movedWords({ buyer, seller }: Contract['committed']): string {
  if (buyer && seller) return moves.both;
  if (buyer) return moves.buyerAlone;
  return seller ? moves.sellerAlone : moves.nothing;
}
