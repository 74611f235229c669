import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { LiveConnection } from './live.tsx';
import { readSession, type Session } from './session.ts';
import './tokens.css';
import './app.css';
import './parts.css';

const queries = new QueryClient({
  defaultOptions: { queries: { retry: 2, refetchOnWindowFocus: true, staleTime: 1000 } },
});

function Root() {
  const [session, setSession] = useState<Session>();
  useEffect(() => {
    readSession()
      .then(setSession)
      .catch((fault: unknown) => console.warn('no key could be read on this device', fault));
  }, []);
  return (
    <LiveConnection session={session} setSession={setSession}>
      <App />
    </LiveConnection>
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Root />
    </QueryClientProvider>
  </StrictMode>,
);
