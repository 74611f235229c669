/** Where the reader is: the part of the address after `#`. Every period, slot and block has one. */

import { useSyncExternalStore } from 'react';

export type Place =
  | { readonly screen: 'street' }
  | { readonly screen: 'slot'; readonly market: number; readonly slotMs: number }
  | { readonly screen: 'blocks' }
  | { readonly screen: 'block'; readonly height: number }
  | { readonly screen: 'me' }
  | { readonly screen: 'join'; readonly invite: string; readonly chain: string }
  | { readonly screen: 'unknown'; readonly path: string };

export const pathTo = {
  street: (): string => '#/',
  slot: (market: number, slotMs: number): string => `#/market/${market}/${slotMs}`,
  blocks: (): string => '#/blocks',
  block: (height: number): string => `#/blocks/${height}`,
  me: (): string => '#/me',
};

export function readPlace(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const parts = path.split('/').filter((part) => part !== '');
  const [first, second, third] = parts;
  if (first === undefined) return { screen: 'street' };
  if (first === 'blocks' && parts.length === 1) return { screen: 'blocks' };
  if (first === 'blocks' && parts.length === 2 && /^\d{1,15}$/.test(second ?? '')) {
    return { screen: 'block', height: Number(second) };
  }
  if (first === 'market' && /^\d{1,5}$/.test(second ?? '') && /^\d{1,15}$/.test(third ?? '')) {
    return { screen: 'slot', market: Number(second), slotMs: Number(third) };
  }
  if (first === 'me' && parts.length === 1) return { screen: 'me' };
  if (first === 'join') {
    const query = new URLSearchParams(search);
    return {
      screen: 'join',
      invite: query.get('invite') ?? '',
      chain: query.get('chain') ?? '',
    };
  }
  return { screen: 'unknown', path };
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

/** The address as it stands; the screen draws itself again when it changes. */
export function usePlace(): Place {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return readPlace(hash);
}

export function goTo(path: string): void {
  window.location.hash = path;
}
