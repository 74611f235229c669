/** Orders that were sent one by one and wait for their gate; standing ones show their next slot. */

import { actions } from '@commonwatt/client';
import { centsPerKilowattHour, dayTime, kilowattHours, moneyText } from '../figures.ts';
import { bytesOfHex } from '../hex.ts';
import { useOwn } from '../live.tsx';
import { pathTo } from '../location.ts';
import { Panel } from '../parts/panel.tsx';
import { en } from '../words/en.ts';
import { SubmissionNote } from './submission-note.tsx';
import { useSubmission } from './use-submission.ts';

export function OpenOrders(props: { readonly member: number; readonly currency: string }) {
  const { member, currency } = props;
  const orders = useOwn('memberOrders', { params: { member } });
  const rows = orders.data?.orders ?? [];
  const { state, send, isReady } = useSubmission();
  if (rows.length === 0) return null;
  return (
    <Panel title={en.me.openOrders}>
      <ul className="rows">
        {rows.map((order) => (
          <li key={order.order}>
            <div className="row-line">
              <span className={`badge ${order.side}`}>{en.me.sides[order.side]}</span>
              <span className="grow">
                <a href={pathTo.slot(order.market, order.slotMs)}>{dayTime(order.slotMs)}</a>{' '}
                {kilowattHours(order.energy, 3)}{' '}
                {order.limit !== null && centsPerKilowattHour(order.limit, 2)}
                <small>{en.me.holds(moneyText(order.reserved, currency, 4))}</small>
              </span>
              {/* A derived order goes with the standing order that it comes from. */}
              {!order.order.includes('@') && (
                <button
                  type="button"
                  disabled={!isReady || state.name === 'sending'}
                  onClick={() =>
                    void send(() => [actions.withdraw({ order: orderIdOf(order.order) })])
                  }
                >
                  {en.me.withdraw}
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
      <SubmissionNote state={state} done={en.me.withdrawn} />
    </Panel>
  );
}

function orderIdOf(order: string) {
  const [transaction = '', index = ''] = order.split(':');
  return { transaction: bytesOfHex(transaction), index: Number(index), derivedForMs: 0 };
}
