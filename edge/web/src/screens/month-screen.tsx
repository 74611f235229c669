/** A member's month: energy, money, how it was measured, what was saved, why, and the bill. */

import type { RouteAnswer } from '@commonwatt/client';
import { useArrows } from '../arrows.ts';
import { useLive, useOpen, useOwn, useZone } from '../live.tsx';
import { goTo, pathTo } from '../location.ts';
import { useNodeClock } from '../market-clock.tsx';
import { Bills } from '../month/bills.tsx';
import { dayOf, daysOfMonth, monthAfter, monthName, monthOf } from '../month/days.ts';
import { EnergyOfMonth } from '../month/energy.tsx';
import { MoneyOfMonth, Savings } from '../month/money.tsx';
import { QualityOfMonth } from '../month/quality.tsx';
import { SlotsOfDay } from '../month/slots-of-day.tsx';
import { Neighbours } from '../parts/neighbours.tsx';
import { Answer, Panel, Skeleton } from '../parts/panel.tsx';
import { en } from '../words/en.ts';
import { SignedOut } from './me-screen.tsx';

export function MonthScreen({ month }: { readonly month: string | undefined }) {
  const { own } = useLive();
  const me = useOwn('ownMember', {});
  const clock = useNodeClock();
  const status = useOpen('ledgerStatus', {});
  const zone = useZone();
  if (own === undefined) return <SignedOut />;
  const currency = status.data?.currency;
  if (!me.data || !clock || currency === undefined || zone === undefined) {
    return (
      <Panel isMain title={en.nav.month}>
        <Answer of={{ data: undefined, error: me.error }} lines={6}>
          {() => <Skeleton lines={6} />}
        </Answer>
      </Panel>
    );
  }
  return (
    <Month
      member={me.data.member}
      month={month ?? monthOf(clock.nowMs, zone)}
      today={dayOf(clock.nowMs, zone)}
      currency={currency}
      zone={zone}
    />
  );
}

const WAITING = { data: undefined, error: undefined };

interface Asked {
  readonly member: number;
  readonly month: string;
  readonly today: string;
  readonly currency: string;
  readonly zone: string;
}

function Month({ member, month, today, currency, zone }: Asked) {
  const [before, after] = [pathTo.month(monthAfter(month, -1)), pathTo.month(monthAfter(month, 1))];
  useArrows(before, after);
  const days = daysOfMonth(month);
  const period = useOwn('memberPeriod', { params: { member }, query: days });
  const first = today.startsWith(month) ? today : days.fromDay;
  return (
    <>
      <header className="page-head row">
        <h1>{en.month.title(monthName(month))}</h1>
        <Neighbours
          before={{ path: before, words: en.month.before }}
          after={{ path: after, words: en.month.after }}
          here={month}
          hint={en.month.arrows}
        />
        <input
          type="month"
          aria-label={en.month.choose}
          value={month}
          onChange={(event) => event.target.value && goTo(pathTo.month(event.target.value))}
        />
      </header>
      {/* Another month's figures never stand under this month's name. */}
      <Answer of={period.isPlaceholderData ? WAITING : period} lines={8}>
        {(answer) => (
          <>
            <Findings findings={answer.findings} />
            <div className="grid">
              <Panel title={en.month.energy} className="wide-4">
                <EnergyOfMonth energy={answer.energy} />
              </Panel>
              <Panel title={en.month.money} className="wide-8">
                <MoneyOfMonth period={answer} currency={currency} />
              </Panel>
              <Panel title={en.month.savings} className="wide-4">
                <Savings period={answer} currency={currency} />
              </Panel>
              <Panel title={en.month.quality} className="wide-4">
                <QualityOfMonth quality={answer.quality} />
              </Panel>
              <Panel title={en.bills.title} className="wide-4">
                <Bills member={member} currency={currency} />
              </Panel>
              <Panel title={en.month.why} className="wide-12">
                <SlotsOfDay
                  key={month}
                  member={member}
                  currency={currency}
                  days={days}
                  first={first}
                  zone={zone}
                />
              </Panel>
            </div>
          </>
        )}
      </Answer>
    </>
  );
}

function Findings(props: { readonly findings: RouteAnswer<'memberPeriod'>['findings'] }) {
  const known: Readonly<Record<string, (slots: number) => string>> = en.month.findings;
  return props.findings.map(({ code, slots }) => (
    <p className="attention" key={code}>
      {known[code]?.(slots) ?? en.month.otherFinding(code, slots)}
    </p>
  ));
}
