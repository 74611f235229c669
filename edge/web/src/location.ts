/** Where the reader is: the part of the address after `#`. Every slot, block and trade has one. */

import { useSyncExternalStore } from 'react';

export const DESK_PARTS = ['import', 'quality', 'records', 'billing', 'markets'] as const;
/** What an operator does. */
export type DeskPart = (typeof DESK_PARTS)[number];

const DIRECT_PARTS = ['rounds', 'admissions', 'certificates', 'peg'] as const;
/** What a trading centre and its members see of direct purchase. */
export type DirectPart = (typeof DIRECT_PARTS)[number];

export type Place =
  | { readonly screen: 'street' }
  | { readonly screen: 'slot'; readonly market: number; readonly slotMs: number }
  | { readonly screen: 'blocks' }
  | { readonly screen: 'block'; readonly height: number; readonly verify: boolean }
  | { readonly screen: 'transaction'; readonly id: string }
  | { readonly screen: 'me' }
  | { readonly screen: 'access' }
  | { readonly screen: 'month'; readonly month: string | undefined }
  | { readonly screen: 'desk'; readonly part: DeskPart }
  | {
      readonly screen: 'direct';
      readonly part: DirectPart;
      /** One round of them. */
      readonly round: number | undefined;
    }
  | { readonly screen: 'check' }
  | { readonly screen: 'join'; readonly invite: string; readonly chain: string }
  | { readonly screen: 'unknown'; readonly path: string };

export const pathTo = {
  street: (): string => '#/',
  slot: (market: number, slotMs: number): string => `#/market/${market}/${slotMs}`,
  blocks: (): string => '#/blocks',
  block: (height: number): string => `#/blocks/${height}`,
  /** The block's page, which begins to verify it at once. */
  blockVerified: (height: number): string => `#/blocks/${height}?verify`,
  transaction: (id: string): string => `#/transactions/${id}`,
  me: (): string => '#/me',
  /** Who else read the member's rows. */
  access: (): string => '#/access',
  /** A month such as `2026-05`; the current one where it is left out. */
  month: (month?: string): string => (month === undefined ? '#/month' : `#/month/${month}`),
  desk: (part: DeskPart): string => `#/desk/${part}`,
  direct: (part: DirectPart): string => `#/direct/${part}`,
  directRound: (round: number): string => `#/direct/rounds/${round}`,
  check: (): string => '#/check',
};

export function readPlace(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const [first, second, third, ...more] = path.split('/').filter((part) => part !== '');
  if (more.length > 0) return { screen: 'unknown', path };
  if (first === undefined) return { screen: 'street' };
  if (third === undefined) {
    if (first === 'blocks' && second === undefined) return { screen: 'blocks' };
    if (first === 'blocks' && isNumber(second, 15)) {
      const verify = new URLSearchParams(search).has('verify');
      return { screen: 'block', height: Number(second), verify };
    }
    if (first === 'transactions' && /^[0-9a-f]{64}$/.test(second ?? '')) {
      return { screen: 'transaction', id: second ?? '' };
    }
    if (first === 'me' && second === undefined) return { screen: 'me' };
    if (first === 'access' && second === undefined) return { screen: 'access' };
    if (first === 'check' && second === undefined) return { screen: 'check' };
    if (first === 'month' && (second === undefined || isMonth(second))) {
      return { screen: 'month', month: second };
    }
    const part = DESK_PARTS.find((one) => one === (second ?? 'import'));
    if (first === 'desk' && part !== undefined) return { screen: 'desk', part };
    if (first === 'join' && second === undefined) {
      const query = new URLSearchParams(search);
      const [invite, chain] = [query.get('invite') ?? '', query.get('chain') ?? ''];
      return { screen: 'join', invite, chain };
    }
  }
  if (first === 'direct') return directPlace(second, third) ?? { screen: 'unknown', path };
  if (first === 'market' && isNumber(second, 5) && isNumber(third, 15)) {
    return { screen: 'slot', market: Number(second), slotMs: Number(third) };
  }
  return { screen: 'unknown', path };
}

function directPlace(name: string | undefined, round: string | undefined): Place | undefined {
  const part = DIRECT_PARTS.find((one) => one === (name ?? 'rounds'));
  if (part === undefined) return undefined;
  if (round === undefined) return { screen: 'direct', part, round: undefined };
  if (part !== 'rounds' || !isNumber(round, 10)) return undefined;
  return { screen: 'direct', part, round: Number(round) };
}

function isNumber(text: string | undefined, digitsMax: number): boolean {
  return text !== undefined && /^\d+$/.test(text) && text.length <= digitsMax;
}

function isMonth(text: string): boolean {
  return /^[0-9]{4}-(0[1-9]|1[0-2])$/.test(text);
}

/** What a search for a block, a slot of the day or a transaction means; nothing for any other text. */
export function findPlace(
  text: string,
  day: { readonly nowMs: number; readonly market: number; readonly slotLengthMs: number },
): string | undefined {
  const wanted = text.trim().replace(/^#/, '').toLowerCase();
  if (/^\d{1,15}$/.test(wanted)) return pathTo.block(Number(wanted));
  if (/^[0-9a-f]{64}$/.test(wanted)) return pathTo.transaction(wanted);
  const [, hours, minutes] = /^([01]?\d|2[0-3])[:.]([0-5]\d)$/.exec(wanted) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const dayMs = 86_400_000;
  const fromMs = day.nowMs - (day.nowMs % dayMs);
  const atMs = fromMs + (Number(hours) * 60 + Number(minutes)) * 60_000;
  return pathTo.slot(day.market, atMs - (atMs % day.slotLengthMs));
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
