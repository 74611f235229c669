import { ClientError } from '@commonwatt/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Root } from './root.tsx';
import './tokens.css';
import './app.css';
import './parts.css';
import './desk.css';
import './direct.css';

const RETRIES = 2;
/** Who was refused by right, or asked for what is not there, is refused again. */
function askAgain(failures: number, fault: unknown): boolean {
  const isFinal = fault instanceof ClientError && (fault.status === 403 || fault.status === 404);
  return !isFinal && failures < RETRIES;
}

const queries = new QueryClient({
  defaultOptions: { queries: { retry: askAgain, refetchOnWindowFocus: true, staleTime: 1000 } },
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Root />
    </QueryClientProvider>
  </StrictMode>,
);
