/** The ledger of certificates: accounts, offers, compliance, and the peg to the market's. */

import {
  account,
  balanceOf,
  certificateOffers,
  certificatesOf,
  certificatesStanding,
  complianceReport,
  debts,
  keys,
  members,
  periodOf,
} from '@commonwatt/contracts';
import type { CertificateDesk } from '../../certificates/certificate-desk.ts';
import type { Desks } from '../../desks.ts';
import { bridgeView } from '../certificates/bridge-view.ts';
import {
  certificateView,
  complianceView,
  dutyViews,
  entitlementViews,
  periodSpan,
} from '../certificates/certificate-view.ts';
import { untilAllCommitted } from '../committed-state.ts';
import type { Handlers } from '../handler.ts';
import { type Refused, refused, U32_MAX, wholeNumber } from '../refused.ts';

type CertificateHandlers = Pick<
  Handlers,
  'memberCertificates' | 'certificateOffers' | 'certificateCompliance' | 'certificateBridge'
>;

/** Ranges, duties and entitlements in one answer. */
const ROWS_MAX = 1000;

export function certificateHandlers(desks: Desks): CertificateHandlers {
  return {
    memberCertificates: ({ params }) => {
      const member = wholeNumber(params.member, 'path.member', U32_MAX);
      return withCertificates(desks, (desk) => {
        const isKnown = desks.ledger.state.get(members, member) !== undefined;
        if (!isKnown) return refused('member_unknown', { member });
        return accountOf(desks, desk, member);
      });
    },
    certificateOffers: () =>
      withCertificates(desks, ({ ledger }) => {
        const offers = [...certificateOffers(ledger.state)];
        offers.sort((a, b) => Number((a.price ?? 0n) - (b.price ?? 0n)));
        return {
          offers: offers.slice(0, ROWS_MAX).map(certificateView),
          cut: offers.length > ROWS_MAX,
        };
      }),
    certificateCompliance: ({ query }) =>
      withCertificates(desks, (desk) => compliance(desks, desk, query.period)),
    certificateBridge: () => withCertificates(desks, (desk) => bridgeView(desks.ledger, desk)),
  };
}

/** Answers of what is on disk on both ledgers. */
async function withCertificates<T>(
  desks: Desks,
  answer: (desk: CertificateDesk) => T,
): Promise<T | Refused<'not_found'>> {
  const { certificates } = desks;
  if (certificates === undefined) return refused('not_found');
  await untilAllCommitted(desks, certificates);
  return answer(certificates);
}

function accountOf({ ledger }: Desks, desk: CertificateDesk, member: number) {
  const there = desk.memberOf(member);
  const { state } = desk.ledger;
  const certificates = there === undefined ? [] : certificatesOf(state, there);
  const duties = there === undefined ? [] : dutyViews(state, there);
  const entitlements = entitlementViews(ledger.state, member);
  const longest = Math.max(certificates.length, duties.length, entitlements.length);
  return {
    member,
    there: there ?? null,
    coin: `${there === undefined ? 0n : balanceOf(state, account(there, 'available'))}`,
    certificates: certificates.slice(-ROWS_MAX).map(certificateView),
    duties: duties.slice(-ROWS_MAX),
    debt: `${(there === undefined ? undefined : state.get(debts, there))?.energy ?? 0n}`,
    entitlements: entitlements.slice(-ROWS_MAX),
    cut: longest > ROWS_MAX,
  };
}

function compliance(desks: Desks, desk: CertificateDesk, asked: string | undefined) {
  const { state } = desk.ledger;
  const nowMs = Math.max(desks.clock.nowMs(), desk.ledger.info().timeMs);
  const period =
    asked === undefined
      ? (periodOf(state, nowMs) ?? 0)
      : wholeNumber(asked, 'query.period', U32_MAX);
  return {
    period,
    ...periodSpan(state, period),
    standing: `${certificatesStanding(state)}`,
    members: complianceReport(state, period).map((one) => ({
      there: one.member,
      member: marketMemberOf(desks, desk, one.member) ?? null,
      ...complianceView(one),
    })),
  };
}

/** Who has the same key on the market's ledger. */
function marketMemberOf({ ledger }: Desks, desk: CertificateDesk, there: number) {
  const key = desk.ledger.state.get(members, there)?.publicKey;
  return key === undefined ? undefined : ledger.state.get(keys, key)?.member;
}
