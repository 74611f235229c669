/** One member's view: what it has, what it ordered, what it traded, and the proof of all of it. */

import type { RouteAnswer } from '@commonwatt/client';
import { lazy, Suspense } from 'react';
import { Balance } from '../account/balance.tsx';
import { DeviceKey } from '../account/device-key.tsx';
import { OpenKey } from '../account/open-key.tsx';
import { OpenOrders } from '../account/open-orders.tsx';
import { RecoveryNotice } from '../account/recovery-notice.tsx';
import { StandingOrders } from '../account/standing-orders.tsx';
import { Statements } from '../account/statements.tsx';
import { Trades } from '../account/trades.tsx';
import { faultCode } from '../fault-words.ts';
import { useLive, useOpen, useOwn } from '../live.tsx';
import { pathTo } from '../location.ts';
import { Failed, Panel, Skeleton } from '../parts/panel.tsx';
import { en } from '../words/en.ts';

/** What checks a proof file knows every rule of a market. */
const Proof = lazy(async () => ({ default: (await import('../account/proof.tsx')).Proof }));

export function MeScreen() {
  const { own, session } = useLive();
  const me = useOwn('ownMember', {});
  const status = useOpen('ledgerStatus', {});
  if (own === undefined || session === undefined) return <SignedOut />;
  if (me.data === undefined) {
    if (faultCode(me.error) === 'key_unknown') return <Stranger sentence={en.me.notMember} />;
    return (
      <Panel isMain title={en.nav.me}>
        {me.error ? <Failed fault={me.error} /> : <Skeleton lines={6} />}
      </Panel>
    );
  }
  return <Account me={me.data} currency={status.data?.currency ?? ''} />;
}

function Account(props: { readonly me: RouteAnswer<'ownMember'>; readonly currency: string }) {
  const { me, currency } = props;
  const { member } = me;
  return (
    <>
      <header className="page-head">
        <h1>{me.label ?? en.me.title(member)}</h1>
        <p className="quiet">
          {me.label !== null && `${en.me.title(member)} · `}
          {en.me.kind(me.kind, me.roles.join(', '))}
        </p>
      </header>
      <RecoveryNotice member={member} recovery={me.recovery} />
      <div className="grid">
        <Panel title={en.me.balance} className="wide-4">
          <Balance member={member} currency={currency} />
        </Panel>
        <Panel title={en.me.standing} className="wide-8">
          <StandingOrders me={me} currency={currency} />
        </Panel>
        <div className="wide-8 stack">
          <OpenOrders member={member} currency={currency} />
          <Panel title={en.me.trades}>
            <Trades member={member} currency={currency} />
          </Panel>
          <Panel title={en.me.statements}>
            <Statements member={member} currency={currency} />
          </Panel>
        </div>
        <div className="wide-4 stack">
          <Panel title={en.me.proof}>
            <Suspense fallback={<Skeleton lines={3} />}>
              <Proof member={member} />
            </Suspense>
          </Panel>
          <Panel title={en.access.panel}>
            <p className="quiet">{en.access.about}</p>
            <p>
              <a href={pathTo.access()}>{en.access.open}</a>
            </p>
          </Panel>
          <Panel title={en.me.device}>
            <DeviceKey label={me.label ?? en.me.title(member)} />
          </Panel>
        </div>
      </div>
    </>
  );
}

export function SignedOut() {
  return (
    <div className="narrow stack">
      <Panel isMain title={en.nav.me}>
        <p>{en.me.signedOut}</p>
        <p className="quiet">{en.me.signedOutHint}</p>
      </Panel>
      <OpenKey />
    </div>
  );
}

/** The key on this device belongs to nobody here; it is not lost, and the way out is at hand. */
function Stranger({ sentence }: { readonly sentence: string }) {
  return (
    <div className="narrow stack">
      <Panel isMain title={en.nav.me}>
        <p>{sentence}</p>
      </Panel>
      <Panel title={en.me.device}>
        <DeviceKey label={en.me.keyOf} />
      </Panel>
    </div>
  );
}
