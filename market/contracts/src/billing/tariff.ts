/**
 * What energy costs beside the trades: supplier and feed-in prices, grid fees, levies, taxes and the
 * community's own fees. A tariff holds from an instant until another; a price that changes by the hour is
 * a series of tariffs under one name.
 */

import type { Money, Price } from '@commonwatt/units';

/** Charged for each Wh. Each is a line of its own on the statement. */
export interface TariffComponent {
  readonly kind: 'grid fee' | 'levy' | 'tax' | 'platform fee';
  readonly name: string;
  /** On each Wh that is bought in the community. */
  readonly community: Price;
  /** On each Wh that the supplier delivers. */
  readonly residual: Price;
}

/** Charged once for each statement. */
export interface FixedFee {
  readonly kind: 'member fee' | 'metering fee' | 'base fee';
  readonly name: string;
  readonly amount: Money;
}

export interface BillingTariff {
  readonly name: string;
  /** Rises with every change; stands on the lines that it priced. */
  readonly version: number;
  readonly validFromMs: number;
  /** The first instant at which it holds no more; nothing while it is open. */
  readonly validUntilMs: number | undefined;
  /** What the supplier takes for each Wh. */
  readonly supplyPrice: Price;
  /** What the supplier pays for each Wh fed into the grid. */
  readonly feedInPrice: Price;
  readonly components: readonly TariffComponent[];
  readonly fees: readonly FixedFee[];
}

/** A year of quarter-hour prices. */
export const BILLING_TARIFFS_MAX = 40_000;
/** Components and fees of one tariff. */
export const BILLING_TARIFF_PARTS_MAX = 50;

/** Tariffs in order of time; no instant has two. */
export class TariffBook {
  readonly #tariffs: readonly BillingTariff[];

  /** @throws RangeError for tariffs that overlap, end before they begin, or name a line twice. */
  constructor(tariffs: readonly BillingTariff[]) {
    if (tariffs.length > BILLING_TARIFFS_MAX) {
      throw new RangeError(
        `tariffs: expected at most ${BILLING_TARIFFS_MAX}, got ${tariffs.length}`,
      );
    }
    this.#tariffs = [...tariffs].sort((a, b) => a.validFromMs - b.validFromMs);
    let before: BillingTariff | undefined;
    for (const tariff of this.#tariffs) {
      checkTariff(tariff);
      if (
        before !== undefined &&
        (before.validUntilMs ?? tariff.validFromMs + 1) > tariff.validFromMs
      ) {
        throw new RangeError(
          `tariff ${nameOf(tariff)}: expected to begin where ${nameOf(before)} has ended`,
        );
      }
      before = tariff;
    }
  }

  /** The one that holds at an instant. */
  at(instantMs: number): BillingTariff | undefined {
    let [low, high] = [0, this.#tariffs.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#tariffs[middle] as BillingTariff).validFromMs <= instantMs) low = middle + 1;
      else high = middle;
    }
    const found = this.#tariffs[low - 1];
    const isOver = found?.validUntilMs !== undefined && found.validUntilMs <= instantMs;
    return isOver ? undefined : found;
  }
}

function checkTariff(tariff: BillingTariff): void {
  const { validFromMs, validUntilMs, components, fees } = tariff;
  if (validUntilMs !== undefined && validUntilMs <= validFromMs) {
    throw new RangeError(`tariff ${nameOf(tariff)}: expected to end after it begins`);
  }
  const parts = [...components, ...fees];
  if (parts.length > BILLING_TARIFF_PARTS_MAX) {
    throw new RangeError(
      `tariff ${nameOf(tariff)}: expected at most ${BILLING_TARIFF_PARTS_MAX} parts, got ${parts.length}`,
    );
  }
  const names = new Set(parts.map(({ kind, name }) => `${kind}/${name}`));
  if (names.size !== parts.length) {
    throw new RangeError(`tariff ${nameOf(tariff)}: expected every line to have a name of its own`);
  }
}

const nameOf = ({ name, version }: BillingTariff): string => `'${name}' version ${version}`;
