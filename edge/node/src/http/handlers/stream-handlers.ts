/** The two event streams: one for everyone, one for a member and whom it lets in. */

import type { ScopeName } from '@commonwatt/api';
import {
  cleared,
  isReadingGranted,
  marketChanged,
  memberSettled,
  members,
  negotiationMoved,
  orderEnded,
  posted,
  runSettled,
  traded,
  transactionGrew,
} from '@commonwatt/contracts';
import type { Desks } from '../../desks.ts';
import {
  valueOf as eventValue,
  type PlacedEvent,
  type ReadBlock,
} from '../../projections/block-reader.ts';
import type { Authentication } from '../authentication.ts';
import { isAllowed } from '../dispatch.ts';
import { formatEvent } from '../event-streams.ts';
import type { Handlers } from '../handler.ts';
import { jsonOf } from '../json-view.ts';
import type { Requester } from '../policy.ts';
import { noteRead } from '../read-notes.ts';
import { refused, U32_MAX, wholeNumber } from '../refused.ts';
import { blockSummary } from './ledger-handlers.ts';

type StreamHandlers = Pick<Handlers, 'publicEvents' | 'memberEvents'>;

export function streamHandlers(desks: Desks, authentication: Authentication): StreamHandlers {
  const publicBlock = remembered((height) => publicEventsOf(desks, height));
  return {
    publicEvents: () => ({
      hello: () => hello(desks),
      ofBlock: publicBlock,
      mayListen: () => true,
    }),
    memberEvents: ({ params, requester }) => {
      const member = wholeNumber(params.member, 'path.member', U32_MAX);
      if (desks.ledger.state.get(members, member) === undefined) {
        return refused('member_unknown', { member });
      }
      const input = { params, query: {}, body: undefined };
      const now = () => authentication.again(requester);
      return {
        hello: () => hello(desks),
        ofBlock: (height) => memberEventsOf(desks, height, member, now()),
        mayListen: () => {
          const requesterNow = now();
          if (!isAllowed(desks, 'memberEvents', input, requesterNow)) return false;
          // A stream is read for as long as it stays open.
          if (requesterNow !== undefined) noteRead(desks, 'memberEvents', input, requesterNow);
          return true;
        },
      };
    },
  };
}

/** Every subscriber of the latest blocks gets the same text: it is made once. */
function remembered(make: (height: number) => string): (height: number) => string {
  const texts = new Map<number, string>();
  return (height) => {
    const known = texts.get(height);
    if (known !== undefined) return known;
    const text = make(height);
    texts.set(height, text);
    if (texts.size > 8) {
      for (const oldest of texts.keys()) {
        texts.delete(oldest);
        break;
      }
    }
    return text;
  };
}

function hello({ ledger, clock }: Desks): string {
  const data = { height: ledger.head?.height ?? null, nowMs: clock.nowMs() };
  return formatEvent({ name: 'hello', data });
}

function blockAt({ projections }: Desks, height: number): ReadBlock {
  const block = projections.block(height);
  if (block === undefined) throw new Error(`block ${height}: expected it below the head`);
  return block;
}

/** Prices and market news, then the block itself, whose id says that all of it was sent. */
function publicEventsOf(desks: Desks, height: number): string {
  const block = blockAt(desks, height);
  const events = block.events.flatMap((event) => publicEvent(block, event));
  const summary = { ...blockSummary(desks, block), nowMs: desks.clock.nowMs() };
  return [...events, formatEvent({ name: 'block', data: summary, id: height })].join('');
}

function publicEvent({ header }: ReadBlock, event: PlacedEvent): string[] {
  const { height } = header;
  const slot = eventValue(event, cleared);
  if (slot !== undefined) {
    const { market, slotMs, price, volume } = slot;
    const data = { height, market, slotMs, price: jsonOf(price), volume: `${volume}` };
    return [formatEvent({ name: 'price', data })];
  }
  const change = eventValue(event, marketChanged);
  if (change !== undefined) {
    return [formatEvent({ name: 'market', data: { height, ...change } })];
  }
  const run = eventValue(event, runSettled);
  if (run !== undefined) {
    const { periodFromMs, periodUntilMs } = run;
    return [formatEvent({ name: 'settled', data: { height, periodFromMs, periodUntilMs } })];
  }
  return [];
}

/** What a grant must name for each kind of event; the rest is for the member and auditors alone. */
const SCOPES: ReadonlyMap<number, ScopeName> = new Map<number, ScopeName>([
  [posted.type, 'balance'],
  [traded.type, 'trades'],
  [transactionGrew.type, 'trades'],
  [orderEnded.type, 'orders'],
  [negotiationMoved.type, 'orders'],
  [memberSettled.type, 'statements'],
]);

function maySee(
  desks: Desks,
  member: number,
  event: PlacedEvent,
  requester: Requester | undefined,
): boolean {
  const { audience } = event.type;
  if (requester === undefined || audience === 'public') return false;
  if (!audience(event.value).includes(member)) return false;
  if (requester.member === member || requester.roles.has('auditor')) return true;
  const scope = SCOPES.get(event.type.type);
  if (scope === undefined) return false;
  const asked = { member, key: requester.key, scope, timeMs: desks.clock.nowMs() };
  return isReadingGranted(desks.ledger.state, asked);
}

function memberEventsOf(
  desks: Desks,
  height: number,
  member: number,
  requester: Requester | undefined,
): string {
  const block = blockAt(desks, height);
  const events = block.events
    .filter((event) => maySee(desks, member, event, requester))
    .map(({ type, leafIndex, value }) =>
      formatEvent({
        name: type.name.replaceAll(' ', '-'),
        data: { height, leafIndex, type: type.type, name: type.name, value: jsonOf(value) },
      }),
    );
  const data = { height, timeMs: block.header.timeMs };
  return [...events, formatEvent({ name: 'block', data, id: height })].join('');
}
