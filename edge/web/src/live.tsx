/** The live connection: one stream of public events, and the questions it makes stale. */

import { type Client, createClient, type RouteAnswer, type RouteName } from '@commonwatt/client';
import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import type { Session } from './session.ts';

export interface Live {
  /** For questions that are for everyone. */
  readonly open: Client;
  /** For questions in the member's own name; nothing when nobody is signed in. */
  readonly own: Client | undefined;
  readonly session: Session | undefined;
  readonly setSession: (session: Session | undefined) => void;
  /** When something was last heard from the node, by this device's clock. */
  readonly heardMs: number;
  readonly connected: boolean;
}

const LiveContext = createContext<Live | undefined>(undefined);

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error('useLive: outside of <LiveConnection>');
  return live;
}

const RETRY_MS = [500, 1000, 2000, 5000];

/** Listens until `signal` ends it, and again after every loss. */
async function listen(
  open: Client,
  signal: AbortSignal,
  tell: { heard: () => void; block: () => void; lost: () => void },
): Promise<void> {
  let losses = 0;
  while (!signal.aborted) {
    try {
      for await (const event of await open.publicEvents(undefined, { signal })) {
        losses = 0;
        tell.heard();
        if (event.event === 'block') tell.block();
      }
    } catch (fault) {
      if (signal.aborted) return;
      console.warn('the stream of events ended', fault);
    }
    tell.lost();
    const waitMs = RETRY_MS[Math.min(losses, RETRY_MS.length - 1)] ?? 5000;
    losses++;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

export function LiveConnection(props: {
  readonly session: Session | undefined;
  readonly setSession: (session: Session | undefined) => void;
  readonly children: ReactNode;
}) {
  const { session, setSession, children } = props;
  const queries = useQueryClient();
  const open = useMemo(() => createClient({ baseUrl: '' }), []);
  const own = useMemo(
    () =>
      session && createClient({ baseUrl: '', signer: session.keys.signer, chain: session.chain }),
    [session],
  );
  const [heardMs, setHeardMs] = useState(() => Date.now());
  const [connected, setConnected] = useState(true);
  useEffect(() => {
    const stop = new AbortController();
    listen(open, stop.signal, {
      heard: () => {
        setHeardMs(Date.now());
        setConnected(true);
      },
      block: () => void queries.invalidateQueries({ queryKey: ['live'] }),
      lost: () => setConnected(false),
    });
    return () => stop.abort();
  }, [open, queries]);
  const live = { open, own, session, setSession, heardMs, connected };
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** A question for everyone, asked again after every block. */
export function useOpen<Name extends RouteName>(
  name: Name,
  key: readonly unknown[],
  ask: (client: Client) => Promise<RouteAnswer<Name>>,
  options: { readonly enabled?: boolean; readonly stays?: boolean } = {},
): UseQueryResult<RouteAnswer<Name>> {
  const { open } = useLive();
  return useQuery({
    queryKey: [options.stays ? 'stays' : 'live', name, ...key],
    queryFn: () => ask(open),
    enabled: options.enabled ?? true,
    placeholderData: (previous) => previous as never,
  }) as UseQueryResult<RouteAnswer<Name>>;
}

/** A question in the member's own name. */
export function useOwn<Name extends RouteName>(
  name: Name,
  key: readonly unknown[],
  ask: (client: Client) => Promise<RouteAnswer<Name>>,
  enabled = true,
): UseQueryResult<RouteAnswer<Name>> {
  const { own, session } = useLive();
  return useQuery({
    queryKey: ['live', 'own', session?.chain, name, ...key],
    queryFn: () => {
      if (own === undefined) throw new Error('nobody is signed in on this device');
      return ask(own);
    },
    enabled: enabled && own !== undefined,
    placeholderData: (previous) => previous as never,
  }) as UseQueryResult<RouteAnswer<Name>>;
}
