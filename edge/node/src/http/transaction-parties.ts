/** Who a transaction's body may be shown to: whoever sent it, and whoever it was sent for. */

import { keys } from '@commonwatt/contracts';
import type { ReadTransaction } from '@commonwatt/ledger';
import type { Desks } from '../desks.ts';

export function sendersOf(
  { ledger }: Pick<Desks, 'ledger'>,
  { envelope }: Pick<ReadTransaction, 'envelope'>,
): { readonly member: number | undefined; readonly onBehalfOf: number | undefined } {
  // Keys stay registered when they end, so that old transactions keep their sender.
  const member = ledger.state.get(keys, envelope.sender)?.member;
  return { member, onBehalfOf: envelope.onBehalfOf };
}

/** None for a transaction that stands in no block. */
export function partiesOfTransaction(desks: Desks, id: string): readonly number[] {
  const place = desks.projections.transaction(id);
  const block = place && desks.projections.block(place.height);
  const transaction = block?.transactions[place?.index ?? -1];
  if (transaction === undefined) return [];
  const { member, onBehalfOf } = sendersOf(desks, transaction);
  return [member, onBehalfOf].filter((one) => one !== undefined);
}
