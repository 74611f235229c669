/** The modules of a ledger of certificates on a bare state, and entitlements that arrive there. */

import { type Energy, energy, type Price, price } from '@commonwatt/units';
import { hashOf, testingCrypto } from '../../execution/testing-ledger.test-support.ts';
import { parameters } from '../../parameters.ts';
import type { ContractRefusal } from '../../refusals.ts';
import { walletModule } from '../../wallet/module.ts';
import { BareLedger, BEGIN_MS } from '../../wallet/testing/bare-ledger.ts';
import { complianceOf, type MemberCompliance } from '../compliance.ts';
import type { Grant, Stretch } from '../messages.ts';
import { certificatesModule } from '../module.ts';
import { receiveEntitlement } from '../receive.ts';
import { ranges } from '../state.ts';

export const PERIOD_MS = 86_400_000;
const PEER = 1;
export const wh = (count: number): Energy => energy(BigInt(count));
export const nanoPerWh = (count: number): Price => price(BigInt(count));
export const stretch = (issuance: number, first: number, count: number): Stretch => ({
  issuance,
  first: wh(first),
  energy: wh(count),
});

export class BareCertificates extends BareLedger {
  readonly #versions = new Map<string, number>();

  constructor() {
    super(testingCrypto.sha256, [walletModule, certificatesModule]);
    const certificateLedger = { periodOriginMs: BEGIN_MS, periodLengthMs: PERIOD_MS };
    this.state.set(parameters, 0, { currency: 'EUR', recoveryDelayMs: 0, certificateLedger });
  }

  /** What a deal of the market entitles the member to arrives; again with other energy, corrected. */
  arrives(
    holder: number,
    kind: Grant['kind'],
    count: number,
    changes: Partial<Grant> & { readonly deal?: string; readonly version?: number } = {},
  ): ContractRefusal | undefined {
    const { deal = `${kind} of ${holder}`, version: asked, ...rest } = changes;
    const version = asked ?? (this.#versions.get(deal) ?? 0) + 1;
    const grant: Grant = {
      member: 100 + holder,
      kind,
      source: hashOf(deal),
      fromMs: BEGIN_MS,
      untilMs: BEGIN_MS + 3_600_000,
      technology: 'wind',
      region: 'A',
      energy: wh(count),
      ...rest,
    };
    const refusal = receiveEntitlement(this.context(), { peer: PEER, holder, grant, version });
    if (refusal === undefined) this.#versions.set(deal, version);
    return refusal;
  }

  held(member: number, period = 0): MemberCompliance {
    return complianceOf(this.state, member, period);
  }

  /** Every range as `issuance/first+energy status of owner`. */
  listed(): readonly string[] {
    return this.state
      .entries(ranges)
      .map(
        ([{ issuance, first }, one]) =>
          `${issuance}/${first}+${one.energy} ${one.status} of ${one.owner}`,
      );
  }
}
