/** The operator's screens, those that the roles of the key on this device open. */

import { lazy, Suspense } from 'react';
import { BillingDesk } from '../desk/billing-desk.tsx';
import { deskPartsOf } from '../desk/desk-parts.ts';
import { QualityDesk } from '../desk/quality-desk.tsx';
import { RecordsDesk } from '../desk/records-desk.tsx';
import { useLive, useOpen, useOwn } from '../live.tsx';
import { type DeskPart, pathTo } from '../location.ts';
import { Answer, Empty, Panel, Skeleton } from '../parts/panel.tsx';
import { en } from '../words/en.ts';
import { SignedOut } from './me-screen.tsx';

/** Readers of files and of time zones are only fetched by those who import. */
const ImportDesk = lazy(() => import('../desk/import-desk.tsx'));
/** Every rule of a market is only fetched by those who found one. */
const MarketsDesk = lazy(() => import('../desk/markets-desk.tsx'));

export function DeskScreen({ part }: { readonly part: DeskPart }) {
  const { own } = useLive();
  const me = useOwn('ownMember', {});
  const status = useOpen('ledgerStatus', {});
  if (own === undefined) return <SignedOut />;
  return (
    <Answer of={me} lines={6}>
      {({ roles }) => {
        const parts = deskPartsOf(roles);
        return (
          <>
            <header className="page-head row">
              <h1>{en.desk.title}</h1>
              <nav className="tabs" aria-label={en.desk.title}>
                {parts.map((one) => (
                  <a
                    key={one}
                    href={pathTo.desk(one)}
                    aria-current={one === part ? 'page' : undefined}
                  >
                    {en.desk.parts[one]}
                  </a>
                ))}
              </nav>
            </header>
            {parts.includes(part) ? (
              <Part part={part} currency={status.data?.currency ?? ''} />
            ) : (
              <Panel>
                <Empty>{en.desk.noRole}</Empty>
              </Panel>
            )}
          </>
        );
      }}
    </Answer>
  );
}

function Part({ part, currency }: { readonly part: DeskPart; readonly currency: string }) {
  switch (part) {
    case 'import':
      return (
        <Suspense fallback={<Skeleton lines={6} />}>
          <ImportDesk />
        </Suspense>
      );
    case 'quality':
      return <QualityDesk />;
    case 'records':
      return <RecordsDesk />;
    case 'billing':
      return <BillingDesk currency={currency} />;
    case 'markets':
      return (
        <Suspense fallback={<Skeleton lines={6} />}>
          <MarketsDesk />
        </Suspense>
      );
  }
}
