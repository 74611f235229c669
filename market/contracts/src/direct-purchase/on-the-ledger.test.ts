import { energy, money } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { action, TestingLedger } from '../execution/testing-ledger.test-support.ts';
import { giveMandateOf } from '../identity/actions.test-support.ts';
import { ROLE } from '../identity/messages.ts';
import { depositCodec } from '../wallet/messages.ts';
import { commitmentsFor } from './delivery.ts';
import {
  applyAdmissionCodec,
  checkRoundCodec,
  type DirectType,
  deliveryStatementCodec,
  exchangeTokensCodec,
  type ListingTerms,
  listEnergyCodec,
  openRoundCodec,
  type RoundRules,
  reviewAdmissionCodec,
  transferStageCodec,
} from './messages.ts';
import { directContractsOfRound, directTokensOf } from './readers.ts';
import { rounds } from './state.ts';
import { HOUR_MS, mwh, perKwh, rulesOf } from './testing/direct-ledger.ts';

const NAMES = ['grid', 'fees', 'dispatch', 'desk', 'mill', 'gale', 'kiln', 'agent'] as const;

/** A round of one mill that buys from a wind park and a thermal plant, on the ledger as it runs. */
class Centre {
  readonly ledger: TestingLedger;
  readonly rules: RoundRules;

  private constructor(ledger: TestingLedger) {
    this.ledger = ledger;
    const number = (name: string) => ledger.member(name).number;
    const day = Math.ceil(ledger.timeMs / 86_400_000) * 86_400_000;
    this.rules = rulesOf(
      {
        grid: number('grid'),
        fees: number('fees'),
        dispatch: number('dispatch'),
        certificates: number('desk'),
      },
      {
        deadlineMs: day + HOUR_MS,
        deliveryFromMs: day + 48 * HOUR_MS,
        deliveryUntilMs: day + 72 * HOUR_MS,
      },
    );
  }

  static async create(): Promise<Centre> {
    const roles = ROLE.consumer | ROLE.producer;
    const founders = Object.fromEntries(NAMES.map((name) => [name, { roles }]));
    return new Centre(await TestingLedger.create({ founders }));
  }

  async admit(name: string, type: DirectType, region: string): Promise<void> {
    const { number: member } = this.ledger.member(name);
    const side = type === 'none' ? 'buyer' : 'seller';
    const reference = new Uint8Array(32).fill(member);
    const amount = money(10_000_000n * 1_000_000_000n);
    const apply = { side, type, region, papersCommitment: reference } as const;
    const limits = { energyMost: mwh(1_000n), valueMost: money(1n << 80n) };
    const admitted = { member, decision: 'admit', reason: '', ...limits } as const;
    await this.done(name, action(ACTION.applyAdmission, applyAdmissionCodec, apply));
    await this.done('officer', action(ACTION.reviewAdmission, reviewAdmissionCodec, admitted));
    const deposit = { member, amount, reference };
    await this.done('officer', action(ACTION.deposit, depositCodec, deposit));
    await this.done(name, action(ACTION.exchangeTokens, exchangeTokensCodec, { amount }));
  }

  async done(name: string, one: Parameters<TestingLedger['run']>[1]): Promise<void> {
    expect(await this.ledger.run(name, one)).toEqual(['done']);
  }

  list(name: string, terms: Pick<ListingTerms, 'side' | 'type' | 'region'>, more: object) {
    const bare = {
      greenEnergyWh: 0n,
      environmentalPrice: perKwh(0n),
      crossSubsidy: perKwh(0n),
    };
    const listing = { ...bare, ...terms, ...more } as ListingTerms;
    return this.done(
      name,
      action(ACTION.listEnergy, listEnergyCodec, { round: 1, terms: listing }),
    );
  }

  async transferBoth(contract: number, buyer: string, seller: string): Promise<void> {
    const transfer = action(ACTION.transferStage, transferStageCodec, { round: 1, contract });
    await this.done(buyer, transfer);
    await this.done(seller, transfer);
  }

  stage() {
    return this.ledger.state.get(rounds, 1)?.stage;
  }

  tokens(name: string) {
    return directTokensOf(this.ledger.state, this.ledger.member(name).number);
  }
}

describe('a round on the ledger', () => {
  test('from Regis() to the last TRANS(), and the same again from its bytes', async () => {
    const centre = await Centre.create();
    const { ledger, rules } = centre;
    await centre.admit('mill', 'none', 'B');
    await centre.admit('gale', 'wind', 'A');
    await centre.admit('kiln', 'thermal', 'A');
    await centre.done('officer', action(ACTION.openRound, openRoundCodec, { round: 1, rules }));
    await centre.list(
      'mill',
      { side: 'buyer', type: 'none', region: 'B' },
      { price: perKwh(5_000n), energyWh: mwh(10n), greenEnergyWh: mwh(2n) },
    );
    await centre.list(
      'gale',
      { side: 'seller', type: 'wind', region: 'A' },
      { price: perKwh(3_500n), energyWh: mwh(4n) },
    );
    await centre.list(
      'kiln',
      { side: 'seller', type: 'thermal', region: 'A' },
      { price: perKwh(3_000n), energyWh: mwh(5n), environmentalPrice: perKwh(100n) },
    );

    await ledger.block(rules.deadlineMs);
    expect(centre.stage()).toBe('drawing');
    const closing = ledger.ledger.headHash;
    const drawn = await ledger.block();
    expect(centre.stage()).toBe('checking');
    expect(ledger.state.get(rounds, 1)?.seed).toEqual(closing);
    expect(drawn.happened.filter(({ name }) => name === 'pair matched')).toHaveLength(3);

    const half = { from: 'B', to: 'A', energy: mwh(5n) };
    const check = { round: 1, limits: [half], reason: 'line A-B under repair' };
    const checking = action(ACTION.checkRound, checkRoundCodec, check);
    expect(await ledger.run('officer', checking)).toEqual(['not_the_dispatch_centre']);
    await centre.done('dispatch', checking);
    expect(centre.stage()).toBe('committing');
    const contracts = directContractsOfRound(ledger.state, 1);
    expect(
      contracts.map(([, { requested, terms }]) => [requested, terms.type, terms.green]),
    ).toEqual([
      [mwh(2n), 'wind', true],
      [4_700_000n, 'thermal', false],
      [1_759_999n, 'wind', false],
    ]);
    for (const [, { reason }] of contracts) expect(reason).toBe('limit of corridor ["A","B"]');
    const granted = contracts.reduce((sum, [, { amounts }]) => sum + amounts.energy, 0n);
    expect(granted).toBe(mwh(5n));

    // The mill has gone home: its agent transfers by a standing mandate, and by nothing else.
    const { key } = ledger.member('agent');
    const { number: onBehalfOf } = ledger.member('mill');
    const transfer = action(ACTION.transferStage, transferStageCodec, { round: 1, contract: 0 });
    const asMill = () => ledger.runWith('agent', { onBehalfOf }, transfer);
    expect(await asMill()).toEqual(['mandate_unknown']);
    const untilMs = rules.deliveryUntilMs;
    await centre.done('mill', giveMandateOf(key.publicKey, [ACTION.transferStage], untilMs));
    expect(await asMill()).toEqual(['done']);
    expect(await asMill()).toEqual(['transferred_already']);
    await centre.done('gale', transfer);

    const numbers = contracts.map(([{ contract }]) => contract);
    const sellerOf = (contract: number) =>
      contracts[contract]?.[1].terms.seller === ledger.member('gale').number ? 'gale' : 'kiln';
    for (const contract of numbers.slice(1)) {
      expect(centre.stage()).toBe('committing');
      await centre.transferBoth(contract, 'mill', sellerOf(contract));
    }
    expect(centre.stage()).toBe('delivering');

    await ledger.block(rules.deliveryUntilMs);
    const context = { state: ledger.state };
    expect(commitmentsFor(context, rules)).toEqual([]);
    const deliveries = numbers.map((contract) => {
      return { contract, fedIn: energy(0n), drawn: energy(0n) };
    });
    const statement = { round: 1, readingsRoot: new Uint8Array(32), version: 1, deliveries };
    const stating = action(ACTION.stateDelivery, deliveryStatementCodec, statement);
    expect(await ledger.run('officer', stating)).toEqual(['readings_root_wrong']);

    await ledger.block(rules.deliveryUntilMs + rules.statementMs);
    expect(centre.stage()).toBe('paying');
    for (const contract of numbers) await centre.transferBoth(contract, 'mill', sellerOf(contract));
    expect(centre.stage()).toBe('closed');
    for (const name of ['mill', 'gale', 'kiln']) expect(centre.tokens(name).held).toBe(0n);
    expect(await ledger.replayed()).toEqual(ledger.ledger.headHash);
    expect(ledger.reopened().headHash).toEqual(ledger.ledger.headHash);
  });
});
