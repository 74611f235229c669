import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { LiveConnection } from './live.tsx';
import './tokens.css';
import './app.css';
import './parts.css';

const queries = new QueryClient({
  defaultOptions: { queries: { retry: 2, refetchOnWindowFocus: true, staleTime: 1000 } },
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LiveConnection>
        <App />
      </LiveConnection>
    </QueryClientProvider>
  </StrictMode>,
);
