/** The invite: what it admits to, one button, and then the next slot trading. */

import { type Invitation, parseInviteLink, type RouteAnswer, readInvite } from '@commonwatt/client';
import type { Price } from '@commonwatt/units';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { faultCode } from '../fault-words.ts';
import { dayTime, moneyText } from '../figures.ts';
import { hexOfBytes } from '../hex.ts';
import { Joining } from '../joining/joining.tsx';
import { StandingChoice } from '../joining/standing-choice.tsx';
import { type DefaultTerms, sideOf, useDefaultTerms } from '../joining/use-default-terms.ts';
import { useLive, useOpen } from '../live.tsx';
import { pathTo } from '../location.ts';
import { Failed, Skeleton } from '../parts/panel.tsx';
import { canKeepKeys } from '../session.ts';
import { en } from '../words/en.ts';

export function JoinScreen(props: { readonly invite: string; readonly chain: string }) {
  const { invite, chain } = props;
  const invitation = useMemo(
    () => parseInviteLink(`#/join?invite=${invite}&chain=${chain}`),
    [invite, chain],
  );
  return (
    <div className="join">
      {invitation === undefined ? (
        <section className="panel">
          <h1>{en.join.title}</h1>
          <p className="failed">{en.join.invalid}</p>
        </section>
      ) : (
        <Invited invitation={invitation} />
      )}
    </div>
  );
}

function Invited({ invitation }: { readonly invitation: Invitation }) {
  const { open, session } = useLive();
  const status = useOpen('ledgerStatus', {});
  const [begun, setBegun] = useState<DefaultTerms | 'without order'>();
  const [limit, setLimit] = useState<Price>();
  const seed = hexOfBytes(invitation.seed);
  const invite = useQuery({
    queryKey: ['stays', 'invite', seed],
    queryFn: () => readInvite(open, invitation),
    retry: false,
  });
  const terms = useDefaultTerms(invite.data?.roles, limit);
  if (begun !== undefined) {
    return (
      <Joining
        invitation={invitation}
        terms={begun === 'without order' ? undefined : begun}
        back={() => setBegun(undefined)}
      />
    );
  }
  return (
    <section className="panel">
      <h1>{en.join.title}</h1>
      {status.data !== undefined && status.data.chain !== invitation.chain ? (
        <p className="failed">{en.join.otherLedger}</p>
      ) : invite.data !== undefined ? (
        <Welcome
          invite={invite.data}
          ledger={status.data}
          hasAccount={session !== undefined && session.joining === undefined}
          terms={terms}
          choose={setLimit}
          begin={() => setBegun(terms ?? 'without order')}
        />
      ) : faultCode(invite.error) === 'invite_unknown' ? (
        <p className="failed">{en.join.closed}</p>
      ) : invite.error ? (
        <Failed fault={invite.error} />
      ) : (
        <Skeleton lines={5} />
      )}
    </section>
  );
}

function Welcome(props: {
  readonly invite: RouteAnswer<'inviteStatus'>;
  readonly ledger: RouteAnswer<'ledgerStatus'> | undefined;
  readonly hasAccount: boolean;
  readonly terms: DefaultTerms | undefined;
  readonly choose: (limit: Price) => void;
  readonly begin: () => void;
}) {
  const { invite, ledger, hasAccount, terms, choose, begin } = props;
  if (!invite.open) {
    return (
      <>
        <p className="failed">{en.join.closed}</p>
        {hasAccount && <a href={pathTo.me()}>{en.join.toAccount}</a>}
      </>
    );
  }
  const name = ledger?.name.split('/').at(-1) ?? '';
  return (
    <>
      <p className="lead">{en.join.admits(name, invite.kind, invite.roles.join(', '))}</p>
      <ul className="terms">
        <li>{en.join.until(dayTime(invite.expiresMs))}</li>
        {invite.creditLimit !== '0' && (
          <li>{en.join.credit(moneyText(invite.creditLimit, ledger?.currency ?? ''))}</li>
        )}
        <li>{en.join.keyNote}</li>
      </ul>
      {terms !== undefined && (
        <StandingChoice terms={terms} currency={ledger?.currency ?? ''} choose={choose} />
      )}
      {hasAccount ? (
        <p className="attention">
          {en.join.hasAccount} <a href={pathTo.me()}>{en.join.toAccount}</a>
        </p>
      ) : !canKeepKeys() ? (
        <p className="attention">{en.join.notSecure}</p>
      ) : (
        <button
          type="button"
          className="primary"
          disabled={
            ledger === undefined || (terms === undefined && sideOf(invite.roles) !== undefined)
          }
          onClick={begin}
        >
          {en.join.begin}
        </button>
      )}
    </>
  );
}
