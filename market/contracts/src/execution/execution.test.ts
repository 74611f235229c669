import { readdirSync, readFileSync } from 'node:fs';
import {
  activations,
  auditLedger,
  type Execution,
  type RuleBook,
  type Storage,
  type StoredHead,
  toHex,
  UnknownRulesError,
} from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { eventTypes } from '../event-types.ts';
import { activateRulesOf, recoverOf } from '../identity/actions.test-support.ts';
import { shareCodec } from '../market/messages.ts';
import { refusalCode, refusalCodes, refusalNumbers } from '../refusals.ts';
import { transferCodec } from '../wallet/messages.ts';
import { executionVersion1, ruleBook } from './execution.ts';
import { CALL, EQUAL_MS, GATE_LEAD_MS, perMwh, street, wh } from './testing/golden-recipe.ts';
import { action, TestingLedger, testingCrypto, testingKey } from './testing-ledger.test-support.ts';

const listed = (all: readonly (readonly [number, string])[]) =>
  [...all].sort(([a], [b]) => a - b).map(([id, name]) => `${id} ${name}`);

describe('the numbers of this release, which never change', () => {
  test('actions: the rule book holds each exactly once, under its own number', () => {
    const { actions } = executionVersion1;
    expect([...actions.keys()].sort((a, b) => a - b)).toEqual(
      Object.values(ACTION).sort((a, b) => a - b),
    );
    for (const [type, rule] of actions) expect(rule.type).toBe(type);
    expect(new Set([...actions.values()].map(({ name }) => name)).size).toBe(actions.size);
    expect(new Set(Object.values(ACTION)).size).toBe(Object.keys(ACTION).length);
    expect(
      listed(Object.entries(ACTION).map(([name, type]) => [type, name])),
    ).toMatchInlineSnapshot(`
      [
        "100 enrol",
        "101 invite",
        "102 cancelInvite",
        "103 join",
        "104 openLane",
        "105 rotateKey",
        "106 revokeMember",
        "107 amendMember",
        "108 recoverKey",
        "109 cancelRecovery",
        "110 giveMandate",
        "111 endMandate",
        "112 grantReading",
        "113 endReading",
        "200 deposit",
        "201 requestWithdrawal",
        "202 confirmWithdrawal",
        "203 rejectWithdrawal",
        "204 transfer",
        "205 setCreditLimit",
        "300 share",
        "301 request",
        "302 reply",
        "303 sendEnergy",
        "304 counter",
        "305 accept",
        "306 endNegotiation",
        "307 withdraw",
        "308 standingOrder",
        "309 withdrawStanding",
        "310 defineMarket",
        "311 setMarketOpen",
        "400 registerMeter",
        "401 retireMeter",
        "402 commitReadings",
        "403 replaceMeter",
        "404 revokeMeter",
        "405 setParticipation",
        "500 proposeRun",
        "501 signRun",
        "502 disputeRun",
        "503 setSettlementPolicy",
        "504 setTariff",
        "505 decideDispute",
        "506 payOut",
        "600 propose",
        "601 approve",
        "602 activateRules",
        "603 beginEpoch",
        "700 setExchange",
        "701 applyAdmission",
        "702 reviewAdmission",
        "703 exchangeTokens",
        "704 redeemTokens",
        "705 openRound",
        "706 cancelRound",
        "707 listEnergy",
        "708 sealListing",
        "709 revealListing",
        "710 withdrawListing",
        "711 checkRound",
        "712 transferStage",
        "713 stateDelivery",
        "714 signDelivery",
        "720 openRenewable",
        "721 transferCertificates",
        "722 offerCertificates",
        "723 withdrawOffer",
        "724 buyCertificates",
        "725 retireCertificates",
        "726 countCertificates",
        "727 freeExcess",
        "728 settleDebt",
        "740 namePeer",
        "741 setPeerOpen",
        "742 lockAsset",
        "743 advancePeer",
        "744 claimAsset",
        "745 burnCoin",
        "746 releaseCoin",
        "747 reportFork",
      ]
    `);
  });

  test('events', () => {
    for (const [type, event] of eventTypes) expect(event.type).toBe(type);
    const names = [...eventTypes.values()].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(executionVersion1.events).toBe(eventTypes);
    expect(listed([...eventTypes].map(([type, { name }]) => [type, name]))).toMatchInlineSnapshot(`
      [
        "100 member changed",
        "200 posted",
        "300 cleared",
        "301 traded",
        "302 transaction grew",
        "303 order ended",
        "304 negotiation moved",
        "305 market changed",
        "400 readings committed",
        "401 meter changed",
        "500 run settled",
        "501 run disputed",
        "502 member settled",
        "503 dispute moved",
        "504 settlement policy set",
        "505 tariff set",
        "506 community paid",
        "600 proposal moved",
        "601 epoch begun",
        "700 admission moved",
        "701 tokens moved",
        "702 round moved",
        "703 listing moved",
        "704 pair matched",
        "705 round checked",
        "706 contract transferred",
        "707 delivery stated",
        "708 contract paid",
        "720 entitlement granted",
        "721 certificates moved",
        "722 certificate duty changed",
        "723 certificate debt changed",
        "740 crossing left",
        "741 crossing arrived",
        "742 peer changed",
      ]
    `);
  });

  test('tables, and which of them a member can prove', () => {
    const tables = [activations, ...ruleBook.tables];
    expect(new Set(tables.map(({ id }) => id)).size).toBe(tables.length);
    expect(new Set(tables.map(({ name }) => name)).size).toBe(tables.length);
    expect(
      listed(tables.map(({ id, name, provable }) => [id, provable ? `${name}, provable` : name])),
    ).toMatchInlineSnapshot(`
      [
        "0 rules",
        "10 members",
        "11 keys",
        "12 lanes",
        "13 counters",
        "14 mandates",
        "15 invites",
        "16 recoveries",
        "17 reading grants",
        "20 accounts, provable",
        "21 credit limits",
        "22 attestations",
        "23 owing",
        "30 markets",
        "31 orders, provable",
        "32 standing orders",
        "33 closed slots",
        "34 trades, provable",
        "36 negotiations",
        "37 growing transactions",
        "40 meters",
        "41 commitments",
        "42 closed periods",
        "43 participations",
        "50 open runs",
        "51 settled periods",
        "52 disputes",
        "53 settlement policies",
        "54 tariffs",
        "55 correctable periods",
        "56 held amounts",
        "60 thresholds",
        "61 proposals",
        "62 epochs",
        "70 parameters",
        "71 exchange tokens, provable",
        "72 direct admissions",
        "73 direct rounds",
        "74 direct listings",
        "75 direct contracts, provable",
        "76 delivery statements",
        "77 exchange",
        "78 taken trades",
        "80 entitlements",
        "81 openings",
        "82 certificate sources",
        "83 issuances",
        "84 certificates",
        "85 certificate duties",
        "86 certificate debts",
        "90 peers",
        "91 pegs",
        "92 peer heads",
        "93 arrivals",
        "94 peer forks",
      ]
    `);
    for (const { table } of ruleBook.groupings) expect(tables).toContain(table);
  });

  test('refusals', () => {
    expect(refusalNumbers.size).toBe(refusalCodes.length);
    for (const [code, number] of refusalNumbers) expect(refusalCode(number)).toBe(code);
    expect(refusalCode(0)).toBeUndefined();
    expect(refusalCodes.map((code, at) => `${at + 1} ${code}`).join(', ')).toMatchInlineSnapshot(
      `"1 malformed, 2 action_unknown, 3 batch_refused, 4 wrong_chain, 5 expired, 6 not_yet_valid, 7 bad_signature, 8 wrong_user, 9 key_unacceptable, 10 key_known, 11 key_ended, 12 member_unknown, 13 member_revoked, 14 member_not_active, 15 sequence_wrong, 16 lane_unknown, 17 lane_known, 18 lanes_exhausted, 19 window_too_long, 20 role_missing, 21 roles_invalid, 22 possession_missing, 23 invite_unknown, 24 invite_expired, 25 invite_known, 26 recovery_unknown, 27 mandate_unknown, 28 mandate_expired, 29 mandate_lacks_action, 30 mandate_too_many, 31 height_past, 32 instant_past, 33 needs_decision, 34 proposal_unknown, 35 proposal_expired, 36 proposal_approved_already, 37 action_not_votable, 38 rules_version_invalid, 39 amount_not_positive, 40 amount_too_large, 41 balance_insufficient, 42 reference_used, 43 limit_negative, 44 transfer_to_self, 45 market_unknown, 46 market_known, 47 market_halted, 48 market_rules_invalid, 49 mechanism_unknown, 50 slot_invalid, 51 gate_closed, 52 slot_too_far, 53 energy_not_positive, 54 price_outside_collar, 55 connection_exceeded, 56 limit_missing, 57 order_unknown, 58 order_not_yours, 59 order_energy_exceeded, 60 own_order, 61 side_wrong, 62 wrong_market_kind, 63 negotiation_unknown, 64 not_your_turn, 65 not_your_negotiation, 66 rounds_exhausted, 67 terms_changed, 68 profile_invalid, 69 standing_unknown, 70 orders_too_many, 71 meter_unknown, 72 meter_retired, 73 not_the_meter, 74 period_invalid, 75 period_settled, 76 period_not_over, 77 run_known, 78 run_unknown, 79 run_signed_already, 80 readings_root_wrong, 81 slot_totals_wrong, 82 postings_unordered, 83 not_conserved, 84 escrow_exceeded, 85 posting_without_trade, 86 dispute_known, 87 members_too_many, 88 invites_too_many, 89 recovery_known, 90 recoveries_too_many, 91 delegate_invalid, 92 action_not_delegable, 93 scopes_invalid, 94 grant_unknown, 95 grants_too_many, 96 instant_too_far, 97 holders_too_few, 98 proposals_too_many, 99 roots_unordered, 100 versions_exhausted, 101 meters_too_many, 102 posting_missing, 103 claim_exceeded, 104 runs_too_many, 105 epoch_invalid, 106 stage_wrong, 107 nothing_to_adjust, 108 charges_wrong, 109 charge_exceeded, 110 policy_invalid, 111 tariff_invalid, 112 dispute_unknown, 113 trade_not_disputable, 114 meter_revoked, 115 meter_invalid, 116 participation_invalid, 117 participations_too_many, 118 wrong_ledger, 119 coin_pegged, 120 opening_wrong, 121 entitlement_unknown, 122 entitlement_not_yours, 123 entitlement_locked, 124 entitlement_stale, 125 source_claimed, 126 energy_too_large, 127 range_unknown, 128 range_not_yours, 129 range_not_live, 130 range_exceeded, 131 ranges_too_many, 132 price_invalid, 133 duty_exceeded, 134 quota_open, 135 debt_exceeded, 136 peer_unknown, 137 peer_known, 138 peer_invalid, 139 peer_stopped, 140 checkpoint_invalid, 141 checkpoint_behind, 142 checkpoint_not_extending, 143 head_unknown, 144 fork_unproven, 145 proof_of_other_chain, 146 proof_invalid, 147 not_final, 148 asset_wrong, 149 crossing_claimed, 150 peg_exceeded, 151 exchange_invalid, 152 exchange_in_use, 153 tokens_insufficient, 154 tokens_not_whole, 155 admission_known, 156 admission_unknown, 157 admissions_too_many, 158 not_admitted, 159 reason_missing, 160 round_unknown, 161 round_known, 162 round_rules_invalid, 163 rounds_too_many, 164 round_closed, 165 round_stage_wrong, 166 listing_known, 167 listing_unknown, 168 listing_form_wrong, 169 listing_invalid, 170 listings_too_many, 171 seller_type_differs, 172 region_unknown, 173 energy_negative, 174 energy_over_declared, 175 value_over_limit, 176 reveal_wrong, 177 not_the_dispatch_centre, 178 limit_invalid, 179 limit_raised, 180 contract_unknown, 181 not_your_contract, 182 transferred_already, 183 statement_known, 184 statement_unknown, 185 statement_wrong, 186 statement_signed_already, 187 statements_too_many"`,
    );
  });

  test('rule sets', () => {
    expect([...ruleBook.executions.keys()]).toEqual([1]);
    expect([...ruleBook.others]).toEqual([
      ['uniform', [1]],
      ['pay-as-bid', [1]],
      ['average', [1]],
      ['mcafee', [1]],
      ['sbba', [1]],
      ['muda', [1]],
      ['proportional-two-sided', [1]],
      ['ascending-increment', [1]],
      ['iterative-double-auction', [1]],
      ['willingness', [1]],
      ['continuous', [1]],
      ['two-stage', [1]],
      ['stable-matching', [1]],
      ['naive-auction', [1]],
      ['equal-increment-pool', [1]],
      ['zonal', [1]],
      ['microgrid-exchange', [1]],
      ['negotiation', [1]],
      ['settlement', [1, 2, 3]],
      ['direct-purchase', [1]],
    ]);
  });
});

const HERE = new URL('../', import.meta.url);
const KERNEL = new URL('../../../../kernel/ledger/src/', import.meta.url);

/** Every refusal code that the sources name, with a file that does. */
function codesInSources(): ReadonlyMap<string, string> {
  const own = readdirSync(HERE, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.test|testing/.test(path))
    // Bills are computed off the ledger: what keeps one from being made is no refusal of an action.
    .filter((path) => !path.startsWith('billing/'))
    .map((path) => new URL(path, HERE));
  const found = new Map<string, string>();
  for (const url of [...own, new URL('batch.ts', KERNEL), new URL('ledger.ts', KERNEL)]) {
    const source = readFileSync(url, 'utf8');
    for (const [, code] of source.matchAll(/(?:\bcode: |\bwrongUser\()'([a-z_]+)'/g)) {
      found.set(code as string, url.pathname);
    }
  }
  return found;
}

describe('refusal codes', () => {
  test('every code that a source names has a number', () => {
    const found = codesInSources();
    expect(found.size).toBeGreaterThan(90);
    expect([...found].filter(([code]) => !refusalNumbers.has(code))).toEqual([]);
  });

  test('every number has a source that names its code', () => {
    const found = codesInSources();
    expect(refusalCodes.filter((code) => !found.has(code))).toEqual([]);
  });
});

/** The rules of a later release: it knows these versions as well, and its execution lacks transfers. */
function laterBook(versions: Readonly<Record<string, readonly number[]>>): RuleBook {
  const later: Execution = {
    ...executionVersion1,
    version: 2,
    actions: new Map([...executionVersion1.actions].filter(([type]) => type !== ACTION.transfer)),
  };
  return {
    ...ruleBook,
    executions: new Map([
      [1, executionVersion1],
      [2, later],
    ]),
    others: new Map([...ruleBook.others, ...Object.entries(versions)]),
  };
}

function storeOf(ledger: TestingLedger, blocks = ledger.height + 1): Storage {
  const { document, records } = ledger.stored();
  const refuse = () => Promise.reject(new Error('the store is read only'));
  const head: StoredHead | undefined =
    blocks > ledger.height ? { height: ledger.height, hash: ledger.ledger.headHash } : undefined;
  return {
    genesis: () => document,
    putGenesis: refuse,
    head: () => head ?? { height: blocks - 1, hash: ledger.ledger.history.leafHash(blocks - 1) },
    lastHeight: () => blocks - 1,
    record: (height) => (height < blocks ? records[height] : undefined),
    append: refuse,
    close: () => Promise.resolve(),
  };
}

const OF_HEIGHT = 4;
/** The first version of each rule set that this release does not have. */
const UNKNOWN_RULES = [
  ['execution', 2],
  ['uniform', 2],
  ['negotiation', 2],
  ['settlement', 4],
  ['direct-purchase', 2],
  ['weather', 2],
] as const;
const transfer = action(ACTION.transfer, transferCodec, { to: 2, amount: money(1n) });

/** Two blocks of this release, the activation at height 1, and nothing beyond height 3. */
async function activated(
  [ruleSet, version]: readonly [string, number],
  rules?: RuleBook,
): Promise<TestingLedger> {
  const ledger = await TestingLedger.create({
    founders: { ana: {} },
    ...(rules === undefined ? {} : { rules }),
  });
  const activation = activateRulesOf({ ruleSet, version, fromHeight: OF_HEIGHT });
  expect(await ledger.run('officer', activation)).toEqual(['done']);
  expect(await ledger.run('officer', transfer)).toEqual(['balance_insufficient']);
  await ledger.block();
  expect(ledger.height).toBe(OF_HEIGHT - 1);
  return ledger;
}

async function unknownRulesOf(work: () => unknown): Promise<UnknownRulesError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof UnknownRulesError) return error;
    throw error;
  }
  throw new Error('expected the rules to be unknown');
}

describe.each(UNKNOWN_RULES)(
  '%s version %i, which this release does not have',
  (ruleSet, version) => {
    const rule = [ruleSet, version] as const;
    const named = { ruleSet, version, height: OF_HEIGHT };

    test('no block is executed from its height on, and nothing of the state moves', async () => {
      const ledger = await activated(rule);
      const before = toHex(ledger.ledger.headHash);
      for (let attempt = 0; attempt < 2; attempt++) {
        const error = await unknownRulesOf(() => ledger.block());
        expect(error).toMatchObject(named);
        expect(error.message).toContain(
          `'${ruleSet}' version ${version}, active from height ${OF_HEIGHT}`,
        );
      }
      expect(ledger.height).toBe(OF_HEIGHT - 1);
      expect(toHex(ledger.ledger.headHash)).toBe(before);
      expect(ledger.ledger.state.writes()).toEqual([]);
    });

    test('the ledger is not opened, and the blocks before are still judged', async () => {
      const ledger = await activated(rule);
      expect(await unknownRulesOf(() => ledger.reopened())).toMatchObject(named);
      const report = await auditLedger(storeOf(ledger), ruleBook, testingCrypto);
      expect(report).toMatchObject({ clean: true, blocks: OF_HEIGHT });
    });

    test('a later release goes on, judges each block by the rules of its day, and this one stops', async () => {
      const rules = laterBook({ [ruleSet]: Array.from({ length: version }, (_, at) => at + 1) });
      const ledger = await activated(rule, rules);
      const expected = ruleSet === 'execution' ? 'action_unknown' : 'balance_insufficient';
      expect(await ledger.run('officer', transfer)).toEqual([expected]);
      await ledger.block();
      const report = await auditLedger(storeOf(ledger), rules, testingCrypto);
      expect(report).toMatchObject({ clean: true, blocks: OF_HEIGHT + 2 });
      expect(toHex(ledger.reopened().headHash)).toBe(toHex(ledger.ledger.headHash));

      const here = await auditLedger(storeOf(ledger), ruleBook, testingCrypto);
      expect(here).toMatchObject({ clean: false, height: OF_HEIGHT });
      expect(here.clean ? '' : here.reason).toContain(`'${ruleSet}' version ${version}`);
      const before = await auditLedger(storeOf(ledger, OF_HEIGHT), ruleBook, testingCrypto);
      expect(before).toMatchObject({ clean: true, blocks: OF_HEIGHT });
    });
  },
);

test('a genesis document that asks for unknown execution rules begins nothing', async () => {
  const without: RuleBook = { ...ruleBook, executions: new Map() };
  const error = await unknownRulesOf(() => TestingLedger.create({ rules: without }));
  expect(error).toMatchObject({ ruleSet: 'execution', version: 1, height: 0 });
});

test('the next due instant is the earliest of all modules', async () => {
  const ledger = await TestingLedger.create({
    founders: { ana: {} },
    genesis: { markets: [street], recoveryDelayMs: 60_000 },
  });
  const due = () => executionVersion1.nextDueMs(ledger.state, ledger.timeMs);
  expect(due()).toBeUndefined();
  const order = { market: CALL, slotMs: EQUAL_MS, energy: wh(10), limit: perMwh(80) };
  expect(await ledger.run('ana', action(ACTION.share, shareCodec, order))).toEqual(['done']);
  expect(due()).toBe(EQUAL_MS - GATE_LEAD_MS);
  const ana = ledger.member('ana').number;
  const recovery = recoverOf(ledger, ana, testingKey('second of ana'));
  expect(await ledger.run('officer', recovery)).toEqual(['done']);
  const effectiveMs = ledger.timeMs + 60_000;
  expect(due()).toBe(effectiveMs);
  await ledger.block(effectiveMs);
  expect(due()).toBe(EQUAL_MS - GATE_LEAD_MS);
});
