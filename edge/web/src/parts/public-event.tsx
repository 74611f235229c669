/** An event that anyone may see: what it says in words where the app knows it, its fields otherwise. */

import type { RouteAnswer } from '@commonwatt/client';
import { centsPerKilowattHour, dayTime, fullTime, kilowattHours, moneyText } from '../figures.ts';
import { shortHex } from '../hex.ts';
import { useOpen } from '../live.tsx';
import { pathTo } from '../location.ts';
import { en } from '../words/en.ts';
import { Facts } from './panel.tsx';

type Event = RouteAnswer<'blockDetail'>['publicEvents'][number];

export function PublicEvent({ event }: { readonly event: Event }) {
  const fields = fieldsOf(event.value);
  const status = useOpen('ledgerStatus', {});
  const currency = status.data?.currency ?? '';
  const slotMs = fields.get('slotMs');
  const market = fields.get('market');
  return (
    <li className="event">
      <details>
        <summary>
          <b>{eventName(event.name)}</b> <span className="quiet">{summaryOf(fields)}</span>
        </summary>
        <Facts
          of={[...fields].map(
            ([name, value]) => [fieldName(name), fieldText(name, value, currency)] as const,
          )}
        />
      </details>
      {typeof slotMs === 'number' && typeof market === 'number' && (
        <a href={pathTo.slot(market, slotMs)}>{en.events.toSlot}</a>
      )}
    </li>
  );
}

function fieldName(name: string): string {
  const known: Readonly<Record<string, string>> = en.events.fields;
  return known[name] ?? name;
}

function eventName(name: string): string {
  const known: Readonly<Record<string, string>> = en.events.names;
  return known[name] ?? name;
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return new Map([[en.events.value, value]]);
  }
  return new Map(Object.entries(value));
}

function summaryOf(fields: ReadonlyMap<string, unknown>): string {
  return ['slotMs', 'periodFromMs', 'price', 'volume', 'change', 'step']
    .filter((name) => fields.has(name) && fields.get(name) !== null)
    .map((name) => fieldText(name, fields.get(name), ''))
    .join(' · ');
}

const ENERGIES = new Set(['volume', 'energy', 'traded', 'delivered', 'imported', 'exported']);
const PRICES = new Set(['price', 'low', 'high', 'limit']);

/** What a run posted to the community's own accounts, each by its name. */
export function accountsText(postings: readonly unknown[], currency: string): string {
  const known: Readonly<Record<string, string>> = en.events.accounts;
  const told = postings.map((one) => {
    const { account, amount } = Object(one) as { account?: unknown; amount?: unknown };
    const name = `${account}`;
    return `${known[name] ?? name}: ${moneyText(`${amount}`, currency, 4)}`;
  });
  return told.length === 0 ? en.events.nothing : told.join('; ');
}

function fieldText(name: string, value: unknown, currency: string): string {
  if (value === null) return en.events.nothing;
  if (name === 'community' && Array.isArray(value)) return accountsText(value, currency);
  if (Array.isArray(value)) return en.events.entries(value.length);
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value === 'number' && name.endsWith('Ms') && value > 1e12) {
    return name === 'slotMs' ? dayTime(value) : fullTime(value);
  }
  const text = String(value);
  if (ENERGIES.has(name) && /^\d+$/.test(text)) return kilowattHours(text, 3);
  if (PRICES.has(name) && /^-?\d+$/.test(text)) return centsPerKilowattHour(text, 2);
  return /^[0-9a-f]{64}$/.test(text) ? shortHex(text) : text;
}
