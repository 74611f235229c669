/** The live connection: one stream of public events, and the questions it makes stale. */

import {
  type Client,
  createClient,
  MemberClient,
  type RouteAnswer,
  type RouteRequest,
  type Verifier,
} from '@commonwatt/client';
import {
  keepPreviousData,
  type UseQueryResult,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { ZONE } from './figures.ts';
import { readSession, type Session } from './session.ts';
import { verifierOf } from './verifier.ts';

type RouteName = keyof Client;

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

interface Listener {
  readonly heard: () => void;
  readonly block: () => void;
  readonly lost: () => void;
}

/** Listens until `signal` ends it, and again after every loss. */
async function listen(open: Client, signal: AbortSignal, tell: Listener): Promise<void> {
  let losses = 0;
  while (!signal.aborted) {
    try {
      for await (const event of await open.publicEvents({}, { signal })) {
        losses = 0;
        tell.heard();
        // The first word after a loss says where the ledger is: everything may have moved.
        if (event.event === 'block' || event.event === 'hello') tell.block();
      }
    } catch (fault) {
      if (signal.aborted) return;
      console.info('the stream of events ended', fault);
    }
    if (signal.aborted) return;
    tell.lost();
    const waitMs = RETRY_MS[Math.min(losses, RETRY_MS.length - 1)] ?? 5000;
    losses++;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

export function LiveConnection({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const open = useMemo(() => createClient({ baseUrl: '' }), []);
  const { session, setSession } = useKeptSession(open);
  const own = useMemo(
    () =>
      session && createClient({ baseUrl: '', signer: session.keys.signer, chain: session.chain }),
    [session],
  );
  const [heardMs, setHeardMs] = useState(() => Date.now());
  const [connected, setConnected] = useState(true);
  useEffect(() => {
    const stop = new AbortController();
    void listen(open, stop.signal, {
      heard: () => {
        setHeardMs(Date.now());
        setConnected(true);
      },
      block: () => void queries.invalidateQueries({ queryKey: ['live'] }),
      lost: () => setConnected(false),
    });
    const offline = () => setConnected(false);
    window.addEventListener('offline', offline);
    return () => {
      stop.abort();
      window.removeEventListener('offline', offline);
    };
  }, [open, queries]);
  const live = { open, own, session, setSession, heardMs, connected };
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** The key that this device keeps for the ledger that the node shows. */
function useKeptSession(open: Client) {
  const [session, setSession] = useState<Session>();
  const status = useQuery({
    queryKey: ['live', 'ledgerStatus', {}],
    queryFn: () => open.ledgerStatus(),
  });
  const chain = status.data?.chain;
  useEffect(() => {
    if (chain === undefined) return;
    let isCurrent = true;
    readSession(chain).then(
      (kept) => isCurrent && setSession(kept),
      (fault: unknown) => console.warn('no key could be read on this device', fault),
    );
    return () => {
      isCurrent = false;
    };
  }, [chain]);
  return { session, setSession };
}

/** A question for everyone, asked again after every block unless its answer `stays`. */
export function useOpen<Name extends RouteName>(
  name: Name,
  request: RouteRequest<Name>,
  options: { readonly enabled?: boolean; readonly stays?: boolean } = {},
): UseQueryResult<RouteAnswer<Name>> {
  const { open } = useLive();
  return useQuery({
    queryKey: [options.stays ? 'stays' : 'live', name, request],
    queryFn: () => call(open, name, request),
    enabled: options.enabled ?? true,
    // An answer that stays belongs to its question; a live one bridges the gap to the next.
    ...(options.stays ? {} : { placeholderData: keepPreviousData }),
  });
}

/** A question in the member's own name. */
export function useOwn<Name extends RouteName>(
  name: Name,
  request: RouteRequest<Name>,
  enabled = true,
): UseQueryResult<RouteAnswer<Name>> {
  const { own, session } = useLive();
  return useQuery({
    queryKey: ['live', 'own', session?.chain, name, request],
    queryFn: () => {
      if (own === undefined) throw new Error('nobody is signed in on this device');
      return call(own, name, request);
    },
    enabled: enabled && own !== undefined,
    placeholderData: keepPreviousData,
  });
}

function call<Name extends RouteName>(
  client: Client,
  name: Name,
  request: RouteRequest<Name>,
): Promise<RouteAnswer<Name>> {
  const method = client[name] as (request: RouteRequest<Name>) => Promise<RouteAnswer<Name>>;
  return method(request);
}

/**
 * The zone of the community's calendar, in which its days and months begin; nothing until it is
 * known. A zone that this browser does not know leaves the ledger's own.
 */
export function useZone(): string | undefined {
  const status = useOpen('ledgerStatus', {});
  const zone = status.data?.timeZone;
  return useMemo(() => (zone === undefined || isKnown(zone) ? zone : ZONE), [zone]);
}

function isKnown(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: zone });
    return true;
  } catch (fault) {
    if (fault instanceof RangeError) return false;
    throw fault;
  }
}

/** What this device verifies with; nothing until the ledger is known. */
export function useVerifier(): Verifier | undefined {
  const { open } = useLive();
  const status = useOpen('ledgerStatus', {});
  const chain = status.data?.chain;
  const verifier = useQuery({
    queryKey: ['stays', 'verifier', chain],
    queryFn: () => verifierOf(open, chain ?? ''),
    enabled: chain !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return verifier.data;
}

/** The member's hand at the ledger: one for as long as the key stays. */
export function useMemberClient(): MemberClient | undefined {
  const { own, session } = useLive();
  const verifier = useVerifier();
  return useMemo(() => {
    if (own === undefined || session === undefined || verifier === undefined) return undefined;
    const { ledger, memory } = verifier;
    return new MemberClient({ client: own, signer: session.keys.signer, ledger, memory });
  }, [own, session, verifier]);
}
