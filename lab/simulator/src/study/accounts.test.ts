import { describe, expect, test } from 'vitest';
import { Accounts } from './accounts.ts';
import type { World } from './world.ts';

/** Prices are small so that sums can be done in the head. */
function accountsOf(members: number, more: object = {}) {
  const world = {
    slots: 1,
    slotMs: 900_000,
    supplyPrice: 30,
    feedInPrice: 10,
    localFee: 4,
    members: Array.from({ length: members }, (_, at) => ({
      name: `m${at}`,
      feeder: null,
      loadWh: Int32Array.of(100),
      generationWh: Int32Array.of(40),
      assets: null,
      initialBatteryWh: 0,
      isBatteryLent: false,
      ...more,
    })),
  };
  return new Accounts(world as unknown as World);
}
const NOTHING = { boughtWh: 0, soldWh: 0, market: 0, worth: 0, buyerGain: 0, wanted: false };

describe('accounts', () => {
  test('what was not bought is taken from the supplier, and the fee is on what was', () => {
    const settled = accountsOf(1).settle({
      ...NOTHING,
      member: 0,
      netWh: 60,
      boughtWh: 20,
      market: 300,
    });
    expect(settled).toEqual({ importWh: 40, exportWh: 0, supply: 1200, fee: 80, alone: 1800 });
  });

  test('who sold more than it had takes the rest from the supplier', () => {
    const settled = accountsOf(1).settle({ ...NOTHING, member: 0, netWh: -10, soldWh: 15 });
    expect(settled).toEqual({ importWh: 5, exportWh: 0, supply: 150, fee: 0, alone: -100 });
  });

  test('own generation goes into the own load first, then into the battery', () => {
    const assets = {
      batteryChargeWh: Int32Array.of(30),
      batteryDischargeWh: Int32Array.of(0),
      batteryWh: Int32Array.of(28),
      vehicleWh: null,
      heatPumpWh: null,
      unmetWh: 0,
    };
    const accounts = accountsOf(1, { loadWh: Int32Array.of(10), assets });
    accounts.own(0, 0);
    expect(accounts.results([0])[0]).toMatchObject({
      loadWh: 10,
      selfConsumedWh: 10,
      batteryChargedWh: 30,
      batteryLossWh: 2,
    });
  });

  test('static sharing gives everyone the same part and sells no more than is taken', () => {
    const accounts = accountsOf(3);
    // 90 over is 30 each; one needs 50, one 20: 50 change hands at the middle of 26 and 10.
    const bills = accounts.shareStatically(Int32Array.of(-90, 50, 20));
    const [seller, one, two] = accounts
      .results([0, 0, 0])
      .map((member) => member.staticSharingBill);
    expect([one, two]).toEqual([30 * 22 + 20 * 30, 20 * 22]);
    expect(seller).toBe(-50 * 18 - 40 * 10);
    expect(bills).toBe((seller as number) + (one as number) + (two as number));
  });

  test('sums that a number cannot hold are refused, not rounded', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const accounts = accountsOf(1);
    accounts.settle({ ...NOTHING, member: 0, netWh: 0, market: most });
    const again = () => accounts.settle({ ...NOTHING, member: 0, netWh: 0, market: 1 });
    expect(again).toThrow('market: expected a safe integer');
  });
});
