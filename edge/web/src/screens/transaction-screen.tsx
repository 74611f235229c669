/** A transaction with its body, for its parties, those they granted, and auditors. */

import type { RouteAnswer } from '@commonwatt/client';
import { faultCode, refusalWords } from '../fault-words.ts';
import { shortHex } from '../hex.ts';
import { useLive, useOwn } from '../live.tsx';
import { pathTo } from '../location.ts';
import { Answer, Empty, Facts, Panel } from '../parts/panel.tsx';
import { en } from '../words/en.ts';

export function TransactionScreen({ id }: { readonly id: string }) {
  const { own } = useLive();
  const transaction = useOwn('transactionDetail', { params: { id } });
  const isHidden = ['not_found', 'forbidden'].includes(faultCode(transaction.error) ?? '');
  return (
    <Panel isMain title={en.transaction.title(shortHex(id))}>
      {own === undefined || isHidden ? (
        <Empty>{en.transaction.private}</Empty>
      ) : (
        <Answer of={transaction} lines={6}>
          {(answer) => <Body transaction={answer} />}
        </Answer>
      )}
    </Panel>
  );
}

function Body({ transaction }: { readonly transaction: RouteAnswer<'transactionDetail'> }) {
  const { height, index, member, onBehalfOf, actions, receipt, sender, id, bytes } = transaction;
  return (
    <>
      <p>
        {en.transaction.stands(index)}{' '}
        <a href={pathTo.blockVerified(height)}>{en.ledger.block(height)}</a>.{' '}
        {member !== null && en.transaction.by(member)}{' '}
        {onBehalfOf !== null && en.transaction.onBehalfOf(onBehalfOf)}
      </p>
      <ul className="events">
        {actions.map((action, at) => {
          const outcome = receipt.code === 'done' ? receipt.actions[at] : receipt.code;
          return (
            // The position of an action is its name.
            // biome-ignore lint/suspicious/noArrayIndexKey: actions never move
            <li key={at} className="event">
              <details>
                <summary>
                  <b>{action.name}</b>{' '}
                  <span className={outcome === 'done' ? 'ok' : 'no'}>
                    {outcome === 'done' ? en.transaction.done : refusalWords(outcome ?? 'unknown')}
                  </span>
                </summary>
                <pre>{JSON.stringify(action.message, null, 2)}</pre>
              </details>
            </li>
          );
        })}
      </ul>
      <details>
        <summary>{en.transaction.details}</summary>
        <Facts
          of={[
            [en.transaction.id, <code key="id">{id}</code>],
            [en.transaction.sender, <code key="sender">{sender}</code>],
            [en.transaction.bytes, <code key="bytes">{bytes}</code>],
          ]}
        />
      </details>
    </>
  );
}
