/** The same for everyone; what one does not use goes to the others in equal parts. */

import { greater, splitByLargestRemainder } from '@commonwatt/units';
import { equalParts } from './equal-parts.ts';
import type { SharingRule } from './sharing.ts';
import { energiesOf, lotsOf, sharedAsAllotted, totalOf } from './sharing.ts';

export const equalSharing: SharingRule = {
  name: 'equal',
  version: 1,
  rule: 'Every consumer gets the same, up to its use; what one does not use goes to the others',
  ties: 'A Wh that cannot be split goes to the lowest lot',
  share(interval) {
    const { producers, consumers } = interval;
    const { parts } = sharedAsAllotted(
      interval,
      equalParts(totalOf(energiesOf(producers)), consumers),
    );
    const even = consumers.map(() => 1n);
    const whole = totalOf(energiesOf(producers));
    const allotted =
      consumers.length === 0 ? [] : splitByLargestRemainder(whole, even, lotsOf(consumers));
    const received = parts[0]?.received ?? [];
    // What others left is allotted too.
    return { parts, allotted: allotted.map((one, at) => greater(one, received[at] as bigint)) };
  },
};
