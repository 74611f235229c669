/** Everything is live, but the page that checks a proof file: it asks nothing of anyone. */

import { lazy, Suspense } from 'react';
import { App } from './app.tsx';
import { LiveConnection } from './live.tsx';
import { usePlace } from './location.ts';
import { Skeleton } from './parts/panel.tsx';

const CheckScreen = lazy(async () => ({
  default: (await import('./screens/check-screen.tsx')).CheckScreen,
}));

export function Root() {
  const place = usePlace();
  if (place.screen === 'check') {
    return (
      <Suspense fallback={<Skeleton lines={6} />}>
        <CheckScreen />
      </Suspense>
    );
  }
  return (
    <LiveConnection>
      <App />
    </LiveConnection>
  );
}
