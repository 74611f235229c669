/** The orders that trade in every slot while the phone is off, and the form that places one. */

import { actions, type RouteAnswer } from '@commonwatt/client';
import { useState } from 'react';
import { centsPerKilowattHour, dayText, fullTime, kilowattHours } from '../figures.ts';
import { bytesOfHex } from '../hex.ts';
import { useOwn } from '../live.tsx';
import { pathTo } from '../location.ts';
import { Answer, Empty } from '../parts/panel.tsx';
import { en } from '../words/en.ts';
import { StandingForm } from './standing-form.tsx';
import { SubmissionNote } from './submission-note.tsx';
import { useSubmission } from './use-submission.ts';

type Standing = RouteAnswer<'memberOrders'>['standing'][number];

export function StandingOrders(props: {
  readonly me: RouteAnswer<'ownMember'>;
  readonly currency: string;
}) {
  const { me, currency } = props;
  const orders = useOwn('memberOrders', { params: { member: me.member } });
  const [formOpen, setFormOpen] = useState(false);
  return (
    <>
      <Answer of={orders} lines={3}>
        {(answer) =>
          answer.standing.length === 0 ? (
            <Empty>{en.me.noStanding}</Empty>
          ) : (
            <ul className="rows">
              {answer.standing.map((order) => (
                <Row key={order.standing} order={order} />
              ))}
            </ul>
          )
        }
      </Answer>
      {formOpen ? (
        <StandingForm roles={me.roles} currency={currency} close={() => setFormOpen(false)} />
      ) : (
        <button type="button" onClick={() => setFormOpen(true)}>
          {en.me.place}
        </button>
      )}
    </>
  );
}

/** A standing order names the transaction that began it, and the place in it. */
export function actionIdOf(standing: string) {
  const [transaction = '', index = ''] = standing.split(':');
  return { transaction: bytesOfHex(transaction), index: Number(index) };
}

function largest(energies: readonly string[]): bigint {
  let most = 0n;
  for (const energy of energies) if (BigInt(energy) > most) most = BigInt(energy);
  return most;
}

function Row({ order }: { readonly order: Standing }) {
  const { state, send, isReady } = useSubmission();
  const most = largest(order.energies);
  const energy =
    order.energies.length === 1
      ? en.me.everySlot(kilowattHours(most, 3))
      : en.me.profile(kilowattHours(most, 3));
  const transaction = order.standing.split(':')[0] ?? '';
  return (
    <li>
      <div className="row-line">
        <span className={`badge ${order.side}`}>{en.me.sides[order.side]}</span>
        <span className="grow">
          {energy} {order.side === 'buy' ? en.me.atMost : en.me.atLeast}{' '}
          <b>{centsPerKilowattHour(order.limit, 2)}</b>
          <small title={fullTime(order.untilMs)}>
            {en.me.until(dayText(order.untilMs))}{' '}
            <a href={pathTo.transaction(transaction)}>{en.me.asSigned}</a>
          </small>
        </span>
        <button
          type="button"
          disabled={!isReady || state.name === 'sending' || state.name === 'done'}
          onClick={() =>
            void send(() => [actions.withdrawStanding({ standing: actionIdOf(order.standing) })])
          }
        >
          {en.me.withdraw}
        </button>
      </div>
      <SubmissionNote state={state} done={en.me.withdrawn} />
    </li>
  );
}
