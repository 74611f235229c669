/** The laws that rules of sharing promise, as checks on one call, like those of properties.ts. */

import type { Call, SharingMechanism, SharingProperty } from './mechanism.ts';

/** What is wrong, or undefined when the law holds for this call. */
export type SharingLaw = (mechanism: SharingMechanism, call: Call) => string | undefined;

export const SHARING_LAWS: Readonly<Record<SharingProperty, SharingLaw>> = {
  budget_balance: (mechanism, call) => {
    const { surplus } = mechanism.share(call);
    return surplus === 0n ? undefined : `${surplus} is left over`;
  },
  order_independence: orderIndependence,
  members_once: membersOnce,
};

function orderIndependence(mechanism: SharingMechanism, call: Call): string | undefined {
  const { orders } = call;
  const middle = orders.length >> 1;
  const expected = printShares(mechanism, call);
  for (const arrival of [
    [...orders].reverse(),
    [...orders.slice(middle), ...orders.slice(0, middle)],
  ]) {
    const got = printShares(mechanism, { ...call, orders: arrival });
    if (got !== expected) return `another arrival gives ${got}, expected ${expected}`;
  }
  return undefined;
}

function printShares(mechanism: SharingMechanism, call: Call): string {
  return JSON.stringify(mechanism.share(call), (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
}

function membersOnce(mechanism: SharingMechanism, call: Call): string | undefined {
  const members = [...new Set(call.orders.map(({ member }) => member))].sort();
  const shared = mechanism.share(call).shares.map(({ member }) => member);
  const isSame = members.length === shared.length && members.every((one, at) => one === shared[at]);
  return isSame ? undefined : `shares of ${shared.join()}, members ${members.join()}`;
}
