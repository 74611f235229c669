/**
 * What a bill was computed with beside the member's own readings and lines: prices, rules and mode. A bill
 * names its hash, so that the seal under the bill covers every price.
 */

import {
  asciiBytes,
  type Codec,
  choice,
  concatBytes,
  encode,
  list,
  moneyNano,
  optional,
  priceNano,
  type Sha256,
  struct,
  textUpTo,
  u16,
  u32,
  u64,
} from '@commonwatt/ledger';
import {
  type BillingRules,
  DOCUMENT_TYPES,
  type NumberSeries,
  type VatRate,
} from './billing-rules.ts';
import { STATEMENT_KINDS } from './charges.ts';
import type { ResidualMode } from './statement-input.ts';
import {
  BILLING_TARIFF_PARTS_MAX,
  BILLING_TARIFFS_MAX,
  type BillingTariff,
  type FixedFee,
  type TariffComponent,
} from './tariff.ts';
import { writtenText } from './written-text.ts';

export interface BillBasis {
  readonly mode: ResidualMode;
  readonly slotLengthMs: number;
  /** Those that hold in the period. */
  readonly tariffs: readonly BillingTariff[];
  readonly rules: BillingRules;
}

const tariff = struct<BillingTariff>({
  name: writtenText(100),
  version: u32,
  validFromMs: u64,
  validUntilMs: optional(u64),
  supplyPrice: priceNano,
  feedInPrice: priceNano,
  components: list(
    struct<TariffComponent>({
      kind: choice('grid fee', 'levy', 'tax', 'platform fee'),
      name: writtenText(100),
      community: priceNano,
      residual: priceNano,
    }),
    BILLING_TARIFF_PARTS_MAX,
  ),
  fees: list(
    struct<FixedFee>({
      kind: choice('member fee', 'metering fee', 'base fee'),
      name: writtenText(100),
      amount: moneyNano,
    }),
    BILLING_TARIFF_PARTS_MAX,
  ),
});

const series = struct<NumberSeries>({ prefix: textUpTo(20), start: u64, digits: u16 });
const seriesFields = Object.fromEntries(DOCUMENT_TYPES.map((type) => [type, series]));

const rules = struct<BillingRules>({
  name: writtenText(100),
  version: u32,
  currency: textUpTo(3),
  vatRates: list(
    struct<VatRate>({
      hundredths: u16,
      kinds: list(choice(...STATEMENT_KINDS), STATEMENT_KINDS.length),
      validFromMs: u64,
      validUntilMs: optional(u64),
    }),
    1000,
  ),
  series: struct(seriesFields) as Codec<BillingRules['series']>,
  dueDays: u16,
  exemptions: struct<BillingRules['exemptions']>({
    smallBusiness: writtenText(300),
    reverseCharge: writtenText(300),
    notSubject: writtenText(300),
  }),
});

export const billBasisCodec: Codec<BillBasis> = struct<BillBasis>({
  mode: choice('shown', 'posted'),
  slotLengthMs: u64,
  tariffs: list(tariff, BILLING_TARIFFS_MAX),
  rules,
});

const BASIS_DOMAIN = asciiBytes('commonwatt/bill-basis/1');

export function billBasisHash(sha256: Sha256, basis: BillBasis): Uint8Array {
  return sha256(concatBytes(BASIS_DOMAIN, encode(billBasisCodec, basis)));
}

/** The tariffs of a series that hold in a part of a period. */
export function tariffsWithin(
  tariffs: readonly BillingTariff[],
  fromMs: number,
  untilMs: number,
): readonly BillingTariff[] {
  return tariffs.filter(
    ({ validFromMs, validUntilMs }) =>
      validFromMs < untilMs && (validUntilMs === undefined || validUntilMs > fromMs),
  );
}
