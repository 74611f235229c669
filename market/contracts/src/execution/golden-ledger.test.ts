import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  auditLedger,
  type BlockRecord,
  decode,
  decodeRecord,
  equalBytes,
  eventCodec,
  fromBase64,
  fromHex,
  headerHash,
  Ledger,
  LedgerDamagedError,
  type LedgerEvent,
  leadingZeroBits,
  readTransaction,
  receiptCodec,
  type Storage,
  toHex,
} from '@commonwatt/ledger';
import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { eventTypes } from '../event-types.ts';
import {
  type Cleared,
  cleared,
  type MemberChanged,
  memberChanged,
  type OrderEnded,
  orderEnded,
  type ProposalMoved,
  proposalMoved,
  type TransactionGrew,
  transactionGrew,
} from '../events.ts';
import { refusalCode } from '../refusals.ts';
import { ruleBook } from './execution.ts';
import { goldenLedgers, goldenText } from './golden-ledger.test-support.ts';
import { testingCrypto } from './testing-ledger.test-support.ts';

/** One ledger of the file. */
interface GoldenRecords {
  readonly chain: string;
  readonly height: number;
  readonly headHash: string;
  readonly genesis: string;
  readonly records: readonly string[];
}
interface Golden extends GoldenRecords {
  readonly execution: number;
  /** The ledger of certificates that it is bridged to. */
  readonly certificates: GoldenRecords;
}

const ROOT = new URL('../../../../', import.meta.url);
const text = readFileSync(new URL('vectors/golden-ledger-1.json', ROOT), 'utf8');
const golden = JSON.parse(text) as Golden;
const records = golden.records.map((one) => fromBase64(one) as Uint8Array);
const blocks: readonly BlockRecord[] = records.map(decodeRecord);
const certificates = golden.certificates.records.map((one) => fromBase64(one) as Uint8Array);
/** Of both ledgers: what can only happen on the one happens there. */
const allBlocks: readonly BlockRecord[] = [...blocks, ...certificates.map(decodeRecord)];

/** The file as a store that nothing is written to. */
function storeOf(stored: readonly Uint8Array[], of: GoldenRecords = golden): Storage {
  const refuse = () => Promise.reject(new Error('the golden ledger is read only'));
  return {
    genesis: () => fromHex(of.genesis),
    putGenesis: refuse,
    head: () => ({ height: of.height, hash: fromHex(of.headHash) }),
    lastHeight: () => stored.length - 1,
    record: (height) => stored[height],
    append: refuse,
    close: () => Promise.resolve(),
  };
}

interface Done {
  readonly type: number;
  /** 'done' or the refusal code, of the action or of its whole transaction. */
  readonly code: string;
}

function nameOf(code: number): string {
  return code === 0 ? 'done' : (refusalCode(code) ?? `code ${code}`);
}

/** Every action that was sent, with what its receipt says. */
function actionsSent(): readonly Done[] {
  return allBlocks.flatMap(({ transactions, receipts }) =>
    transactions.flatMap((bytes, at) => {
      const receipt = decode(receiptCodec, receipts[at] as Uint8Array, 'receipt');
      return readTransaction(testingCrypto, bytes).actions.map(({ type }, index) => ({
        type,
        code: nameOf(receipt.code === 0 ? (receipt.actions[index] as number) : receipt.code),
      }));
    }),
  );
}

const eventsIn = (all: readonly BlockRecord[]): readonly LedgerEvent[] =>
  all.flatMap(({ transactions, receipts }) =>
    receipts.slice(transactions.length).map((leaf) => decode(eventCodec, leaf, 'event')),
  );
const events = eventsIn(allBlocks);

function eventsOf<T>(type: { readonly type: number; readonly codec: unknown }): readonly T[] {
  const of = eventTypes.get(type.type);
  if (of === undefined) throw new Error(`event ${type.type} is unknown`);
  return events
    .filter((one) => one.type === type.type)
    .map((one) => decode(of.codec, one.body, of.name) as T);
}

describe('the golden ledger', () => {
  test('every block, executed again from its bytes, is the one that is kept', async () => {
    const report = await auditLedger(storeOf(records), ruleBook, testingCrypto);
    if (!report.clean) throw new Error(`height ${report.height}: ${report.reason}`);
    expect(report.blocks).toBe(golden.height + 1);
    expect(toHex(report.ledger.headHash)).toBe(golden.headHash);
    expect(toHex(report.ledger.chain)).toBe(golden.chain);
    expect(report.events).toBe(eventsIn(blocks).length);
  });

  test('so is every block of the ledger of certificates', async () => {
    const { certificates: other } = golden;
    const report = await auditLedger(storeOf(certificates, other), ruleBook, testingCrypto);
    if (!report.clean) throw new Error(`height ${report.height}: ${report.reason}`);
    expect(report.blocks).toBe(other.height + 1);
    expect(toHex(report.ledger.headHash)).toBe(other.headHash);
    expect(toHex(report.ledger.chain)).toBe(other.chain);
  });

  test('its head is the hash of its last header, which carries the proof of work', () => {
    for (const { header } of blocks) {
      expect(leadingZeroBits(headerHash(testingCrypto, header))).toBeGreaterThanOrEqual(4);
    }
    const last = blocks.at(-1) as BlockRecord;
    expect(toHex(headerHash(testingCrypto, last.header))).toBe(golden.headHash);
    expect(last.header.height).toBe(golden.height);
  });

  test('opened from its write sets it has the state that execution makes', async () => {
    const opened = new Ledger({
      crypto: testingCrypto,
      storage: storeOf(records),
      rules: ruleBook,
    });
    opened.open();
    expect(toHex(opened.headHash)).toBe(golden.headHash);
    const report = await auditLedger(storeOf(records), ruleBook, testingCrypto);
    if (!report.clean) throw new Error(report.reason);
    for (const of of ruleBook.tables) {
      expect(opened.state.entries(of), of.name).toEqual(report.ledger.state.entries(of));
    }
  });

  test('a byte changed in any block is found, and its height is named', async () => {
    for (let height = 1; height < records.length; height += 7) {
      const record = (records[height] as Uint8Array).slice();
      const at = Math.floor((record.length * (height + 3)) / (records.length + 9));
      record[at] = (record[at] as number) ^ 1;
      const altered = records.with(height, record);
      const report = await auditLedger(storeOf(altered), ruleBook, testingCrypto);
      expect(report, `byte ${at} of height ${height}`).toMatchObject({ clean: false, height });
      const ledger = new Ledger({
        crypto: testingCrypto,
        storage: storeOf(altered),
        rules: ruleBook,
      });
      expect(() => ledger.open()).toThrow(LedgerDamagedError);
    }
  });

  test('the recipe makes the same bytes', async () => {
    const ledgers = await goldenLedgers();
    const ledger = ledgers.market;
    expect(ledger.height).toBe(golden.height);
    const made = ledger.stored().records;
    const first = records.findIndex((one, at) => !equalBytes(one, made[at] ?? new Uint8Array()));
    expect(first, 'the first height whose bytes are others').toBe(-1);
    expect(goldenText(ledgers) === text, 'the whole file').toBe(true);
  });
});

describe('it shows', () => {
  const sent = actionsSent();

  test('every action, carried out by itself or by a decision', () => {
    const decided = eventsOf<ProposalMoved>(proposalMoved).filter(
      ({ step }) => step === 'carried out',
    );
    const done = new Set([
      ...sent.filter(({ code }) => code === 'done').map(({ type }) => type),
      ...decided.map(({ type }) => type),
    ]);
    // A quota that green certificates overfill stands in certificates/use.test.ts.
    const missing = Object.entries(ACTION).filter(
      ([, type]) => !done.has(type) && type !== ACTION.freeExcess,
    );
    expect(missing).toEqual([]);
  });

  test('every event', () => {
    const happened = new Set(events.map(({ type }) => type));
    const missing = [...eventTypes.values()].filter(({ type }) => !happened.has(type));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  test('refusals of every module, and of user security', () => {
    const own = new Set(
      sent.filter(({ code }) => code !== 'done').map(({ type }) => Math.floor(type / 100)),
    );
    expect([1, 2, 3, 4, 5, 6, 7].filter((module) => !own.has(module))).toEqual([]);
    const codes = new Set(sent.map(({ code }) => code));
    expect([...codes].sort()).toMatchInlineSnapshot(`
      [
        "action_not_delegable",
        "action_not_votable",
        "action_unknown",
        "bad_signature",
        "balance_insufficient",
        "batch_refused",
        "connection_exceeded",
        "crossing_claimed",
        "debt_exceeded",
        "dispute_known",
        "done",
        "duty_exceeded",
        "energy_negative",
        "energy_over_declared",
        "entitlement_locked",
        "entitlement_not_yours",
        "epoch_invalid",
        "exchange_invalid",
        "expired",
        "grant_unknown",
        "height_past",
        "instant_past",
        "invite_unknown",
        "key_ended",
        "key_known",
        "lane_known",
        "lane_unknown",
        "limit_negative",
        "limit_raised",
        "malformed",
        "mandate_lacks_action",
        "mandate_unknown",
        "market_halted",
        "market_known",
        "market_unknown",
        "member_revoked",
        "meter_unknown",
        "needs_decision",
        "negotiation_unknown",
        "not_admitted",
        "not_conserved",
        "not_the_dispatch_centre",
        "not_the_meter",
        "not_your_turn",
        "nothing_to_adjust",
        "opening_wrong",
        "order_not_yours",
        "order_unknown",
        "peer_invalid",
        "peer_known",
        "peer_stopped",
        "period_not_over",
        "period_settled",
        "policy_invalid",
        "price_invalid",
        "price_outside_collar",
        "profile_invalid",
        "proof_invalid",
        "proposal_approved_already",
        "proposal_unknown",
        "range_exceeded",
        "range_not_live",
        "reason_missing",
        "region_unknown",
        "reveal_wrong",
        "role_missing",
        "round_known",
        "round_rules_invalid",
        "rounds_exhausted",
        "rules_version_invalid",
        "run_signed_already",
        "run_unknown",
        "seller_type_differs",
        "sequence_wrong",
        "source_claimed",
        "stage_wrong",
        "standing_unknown",
        "statement_signed_already",
        "statement_wrong",
        "tariff_invalid",
        "terms_changed",
        "tokens_not_whole",
        "transfer_to_self",
        "transferred_already",
        "wrong_chain",
        "wrong_user",
      ]
    `);
  });

  test('a clearing at equal limits, by lot, and one below zero', () => {
    const all = eventsOf<Cleared>(cleared);
    const shared = all.find(
      ({ lines }) => lines.filter(({ side }) => side === 'sell').length === 3,
    );
    const sold = shared?.lines.filter(({ side }) => side === 'sell') ?? [];
    expect(new Set(sold.map(({ limit }) => limit)).size).toBe(1);
    expect(sold.map(({ filled }) => filled).sort()).toEqual([33n, 33n, 34n]);
    const lucky = sold.find(({ filled }) => filled === 34n);
    const lots = sold.map(({ lot }) => toHex(lot)).sort();
    expect(toHex(lucky?.lot ?? new Uint8Array())).toBe(lots[0]);
    expect(all.filter(({ price }) => price !== undefined && price < 0n)).toHaveLength(1);
    expect(all.length).toBeGreaterThanOrEqual(3);
  });

  test("SETM's three cases, every end of an order, every change of a member", () => {
    const kases = eventsOf<TransactionGrew>(transactionGrew).map(({ kase }) => kase);
    expect(kases).toEqual(['initial', 'define', 'update']);
    const reasons = eventsOf<OrderEnded>(orderEnded).map(({ reason }) => reason);
    expect([...new Set(reasons)].sort()).toEqual([
      'market halted',
      'member revoked',
      'not covered',
      'own crossing',
      'unmatched',
      'withdrawn',
    ]);
    const changes = eventsOf<MemberChanged>(memberChanged).map(({ change }) => change);
    expect([...new Set(changes)].sort()).toEqual([
      'amended',
      'enrolled',
      'joined',
      'key recovered',
      'key rotated',
      'recovery begun',
      'recovery cancelled',
      'revoked',
    ]);
  });
});

const KIRITIMATI = { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' };

/** What a Node with these options and nothing else in its world but these variables prints. */
async function printed(words: readonly string[], world: Record<string, string>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, words, {
    cwd: fileURLToPath(ROOT),
    env: { PATH: process.env.PATH, ...world },
    maxBuffer: 8 * 1_048_576,
  });
  return stdout;
}

describe('the same bytes in another world', () => {
  test('the variables do change what Node says of numbers and days', async () => {
    const asked = "(0.5).toLocaleString() + ' ' + new Date(0).getTimezoneOffset()";
    expect(await printed(['-p', asked], KIRITIMATI)).toBe('0,5 640\n');
  });

  test.each([
    ['Kiritimati, in Turkish, nothing optimised', ['--no-opt', '--no-sparkplug'], KIRITIMATI],
    ['Newfoundland, compiled at once', ['--always-sparkplug'], { TZ: 'America/St_Johns' }],
  ])('%s', async (_name, options, world) => {
    const stdout = await printed([...options, 'vectors/golden-ledger.recipe.js'], world);
    expect((JSON.parse(stdout) as Golden).headHash).toBe(golden.headHash);
    expect(stdout === text, 'the whole file').toBe(true);
  });
});
