/** Inputs of sharing as officers bring them, and allocated values that did not stand. */

import type { RouteBody } from '@commonwatt/api';
import type { SharingEntry } from '@commonwatt/contracts';
import { price } from '@commonwatt/units';
import type { Desks } from '../../desks.ts';
import type { Handlers } from '../handler.ts';
import { readPeriod } from '../period.ts';
import { energyOf } from '../refused.ts';

type SharingHandlers = Pick<Handlers, 'postSharing' | 'sharingDifferences'>;

/** Rows in one answer. */
const ROWS_MAX = 5000;

export function sharingHandlers({ sharing }: Desks): SharingHandlers {
  return {
    postSharing: ({ body }) => {
      const answers = sharing.take(body.entries.map(entryOf));
      return { results: answers.map((answer) => answer?.code ?? 'stored') };
    },
    sharingDifferences: ({ query }) => {
      const { fromMs, untilMs } = readPeriod(query);
      const found = sharing.differences(fromMs, untilMs);
      const differences = found.slice(0, ROWS_MAX).map(({ allocated, accepted, ...one }) => {
        return { ...one, allocated: `${allocated}`, accepted: `${accepted}` };
      });
      return { differences, cut: found.length > ROWS_MAX };
    },
  };
}

function entryOf(entry: RouteBody<'postSharing'>['entries'][number]): SharingEntry {
  if (entry.kind === 'share') return entry;
  const { kind, slotMs, member } = entry;
  if (kind === 'limit') {
    const buy = entry.buy === null ? undefined : price(BigInt(entry.buy));
    const sell = entry.sell === null ? undefined : price(BigInt(entry.sell));
    return { kind, slotMs, member, buy, sell };
  }
  const received = energyOf(entry.received, 'body.entries.received');
  const given = energyOf(entry.given, 'body.entries.given');
  return { kind, slotMs, member, received, given };
}
