/** The shell: who and where at the top, the screen below, the keys everywhere. */

import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { isTyping } from './arrows.ts';
import { deskPartsOf } from './desk/desk-parts.ts';
import { useHasDirect } from './direct/use-has-direct.ts';
import { ZONE } from './figures.ts';
import { useOpen, useOwn, useZone } from './live.tsx';
import { findPlace, goTo, type Place, pathTo, usePlace } from './location.ts';
import { GateCountdown, useNodeClock, useStreetMarket } from './market-clock.tsx';
import { CosignedAge } from './parts/cosigned-age.tsx';
import { Panel, Skeleton } from './parts/panel.tsx';
import { AccessScreen } from './screens/access-screen.tsx';
import { BlocksScreen } from './screens/blocks-screen.tsx';
import { DeskScreen } from './screens/desk-screen.tsx';
import { DirectScreen } from './screens/direct-screen.tsx';
import { JoinScreen } from './screens/join-screen.tsx';
import { MeScreen } from './screens/me-screen.tsx';
import { MonthScreen } from './screens/month-screen.tsx';
import { SlotScreen } from './screens/slot-screen.tsx';
import { StreetScreen } from './screens/street-screen.tsx';
import { TransactionScreen } from './screens/transaction-screen.tsx';
import { ThemeSwitch } from './theme.tsx';
import { en } from './words/en.ts';

/** What clears a slot again knows every rule of a market, and is only fetched by those who look at a block. */
const BlockScreen = lazy(async () => ({
  default: (await import('./screens/block-screen.tsx')).BlockScreen,
}));

export function App() {
  const place = usePlace();
  const zone = useZone();
  const [helpOpen, setHelpOpen] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      if (event.key === '/') {
        event.preventDefault();
        search.current?.focus();
      }
      if (event.key === '?') setHelpOpen((open) => !open);
      if (event.key === 'Escape') setHelpOpen(false);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        {en.skip}
      </button>
      <Top place={place} search={search} />
      <main ref={main} tabIndex={-1}>
        <Screen place={place} />
      </main>
      <footer className="foot">
        <span>{en.foot.times(ZONE)}</span>
        {zone !== undefined && zone !== ZONE && <span>{en.foot.days(zone)}</span>}
        <span>{en.foot.names}</span>
        <a href={pathTo.check()}>{en.nav.check}</a>
        <button type="button" className="quiet" onClick={() => setHelpOpen(!helpOpen)}>
          {en.keys.title} ?
        </button>
      </footer>
      {helpOpen && <Keys close={() => setHelpOpen(false)} />}
    </>
  );
}

function Screen({ place }: { readonly place: Place }) {
  switch (place.screen) {
    case 'street':
      return <StreetScreen />;
    case 'slot':
      return <SlotScreen market={place.market} slotMs={place.slotMs} />;
    case 'blocks':
      return <BlocksScreen />;
    case 'block':
      return (
        <Suspense fallback={<Skeleton lines={6} />}>
          <BlockScreen key={place.height} height={place.height} verify={place.verify} />
        </Suspense>
      );
    case 'transaction':
      return <TransactionScreen id={place.id} />;
    case 'me':
      return <MeScreen />;
    case 'access':
      return <AccessScreen />;
    case 'month':
      return <MonthScreen month={place.month} />;
    case 'desk':
      return <DeskScreen part={place.part} />;
    case 'direct':
      return <DirectScreen part={place.part} round={place.round} />;
    case 'join':
      return <JoinScreen invite={place.invite} chain={place.chain} />;
    case 'check':
    case 'unknown':
      return (
        <Panel isMain title={en.unknownPlace}>
          <p>
            <a href={pathTo.street()}>{en.backToStreet}</a>
          </p>
        </Panel>
      );
  }
}

function Top(props: {
  readonly place: Place;
  readonly search: React.RefObject<HTMLInputElement | null>;
}) {
  const status = useOpen('ledgerStatus', {});
  return (
    <header className="top">
      <a className="brand" href={pathTo.street()}>
        <img src="/mark.svg" alt="" width="22" height="22" />
        <strong>{en.product}</strong>
        <span>{status.data?.name.split('/').at(-1)}</span>
      </a>
      <CosignedAge />
      <GateCountdown />
      <Navigation place={props.place} />
      <Search input={props.search} />
      <ThemeSwitch />
    </header>
  );
}

function Navigation({ place }: { readonly place: Place }) {
  const here = (screens: readonly Place['screen'][]) =>
    screens.includes(place.screen) ? 'page' : undefined;
  const me = useOwn('ownMember', {});
  const hasDirect = useHasDirect();
  return (
    <nav aria-label={en.nav.title}>
      <a href={pathTo.street()} aria-current={here(['street', 'slot'])}>
        {en.nav.street}
      </a>
      <a href={pathTo.blocks()} aria-current={here(['blocks', 'block', 'transaction'])}>
        {en.nav.blocks}
      </a>
      <a href={pathTo.me()} aria-current={here(['me', 'access', 'join'])}>
        {en.nav.me}
      </a>
      {me.data !== undefined && (
        <a href={pathTo.month()} aria-current={here(['month'])}>
          {en.nav.month}
        </a>
      )}
      {hasDirect && (
        <a href={pathTo.direct('rounds')} aria-current={here(['direct'])}>
          {en.nav.direct}
        </a>
      )}
      {me.data !== undefined && deskPartsOf(me.data.roles).length > 0 && (
        <a
          href={pathTo.desk(deskPartsOf(me.data.roles)[0] ?? 'quality')}
          aria-current={here(['desk'])}
        >
          {en.nav.desk}
        </a>
      )}
    </nav>
  );
}

function Search({ input }: { readonly input: React.RefObject<HTMLInputElement | null> }) {
  const { market } = useStreetMarket();
  const clock = useNodeClock();
  const [notFound, setNotFound] = useState(false);
  return (
    <form
      className="search"
      onSubmit={(event) => {
        event.preventDefault();
        const path = findPlace(input.current?.value ?? '', {
          nowMs: Math.floor(clock?.nowMs ?? Date.now()),
          market: market?.market ?? 0,
          slotLengthMs: market?.slotLengthMs ?? 900_000,
        });
        setNotFound(path === undefined);
        if (path !== undefined) {
          goTo(path);
          input.current?.blur();
        }
      }}
    >
      <input
        ref={input}
        type="search"
        aria-label={en.search.label}
        aria-invalid={notFound}
        title={notFound ? en.search.notFound : en.search.label}
        placeholder={en.search.hint}
        onChange={() => setNotFound(false)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
    </form>
  );
}

function Keys({ close }: { readonly close: () => void }) {
  return (
    <aside className="keys" role="dialog" aria-label={en.keys.title}>
      <dl>
        {en.keys.list.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="quiet" onClick={close}>
        {en.keys.close}
      </button>
    </aside>
  );
}
