/** Direct purchase by large consumers: what the trading centre, its buyers and its generators see. */

import { Admissions } from '../direct/admissions.tsx';
import { CertificatesView } from '../direct/certificates-view.tsx';
import { directPartsOf, isOfCentre } from '../direct/direct-parts.ts';
import { OwnDirect } from '../direct/own-direct.tsx';
import { PegView } from '../direct/peg-view.tsx';
import { RoundView } from '../direct/round-view.tsx';
import { RoundsList } from '../direct/rounds-list.tsx';
import { useLive, useOpen, useOwn } from '../live.tsx';
import { type DirectPart, pathTo } from '../location.ts';
import { Answer, Empty, Panel, Skeleton } from '../parts/panel.tsx';
import { en } from '../words/en.ts';
import { SignedOut } from './me-screen.tsx';

export function DirectScreen(props: {
  readonly part: DirectPart;
  /** One round of them. */
  readonly round: number | undefined;
}) {
  const { part } = props;
  const { own } = useLive();
  const me = useOwn('ownMember', {});
  const bridge = useOpen('certificateBridge', {});
  if (own === undefined) return <SignedOut />;
  return (
    <Answer of={me} lines={6}>
      {({ member, roles }) => {
        const parts = directPartsOf(roles, bridge.data !== undefined);
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
            {bridge.isPending && part !== 'rounds' && part !== 'admissions' ? (
              <Skeleton lines={6} />
            ) : parts.includes(part) ? (
              <Part {...props} member={member} isOfCentre={isOfCentre(roles)} />
            ) : (
              <Panel>
                <Empty>{part === 'admissions' ? en.direct.noRole : en.direct.noCertificates}</Empty>
              </Panel>
            )}
          </>
        );
      }}
    </Answer>
  );
}

function Part(props: {
  readonly part: DirectPart;
  readonly round: number | undefined;
  readonly member: number;
  readonly isOfCentre: boolean;
}) {
  const { part, round, member } = props;
  switch (part) {
    case 'rounds':
      if (round !== undefined) return <RoundView key={round} round={round} />;
      return (
        <div className="stack">
          <RoundsList isOfCentre={props.isOfCentre} />
          {!props.isOfCentre && <OwnDirect member={member} />}
        </div>
      );
    case 'admissions':
      return <Admissions />;
    case 'certificates':
      return <CertificatesView member={member} isOfCentre={props.isOfCentre} />;
    case 'peg':
      return <PegView />;
  }
}
