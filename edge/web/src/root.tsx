/** Everything is live, but the page that checks a proof file: it asks nothing of anyone. */

import { App } from './app.tsx';
import { LiveConnection } from './live.tsx';
import { usePlace } from './location.ts';
import { CheckScreen } from './screens/check-screen.tsx';

export function Root() {
  const place = usePlace();
  if (place.screen === 'check') return <CheckScreen />;
  return (
    <LiveConnection>
      <App />
    </LiveConnection>
  );
}
