import { energy } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { thresholds } from '../governance/state.ts';
import { ROLE } from '../identity/messages.ts';
import { signDelivery, stateDelivery, statementHashOf } from './delivery.ts';
import type { StatedDelivery } from './messages.ts';
import { contractsOfRound } from './state.ts';
import { deliveringPlants } from './testing/delivering.ts';
import { mwh } from './testing/direct-ledger.ts';
import { sha256 } from './testing/sha256.ts';
import { matchedPlants, type Plants } from './testing/street-of-plants.ts';
import { transferStage } from './transfers.ts';

/** Everything as contracted. */
function inFull({ ledger }: Plants): StatedDelivery[] {
  return ledger.state.group(contractsOfRound, '1').map(([{ contract }, { amounts }]) => {
    return { contract, fedIn: amounts.energy, drawn: amounts.energy };
  });
}

describe('delivery statements', () => {
  test('the checks stand in their order', () => {
    const all = deliveringPlants();
    const { ledger, buyer } = all;
    const whole = inFull(all);
    const state = (changes: object, by = ledger.centre) =>
      ledger.code(by, stateDelivery, { ...ledger.statement(whole), ...changes });
    expect(state({}, buyer)).toBe('role_missing');
    expect(state({ round: 2 })).toBe('round_unknown');
    expect(state({ readingsRoot: new Uint8Array(32) })).toBe('readings_root_wrong');
    expect(state({ deliveries: [] })).toBe('statement_wrong');
    expect(state({ deliveries: [whole[1], whole[0]] })).toBe('statement_wrong');
    expect(state({ deliveries: [{ ...whole[0], contract: 7 }] })).toBe('statement_wrong');
    expect(state({ version: 2 })).toBe('statement_wrong');
    const beyond = energy((whole[0]?.fedIn ?? 0n) + 1n);
    expect(state({ deliveries: [{ ...whole[0], fedIn: beyond }] })).toBe('statement_wrong');
    expect(state({})).toBe('done');
    expect(ledger.round().stage).toBe('paying');
  });

  test('nothing is stated before the delivery is over, nor for who has no readings', () => {
    const { ledger } = matchedPlants();
    const statement = ledger.statement([{ contract: 0, fedIn: mwh(0n), drawn: mwh(0n) }]);
    expect(ledger.code(ledger.centre, stateDelivery, statement)).toBe('round_stage_wrong');
    const all = deliveringPlants();
    const { rules, wind } = all;
    const fresh = deliveringPlants();
    fresh.ledger.meterReadings(rules, [wind]);
    const [first] = inFull(fresh);
    expect(first).toBeDefined();
    const unread = matchedPlants();
    unread.ledger.until(unread.ledger.timeMs + rules.checkMs);
    unread.ledger.transferAll();
    const early = unread.ledger.statement([{ contract: 0, fedIn: mwh(0n), drawn: mwh(0n) }]);
    expect(unread.ledger.code(unread.ledger.centre, stateDelivery, early)).toBe('period_not_over');
    unread.ledger.until(rules.deliveryUntilMs);
    const [of] = inFull(unread);
    const without = unread.ledger.statement([of as StatedDelivery]);
    expect(unread.ledger.run(unread.ledger.centre, stateDelivery, without)).toMatchObject({
      code: 'statement_wrong',
      expected: `readings of member ${unread.wind}`,
    });
  });

  test('it holds once k of n checkers signed the same bytes, of those who may still act', () => {
    const all = deliveringPlants();
    const { ledger } = all;
    ledger.state.set(thresholds, 'checker', { count: 2 });
    const [second, third] = [1, 2].map(() => ledger.member({ roles: ROLE.checker }));
    const statement = ledger.statement(inFull(all));
    const key = { round: 1, statementHash: statementHashOf(sha256, statement) };
    const sign = (by = 0) => ledger.code(by, signDelivery, key);
    expect(sign(second)).toBe('statement_unknown');
    expect(ledger.code(second ?? 0, stateDelivery, statement)).toBe('done');
    expect(ledger.code(second ?? 0, stateDelivery, statement)).toBe('statement_known');
    expect(sign(second)).toBe('statement_signed_already');
    expect(sign(all.buyer)).toBe('role_missing');
    expect(ledger.round().stage).toBe('delivering');
    ledger.amend(second ?? 0, { roles: 0 });
    expect(sign(third)).toBe('done');
    expect(ledger.round().stage).toBe('delivering');
    expect(sign(ledger.centre)).toBe('done');
    expect(ledger.round().stage).toBe('paying');
    expect(ledger.contract(0).delivered).toMatchObject({ version: 1, fedIn: mwh(2n) });
  });

  test('until it is paid a contract is corrected by a later version, and its parties transfer anew', () => {
    const all = deliveringPlants();
    const { ledger, buyer, wind } = all;
    ledger.deliverAll();
    ledger.must(buyer, transferStage, { round: 1, contract: 0 });
    const corrected = [{ contract: 0, fedIn: mwh(1n), drawn: mwh(2n) }];
    expect(ledger.code(ledger.centre, stateDelivery, ledger.statement(corrected, 1))).toBe(
      'statement_wrong',
    );
    ledger.must(ledger.centre, stateDelivery, ledger.statement(corrected, 2));
    expect(ledger.contract(0)).toMatchObject({
      released: { buyer: false, seller: false },
      delivered: { version: 2, fedIn: mwh(1n) },
    });
    ledger.must(buyer, transferStage, { round: 1, contract: 0 });
    ledger.must(wind, transferStage, { round: 1, contract: 0 });
    expect(ledger.contract(0)).toMatchObject({ status: 'paid', paid: { energy: mwh(1n) } });
  });

  test('when nobody states anything, contracts are paid as undelivered and nobody is charged', () => {
    const { ledger, rules, buyer } = deliveringPlants();
    ledger.until(rules.deliveryUntilMs + rules.statementMs);
    expect(ledger.round().stage).toBe('paying');
    ledger.until(ledger.timeMs + rules.transferMs);
    expect(ledger.round().stage).toBe('closed');
    for (const one of ledger.contractsOf()) {
      expect(one).toMatchObject({
        status: 'paid',
        reason: 'no delivery statement',
        buyerCharge: 0n,
        sellerCharge: 0n,
        paid: { energy: 0n, buyerPays: 0n },
      });
      expect(one.terms.buyer).toBe(buyer);
    }
    ledger.endBlock();
  });
});
