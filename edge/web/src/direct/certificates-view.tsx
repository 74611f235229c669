/** Certificates: the centre sees who owes and has met, a member its own account, both what is offered. */

import { useOpen, useOwn } from '../live.tsx';
import { Answer, Empty, Panel } from '../parts/panel.tsx';
import { en } from '../words/en.ts';
import { CertificateRanges } from './certificate-ranges.tsx';
import { Compliance } from './compliance.tsx';
import { OwnCertificates } from './own-certificates.tsx';

const words = en.direct.certificates;

export function CertificatesView(props: { readonly member: number; readonly isOfCentre: boolean }) {
  const status = useOpen('ledgerStatus', {});
  const currency = status.data?.currency ?? '';
  return (
    <div className="stack">
      {props.isOfCentre ? (
        <Compliance />
      ) : (
        <OwnCertificates member={props.member} currency={currency} />
      )}
      <Offers currency={currency} />
    </div>
  );
}

function Offers({ currency }: { readonly currency: string }) {
  const answer = useOwn('certificateOffers', {});
  return (
    <Panel title={words.offers}>
      <Answer of={answer} lines={3}>
        {({ offers, cut }) =>
          offers.length === 0 ? (
            <Empty>{words.noOffers}</Empty>
          ) : (
            <>
              <CertificateRanges
                withOwner
                label={words.offers}
                certificates={offers}
                currency={currency}
              />
              {cut && <p className="quiet">{words.cut}</p>}
            </>
          )
        }
      </Answer>
    </Panel>
  );
}
