/**
 * A few homes that trade for an hour, deliver more or less of it, and are settled: everything that was
 * sent is kept, and so is what the run was computed from.
 */

import { MemoryStorage, sha256 } from '@commonwatt/consensus';
import {
  ACTION,
  accounts,
  type ComputedRun,
  commitmentsOfPeriod,
  commitReadingsCodec,
  computeRun,
  meters,
  openTradesOf,
  type Period,
  PLAIN_CONNECTION,
  PROVIDER_MEASURED,
  proposeRunCodec,
  type Reading,
  type RunInput,
  readingSalt,
  readingsRootOf,
  registerMeterCodec,
  requestCodec,
  SETTLEMENT,
  shareCodec,
} from '@commonwatt/contracts';
import {
  type Action,
  activeVersion,
  asciiBytes,
  auditLedger,
  Ledger,
  type RuleBook,
} from '@commonwatt/ledger';
import { energy, power, price } from '@commonwatt/units';
import { Bookkeeper } from '../checkers/bookkeeper.ts';
import { statementOf } from '../checkers/deliveries.ts';
import type { SeededRandom } from '../households/seeded-random.ts';
import { type CallRule, feederOf } from './call-rules.ts';
import {
  act,
  CALL_MARKET,
  COMMUNITY_FROM_MS,
  CONNECTION_W,
  commitBlock,
  communityGenesis,
  Device,
  homeName,
  marketsOf,
  OFFICER,
  oneThreadCrypto,
  SLOT_MS,
} from './simulated-community.ts';
import type { Batch } from './traffic.ts';

const HOMES = 8;
const SLOTS = 4;
const GATE_LEAD_MS = 300_000;
const PERIOD: Period = {
  periodFromMs: COMMUNITY_FROM_MS + SLOT_MS,
  periodUntilMs: COMMUNITY_FROM_MS + (1 + SLOTS) * SLOT_MS,
};

export class SettledStreet {
  /** The bytes of every transaction that a block took. */
  readonly sent: Uint8Array[] = [];
  readonly #rules: RuleBook;
  readonly #callRule: CallRule;
  readonly #storage = new MemoryStorage();
  readonly #ledger: Ledger;
  readonly #devices: Device[] = [];
  #bookkeeper: Bookkeeper | undefined;
  #timeMs = COMMUNITY_FROM_MS;
  #settled: { readonly input: RunInput; readonly computed: ComputedRun } | undefined;

  /** `callRule`: what clears the street's market. */
  constructor(rules: RuleBook, callRule: CallRule) {
    this.#rules = rules;
    this.#callRule = callRule;
    this.#ledger = new Ledger({ crypto: oneThreadCrypto, storage: this.#storage, rules });
  }

  get #plan() {
    return { homes: HOMES, checkpointBlocks: 1000, callRules: [this.#callRule] };
  }

  /** Trades, meters and settles the hour; a second bookkeeper books it beside. Answers with its figures. */
  async live(random: SeededRandom): Promise<Bookkeeper['figures']> {
    const bookkeeper = new Bookkeeper({
      connectionWh: (CONNECTION_W * BigInt(SLOT_MS)) / 3_600_000n,
      markets: marketsOf(this.#plan),
      timeMs: COMMUNITY_FROM_MS,
    });
    this.#bookkeeper = bookkeeper;
    await this.#ledger.initChain(communityGenesis(this.#plan));
    for (let at = 0; at <= HOMES; at++) {
      this.#devices.push(new Device(at === 0 ? 'officer' : homeName(at - 1), this.#ledger.chain));
    }
    await this.#taken(0, ...this.#registrations());
    for (let home = 1; home <= HOMES; home++) await this.#taken(home, ...orders(random));
    for (let slot = 1; slot <= SLOTS + 1; slot++) {
      this.#timeMs = COMMUNITY_FROM_MS + slot * SLOT_MS - GATE_LEAD_MS;
      await this.#block([]);
    }
    this.#timeMs = PERIOD.periodUntilMs;
    const readings = this.#drawReadings(random);
    const roots = [...readings].map(([meter, own]) => ({
      meter,
      root: readingsRootOf(sha256, own),
    }));
    await this.#taken(0, act(ACTION.commitReadings, commitReadingsCodec, { ...PERIOD, roots }));
    const input = this.#input(readings);
    const computed = computeRun(sha256, input);
    this.#settled = { input, computed };
    bookkeeper.hear(statementOf(input, computed));
    await this.#taken(0, this.proposal());
    this.#bookkeeper = undefined;
    return bookkeeper.figures;
  }

  get settled(): { readonly input: RunInput; readonly computed: ComputedRun } {
    if (this.#settled === undefined) throw new Error('street: expected to have lived');
    return this.#settled;
  }

  /** The run once more. */
  proposal(): Action {
    return act(ACTION.proposeRun, proposeRunCodec, { run: this.settled.computed.run });
  }

  /** What everyone has, as one text. */
  balances(): string {
    return this.#ledger.state
      .entries(accounts)
      .map(([{ owner, kind }, { balance }]) => `${owner}/${kind}=${balance}`)
      .sort()
      .join(' ');
  }

  /** Puts bytes that were sent before into another block. Answers with the receipt's code. */
  async replay(bytes: Uint8Array): Promise<number> {
    this.#timeMs += 1000;
    const { receipts } = await this.#block([bytes]);
    return receipts[0]?.code ?? -1;
  }

  /** Sends an action in a fresh transaction of the officer. Answers with the action's code. */
  async send(action: Action): Promise<number> {
    this.#timeMs += 1000;
    const { receipts } = await this.#block(
      [this.#sign(0, action)],
      [{ from: 0, actions: [action] }],
    );
    return receipts[0]?.actions[0] ?? -1;
  }

  /** Whether a plain re-execution of all stored blocks agrees. */
  async isReplayedClean(): Promise<boolean> {
    const { clean } = await auditLedger(this.#storage, this.#rules, oneThreadCrypto);
    return clean;
  }

  #sign(from: number, ...actions: readonly Action[]): Uint8Array {
    return (this.#devices[from] as Device).sign(actions, this.#timeMs);
  }

  async #taken(from: number, ...actions: readonly Action[]): Promise<void> {
    const bytes = this.#sign(from, ...actions);
    const { receipts } = await this.#block([bytes], [{ from, actions }]);
    const codes = receipts.flatMap((one) => [one.code, ...one.actions]);
    if (codes.some((code) => code !== 0)) {
      throw new Error(`street: expected everything to be taken, got codes ${codes.join(' ')}`);
    }
    this.sent.push(bytes);
  }

  /** `batches`: what stands in the transactions; nothing where they were sent before. */
  async #block(transactions: readonly Uint8Array[], batches: readonly Batch[] = []) {
    const outcome = await commitBlock(this.#ledger, this.#timeMs, transactions);
    this.#bookkeeper?.follow(batches, outcome, (from) => from + OFFICER);
    this.#bookkeeper?.compare(this.#ledger.state);
    return outcome;
  }

  #registrations(): readonly Action[] {
    const key = (this.#devices[0] as Device).signer.publicKey;
    return Array.from({ length: HOMES }, (_, home) =>
      act(ACTION.registerMeter, registerMeterCodec, {
        ...PLAIN_CONNECTION,
        position: { feeder: feederOf(home), transformer: '' },
        member: home + 1 + OFFICER,
        source: 'provider',
        key,
        importLimitW: power(CONNECTION_W),
        exportLimitW: power(CONNECTION_W),
        renewable: home % 2 === 0 ? 'yes' : 'no',
      }),
    );
  }

  /** About what was traded, in some slots nothing, and now and then no reading at all. */
  #drawReadings(random: SeededRandom): ReadonlyMap<number, readonly Reading[]> {
    const traded = new Map<string, bigint>();
    for (const [, trade] of openTradesOf(this.#ledger.state, PERIOD)) {
      for (const side of ['seller', 'buyer'] as const) {
        const key = `${trade.slotMs}/${trade[side]}/${side}`;
        traded.set(key, (traded.get(key) ?? 0n) + trade.energy);
      }
    }
    const counted = (key: string) =>
      energy(((traded.get(key) ?? 0n) * BigInt(random.below(1300))) / 1000n);
    return new Map(
      this.#ledger.state.entries(meters).map(([meter, { member }]) => {
        const own: Reading[] = [];
        for (let slot = 0; slot < SLOTS; slot++) {
          if (random.below(12) === 0) continue;
          const slotMs = PERIOD.periodFromMs + slot * SLOT_MS;
          own.push({
            meter,
            slotMs,
            imported: counted(`${slotMs}/${member}/buyer`),
            exported: counted(`${slotMs}/${member}/seller`),
            salt: readingSalt(sha256, secretOf(member), { meter, slotMs }),
            ...PROVIDER_MEASURED,
          });
        }
        return [meter, own] as const;
      }),
    );
  }

  #input(readings: ReadonlyMap<number, readonly Reading[]>): RunInput {
    const { state, head } = this.#ledger;
    const members = Array.from({ length: HOMES }, (_, home) => home + 1 + OFFICER);
    return {
      ...PERIOD,
      version: activeVersion(state, SETTLEMENT, (head?.height ?? 0) + 1),
      slotLengthMs: SLOT_MS,
      trades: openTradesOf(state, PERIOD),
      readings,
      meters: new Map(state.entries(meters)),
      secrets: new Map(members.map((member) => [member, secretOf(member)])),
      commitments: state.group(commitmentsOfPeriod, `${PERIOD.periodFromMs}`),
    };
  }
}

function secretOf(member: number): Uint8Array {
  return sha256(asciiBytes(`settled secret of ${member}`));
}

/** One order for each slot, of either side; every other one finds a price. */
function orders(random: SeededRandom): readonly Action[] {
  return Array.from({ length: SLOTS }, (_, slot) => {
    const terms = {
      market: CALL_MARKET,
      slotMs: PERIOD.periodFromMs + slot * SLOT_MS,
      energy: energy(BigInt(50 + random.below(400))),
    };
    const limit = price(BigInt(90_000 + random.below(60_000)));
    return random.below(2) === 0
      ? act(ACTION.share, shareCodec, { ...terms, limit })
      : act(ACTION.request, requestCodec, { ...terms, limit: price(limit + 30_000n) });
  });
}
