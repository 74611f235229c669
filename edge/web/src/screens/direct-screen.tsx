/** Direct purchase by large consumers: what the trading centre, its buyers and its generators see. */

import type { ReactNode } from 'react';
import { Admissions } from '../direct/admissions.tsx';
import { directPartsOf, isOfCentre } from '../direct/direct-parts.ts';
import { OwnDirect } from '../direct/own-direct.tsx';
import { RoundView } from '../direct/round-view.tsx';
import { RoundsList } from '../direct/rounds-list.tsx';
import { useLive, useOwn } from '../live.tsx';
import { type DirectPart, pathTo } from '../location.ts';
import { Answer, Empty, Panel } from '../parts/panel.tsx';
import { en } from '../words/en.ts';
import { SignedOut } from './me-screen.tsx';

export function DirectScreen(props: {
  readonly part: DirectPart;
  /** One round of them. */
  readonly round: number | undefined;
}) {
  const { part, round } = props;
  const { own } = useLive();
  const me = useOwn('ownMember', {});
  if (own === undefined) return <SignedOut />;
  return (
    <Answer of={me} lines={6}>
      {({ member, roles }) => {
        const parts = directPartsOf(roles);
        return (
          <>
            <header className="page-head row">
              <h1>{en.direct.title}</h1>
              {parts.length > 1 && (
                <nav className="tabs" aria-label={en.direct.title}>
                  {parts.map((one) => (
                    <a
                      key={one}
                      href={pathTo.direct(one)}
                      aria-current={one === part ? 'page' : undefined}
                    >
                      {en.direct.parts[one]}
                    </a>
                  ))}
                </nav>
              )}
            </header>
            {!parts.includes(part) ? (
              <Panel>
                <Empty>{en.direct.noRole}</Empty>
              </Panel>
            ) : part === 'admissions' ? (
              <Admissions />
            ) : (
              <Rounds member={member} round={round} isOfCentre={isOfCentre(roles)} />
            )}
          </>
        );
      }}
    </Answer>
  );
}

function Rounds(props: {
  readonly member: number;
  readonly round: number | undefined;
  readonly isOfCentre: boolean;
}): ReactNode {
  const { member, round } = props;
  if (round !== undefined) return <RoundView key={round} round={round} />;
  return (
    <div className="stack">
      <RoundsList isOfCentre={props.isOfCentre} />
      {!props.isOfCentre && <OwnDirect member={member} />}
    </div>
  );
}
