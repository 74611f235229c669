import { money, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { entitlementOf } from '../certificates/entitlements.ts';
import type { EntitlementKind } from '../certificates/messages.ts';
import { applyAdmission, reviewAdmission } from './admission.ts';
import { exchangeTokens } from './exchange.ts';
import { contractSource } from './payment.ts';
import { deliveringPlants } from './testing/delivering.ts';
import { mwh } from './testing/direct-ledger.ts';
import { sha256 } from './testing/sha256.ts';
import type { Plants } from './testing/street-of-plants.ts';
import { tokensOf } from './tokens.ts';
import { transferStage } from './transfers.ts';

function balances({ ledger, buyer, wind, thermal }: Plants) {
  const { grid, fees, certificates } = ledger.companies;
  const all = { buyer, wind, thermal, grid, fees, certificates };
  return Object.fromEntries(
    Object.entries(all).map(([name, member]) => [
      name,
      tokensOf(ledger.state, member, 'free') + tokensOf(ledger.state, member, 'held'),
    ]),
  ) as Record<keyof typeof all, bigint>;
}

/** The keeper of the certificate account with tokens of its own. */
function fundKeeper({ ledger }: Plants): void {
  const { certificates: member } = ledger.companies;
  const papersCommitment = new Uint8Array(32);
  const admitted = { energyMost: mwh(0n), valueMost: money(0n), reason: '' };
  ledger.must(member, applyAdmission, {
    side: 'buyer',
    type: 'none',
    region: 'A',
    papersCommitment,
  });
  ledger.must(ledger.centre, reviewAdmission, { member, decision: 'admit', ...admitted });
  ledger.pay(member, 1_000_000n * 1_000_000_000n);
  ledger.must(member, exchangeTokens, { amount: money(1_000_000n * 1_000_000_000n) });
}

function granted({ ledger }: Plants, member: number, kind: EntitlementKind, contract: number) {
  const source = contractSource(sha256, new Uint8Array(32), { round: 1, contract });
  return entitlementOf(ledger.state, { member, kind, source })?.energy;
}

describe('payment', () => {
  test('E x L = seller + transmission + fees, to the unit, and certificates by the account', () => {
    const all = deliveringPlants();
    const { ledger, wind, thermal, buyer } = all;
    fundKeeper(all);
    const before = balances(all);
    ledger.deliverAll();
    ledger.transferAll();
    expect(ledger.round().stage).toBe('closed');
    const after = balances(all);
    const [green, coal, free] = ledger.contractsOf();
    // 4.7 MWh of thermal: 5 MWh at the busbar owe 1 certificate of 19 token.
    expect(coal?.paid).toMatchObject({ energy: 4_700_000n, injected: mwh(5n) });
    expect(coal?.paid?.certificate).toBe(19_000_000_000n);
    expect(coal?.paid?.fees).toBe(4_700_000n * 100_000n);
    // What is left of the wind, 1.76 MWh at the meter, earns 19 token for each MWh at the busbar.
    expect(free?.paid?.certificate).toBe(-19_000n * (free?.paid?.injected ?? 0n));
    expect(green?.paid?.certificate).toBe(0n);
    for (const { paid } of ledger.contractsOf()) {
      const { buyerPays = 0n, sellerGets = 0n, transmission = 0n, fees = 0n } = paid ?? {};
      expect(buyerPays).toBe(sellerGets + transmission + fees);
    }
    const sum = (of: 'buyerPays' | 'sellerGets' | 'transmission' | 'fees') =>
      ledger.contractsOf().reduce((total, { paid }) => total + (paid?.[of] ?? 0n), 0n);
    expect(before.buyer - after.buyer).toBe(sum('buyerPays'));
    expect(after.grid - before.grid).toBe(sum('transmission'));
    expect(after.fees - before.fees).toBe(sum('fees'));
    const earned = -(free?.paid?.certificate ?? 0n);
    expect(after.certificates - before.certificates).toBe(19_000_000_000n - earned);
    expect(after.thermal - before.thermal).toBe((coal?.paid?.sellerGets ?? 0n) - 19_000_000_000n);
    const { certificates } = ledger.companies;
    expect(granted(all, buyer, 'green', 0)).toBe(green?.paid?.injected);
    expect(granted(all, certificates, 'renewable', 2)).toBe(free?.paid?.injected);
    expect(granted(all, certificates, 'obligation', 1)).toBe(mwh(1n));
    expect(granted(all, wind, 'renewable', 2)).toBeUndefined();
    expect(granted(all, thermal, 'obligation', 1)).toBeUndefined();
    expect(granted(all, buyer, 'quota', 1)).toBe(940_000n);
    ledger.endBlock();
  });

  test('an income that the certificate account cannot pay leaves the certificate with the seller', () => {
    const all = deliveringPlants({ certificatePrice: price(1_000_000n) });
    const { ledger, wind, thermal } = all;
    const { certificates } = ledger.companies;
    const numberOf = (type: string, green: boolean) =>
      ledger.contractsOf().findIndex(({ terms }) => terms.type === type && terms.green === green);
    ledger.deliverAll();
    // The wind is paid before the thermal producer has paid anything in, out of nothing.
    const free = numberOf('wind', false);
    for (const member of [all.buyer, wind]) {
      ledger.must(member, transferStage, { round: 1, contract: free });
    }
    expect(granted(all, wind, 'renewable', free)).toBe(ledger.contract(free).paid?.injected);
    expect(tokensOf(ledger.state, certificates, 'free')).toBe(0n);
    const coal = numberOf('thermal', false);
    for (const member of [all.buyer, thermal]) {
      ledger.must(member, transferStage, { round: 1, contract: coal });
    }
    const cost = ledger.contract(coal).paid?.certificate ?? 0n;
    expect(cost > 0n).toBe(true);
    expect(tokensOf(ledger.state, certificates, 'free')).toBe(cost);
    ledger.endBlock();
  });

  test('without a keeper nothing is posted, and the parties keep what they have', () => {
    const all = deliveringPlants({ certificateMember: 0 });
    const { ledger, wind, thermal } = all;
    ledger.deliverAll();
    ledger.transferAll();
    expect(granted(all, wind, 'renewable', 2)).toBe(ledger.contract(2).paid?.injected);
    expect(granted(all, thermal, 'obligation', 1)).toBe(mwh(1n));
    for (const { value } of ledger.events.filter(({ name }) => name === 'contract paid')) {
      expect(value.certificatePosted).toBe(0n);
    }
    ledger.endBlock();
  });

  test('each party is charged for its own shortfall alone, to the grid company', () => {
    const all = deliveringPlants({ certificateMember: 0 });
    const { ledger } = all;
    const before = balances(all);
    ledger.deliverAll((contract) => {
      if (contract === 0) return { fedIn: mwh(1n) };
      return contract === 1 ? { fedIn: 4_000_000n, drawn: mwh(3n) } : {};
    });
    ledger.transferAll();
    const [first, second, third] = ledger.contractsOf();
    expect(first).toMatchObject({ sellerCharge: 50_000_000_000n, buyerCharge: 0n });
    expect(first?.paid?.energy).toBe(mwh(1n));
    expect(second).toMatchObject({
      sellerCharge: 700_000n * 50_000n,
      buyerCharge: 1_700_000n * 20_000n,
      paid: { energy: mwh(3n) },
    });
    expect(third).toMatchObject({ sellerCharge: 0n, buyerCharge: 0n });
    const after = balances(all);
    const charges = ledger
      .contractsOf()
      .reduce((sum, one) => sum + one.buyerCharge + one.sellerCharge, 0n);
    const transmission = ledger
      .contractsOf()
      .reduce((sum, one) => sum + (one.paid?.transmission ?? 0n), 0n);
    expect(after.grid - before.grid).toBe(charges + transmission);
    const loss = ledger.events.filter(({ name }) => name === 'contract paid');
    for (const { value } of loss) expect(value.loss).toBe(value.paid.injected - value.paid.energy);
    expect(loss).toHaveLength(3);
    ledger.endBlock();
  });
});
