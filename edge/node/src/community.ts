/** The community's figures of the day: sums alone, no one's own. */

import { members } from '@commonwatt/contracts';
import type { Clock, Ledger } from '@commonwatt/ledger';
import { divideHalfEven, type Price, price } from '@commonwatt/units';
import type { CommunityFigures } from './desks.ts';
import { DAY_MS, type Projections } from './projections/projections.ts';

/** What the supplier takes and the grid pays: yardsticks for people, no part of any rule. */
export interface Tariff {
  readonly supplierPrice: Price;
  readonly feedInPrice: Price;
}

type Kinds = CommunityFigures['kinds'];

export class Community {
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #projections: Projections;
  readonly #tariff: Tariff | undefined;
  #kinds: { readonly height: number; readonly kinds: Kinds } | undefined;

  constructor(options: {
    ledger: Ledger;
    clock: Clock;
    projections: Projections;
    tariff: Tariff | undefined;
  }) {
    this.#ledger = options.ledger;
    this.#clock = options.clock;
    this.#projections = options.projections;
    this.#tariff = options.tariff;
  }

  figures(): CommunityFigures {
    const nowMs = this.#clock.nowMs();
    const dayFromMs = nowMs - (nowMs % DAY_MS);
    const { energy, value } = this.#projections.totalsOfDay(dayFromMs);
    const { runs } = this.#projections;
    return {
      dayFromMs,
      tradedWh: energy,
      tradedValue: value,
      averagePrice: energy === 0n ? undefined : price(divideHalfEven(value, energy)),
      supplierPrice: this.#tariff?.supplierPrice,
      feedInPrice: this.#tariff?.feedInPrice,
      localShareThousandths: this.#localShareThousandths(dayFromMs),
      settledUntilMs: runs.reduce<number | undefined>(
        (latest, { periodUntilMs }) => Math.max(latest ?? 0, periodUntilMs),
        undefined,
      ),
      kinds: this.#kindsNow(),
    };
  }

  /** Of the energy metered at the members in the day's settled slots, what came from neighbours. */
  #localShareThousandths(dayFromMs: number): number | undefined {
    let delivered = 0n;
    let imported = 0n;
    const { runs } = this.#projections;
    for (let at = runs.length - 1; at >= 0; at--) {
      const run = runs[at];
      if (run === undefined || run.periodUntilMs <= dayFromMs) break;
      delivered += run.delivered;
      imported += run.imported;
    }
    return imported === 0n ? undefined : Number((delivered * 1000n) / imported);
  }

  /** Counted once per block at most. */
  #kindsNow(): Kinds {
    const height = this.#ledger.head?.height ?? -1;
    if (this.#kinds?.height === height) return this.#kinds.kinds;
    const counts = new Map<string, number>();
    for (const [, { kind, revokedFromHeight }] of this.#ledger.state.entries(members)) {
      if (revokedFromHeight !== undefined && revokedFromHeight <= height) continue;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    const kinds = [...counts].map(([kind, count]) => ({ kind, members: count }));
    this.#kinds = { height, kinds };
    return kinds;
  }
}
