/** The shell: who and where at the top, the screen below, the keys everywhere. */

import { useEffect, useRef, useState } from 'react';
import { useOpen } from './live.tsx';
import { goTo, type Place, pathTo, usePlace } from './location.ts';
import { BlockScreen } from './screens/block-screen.tsx';
import { BlocksScreen } from './screens/blocks-screen.tsx';
import { JoinScreen } from './screens/join-screen.tsx';
import { MeScreen } from './screens/me-screen.tsx';
import { SlotScreen } from './screens/slot-screen.tsx';
import { GateCountdown, StreetScreen } from './screens/street-screen.tsx';
import { en } from './words/en.ts';

export function App() {
  const place = usePlace();
  const [helpOpen, setHelpOpen] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement) return;
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
      <Top place={place} search={search} />
      <main>
        <Screen place={place} />
      </main>
      {helpOpen && (
        <aside className="keys" role="dialog" aria-label={en.keys.title}>
          <p>{en.keys.search}</p>
          <p>{en.keys.arrows}</p>
          <p>{en.keys.help}</p>
        </aside>
      )}
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
      return <BlockScreen key={place.height} height={place.height} />;
    case 'me':
      return <MeScreen />;
    case 'join':
      return <JoinScreen invite={place.invite} chain={place.chain} />;
    case 'unknown':
      return (
        <p className="empty">
          {en.unknownPlace} <a href={pathTo.street()}>{en.backToStreet}</a>
        </p>
      );
  }
}

function Top(props: {
  readonly place: Place;
  readonly search: React.RefObject<HTMLInputElement | null>;
}) {
  const status = useOpen('ledgerStatus', [], (client) => client.ledgerStatus());
  const here = (screens: readonly Place['screen'][]) =>
    screens.includes(props.place.screen) ? 'page' : undefined;
  return (
    <header className="top">
      <a className="brand" href={pathTo.street()}>
        <img src="/mark.svg" alt="" width="20" height="20" />
        <strong>{en.product}</strong>
        <span>{status.data?.name.split('/').at(-1)}</span>
      </a>
      <GateCountdown />
      <nav>
        <a href={pathTo.street()} aria-current={here(['street', 'slot'])}>
          {en.nav.street}
        </a>
        <a href={pathTo.blocks()} aria-current={here(['blocks', 'block'])}>
          {en.nav.blocks}
        </a>
        <a href={pathTo.me()} aria-current={here(['me', 'join'])}>
          {en.nav.me}
        </a>
      </nav>
      <form
        className="search"
        onSubmit={(event) => {
          event.preventDefault();
          const text = props.search.current?.value.trim().replace(/^#/, '') ?? '';
          if (/^\d{1,12}$/.test(text)) goTo(pathTo.block(Number(text)));
        }}
      >
        <input ref={props.search} type="search" aria-label={en.search} placeholder={en.search} />
      </form>
      <ThemeSwitch />
    </header>
  );
}

const THEMES = ['auto', 'light', 'dark'] as const;

function ThemeSwitch() {
  const [theme, setTheme] = useState<(typeof THEMES)[number]>(() => {
    const kept = localStorage.getItem('commonwatt/theme');
    return THEMES.find((one) => one === kept) ?? 'auto';
  });
  useEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    localStorage.setItem('commonwatt/theme', theme);
  }, [theme]);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
  return (
    <button type="button" className="quiet" onClick={() => setTheme(next)} title={en.theme[next]}>
      {theme === 'dark' ? '◐' : theme === 'light' ? '◑' : '◒'} {en.theme[theme]}
    </button>
  );
}
