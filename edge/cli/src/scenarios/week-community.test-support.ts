/** A node that lives through the household week with a clock of the test's, and bills it. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agreementKeyFromSeed, createKeystore } from '@commonwatt/client';
import { nodeScrypt } from '@commonwatt/client/node';
import { nodeRandom, systemClock } from '@commonwatt/consensus';
import {
  ACTION,
  type Enrol,
  enrolCodec,
  PLAIN_CONNECTION,
  type RegisterMeter,
  ROLE,
  registerMeterCodec,
  type StandingOrder,
  standingOrderCodec,
} from '@commonwatt/contracts';
import { encode, possessionBytes } from '@commonwatt/ledger';
import { actionOf, CommunityNode, genesisOf, officerFounder, readConfig } from '@commonwatt/node';
import { energy, money, power } from '@commonwatt/units';
import { demoKeys, demoSecret } from '../demo/demo-keys.ts';
import { sendBatch } from '../demo/street/demo-member.ts';
import { main } from '../main.ts';
import { testTerminal } from '../terminal/terminal.test-support.ts';
import {
  communityText,
  FROM_MS,
  type Household,
  habitOf,
  type Side,
  UNTIL_MS,
  weekSlots,
} from './household-week.test-support.ts';

const SEED = 'household week';
const PASSWORD = 'wind over the lagoon';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** An operator's file is waited for as the scenario says; settled days begin in UTC. */
const BILLED_MS = UNTIL_MS + 11 * DAY_MS;
const MARKET = 1;

class SetClock {
  ms = FROM_MS - HOUR_MS;
  nowMs(): number {
    return this.ms;
  }
}

export interface WeekOptions {
  readonly households: readonly Household[];
  /** The configuration's `mqtt`, where devices are listened to. */
  readonly mqtt?: string;
}

const keysOf = (name: string) => demoKeys(SEED, name);

export class WeekCommunity {
  readonly node: CommunityNode;
  readonly clock: SetClock;
  readonly #folder: string;
  readonly #households: readonly Household[];

  private constructor(
    node: CommunityNode,
    clock: SetClock,
    folder: string,
    households: readonly Household[],
  ) {
    this.node = node;
    this.clock = clock;
    this.#folder = folder;
    this.#households = households;
  }

  /** Everyone is enrolled with a meter, and has its standing orders for the week. */
  static async open({ households, mqtt = '' }: WeekOptions): Promise<WeekCommunity> {
    const folder = mkdtempSync(join(tmpdir(), 'commonwatt-week-'));
    const clock = new SetClock();
    const config = readConfig(`${communityText()}${mqtt}`, 'node.yaml', folder);
    const officer = keysOf('officer');
    const founder = officerFounder({
      publicKey: officer.signer.publicKey,
      agreementKey: officer.agreementPublicKey,
      recordCommitment: demoSecret(SEED, 'record of officer'),
    });
    const node = await CommunityNode.open({
      clock,
      genesis: genesisOf(config, [founder], clock.ms),
      officer: officer.signer,
      settlement: config.settlement,
      timeZone: config.timeZone,
      ...(config.tariff && { tariff: config.tariff }),
      ...(config.billing && { billing: config.billing }),
      ...(config.mqtt?.broker.kind === 'local' && {
        mqtt: {
          // A week goes by in seconds here.
          broker: { ...config.mqtt.broker, limits: { messagesPerMinute: 100_000 } },
          devices: config.mqtt.devices,
          gateway: keysOf('gateway').signer,
        },
      }),
      http: { host: '127.0.0.1', port: 0, requestClock: systemClock },
    });
    const community = new WeekCommunity(node, clock, folder, households);
    await node.listen();
    await community.#admit();
    await community.#order();
    return community;
  }

  async #admit(): Promise<void> {
    const { officer, ledger } = this.node;
    const renewable = (one: Household) => (one.solarW > 0n ? 'yes' : 'no');
    await officer.submit(
      this.#households.map((one) => {
        const { signer, seed } = keysOf(one.name);
        const { publicKey } = signer;
        const agreementKey = agreementKeyFromSeed(seed).publicKey;
        return actionOf<Enrol>(ACTION.enrol, enrolCodec, {
          publicKey,
          agreementKey,
          kind: one.solarW > 0n ? 'home solar system' : 'household',
          roles: ROLE.consumer | (one.solarW > 0n ? ROLE.producer : 0),
          recordCommitment: demoSecret(SEED, `record of ${one.name}`),
          importLimitW: power(one.connectionW),
          exportLimitW: power(one.connectionW),
          creditLimit: money(200_000_000_000n),
          activeFromHeight: 0,
          possession: signer.sign(possessionBytes(ledger.chain, 'enrol', publicKey, agreementKey)),
        });
      }),
    );
    await officer.submit(
      this.#households.map((one) =>
        actionOf<RegisterMeter>(ACTION.registerMeter, registerMeterCodec, {
          ...PLAIN_CONNECTION,
          member: one.member,
          source: 'gateway',
          key: keysOf('gateway').signer.publicKey,
          importLimitW: power(one.connectionW),
          exportLimitW: power(one.connectionW),
          renewable: renewable(one),
        }),
      ),
    );
    for (const { member, name } of this.#households) {
      await this.node.personal.putBillingRecord(member, recordOf(member, name));
    }
  }

  async #order(): Promise<void> {
    const sides: readonly Side[] = ['buy', 'sell'];
    for (const one of this.#households) {
      const actions = sides.flatMap((side) => {
        const limit = one.limits[side];
        if (limit === undefined) return [];
        const energies = habitOf(one, side).map((wattHours) => energy(wattHours));
        const span = { fromMs: FROM_MS, untilMs: UNTIL_MS };
        const order: StandingOrder = { market: MARKET, side, limit, energies, ...span };
        return [{ type: ACTION.standingOrder, body: encode(standingOrderCodec, order) }];
      });
      const answer = await sendBatch(this.node, keysOf(one.name).signer, actions);
      const refusal = answer.refusal ?? answer.actions.find((code) => code !== undefined);
      if (refusal !== undefined) throw new Error(`${one.name}: ${JSON.stringify(refusal)}`);
    }
  }

  /** Trades every slot before it begins; `atSlot` is called when each begins and when the last ends. */
  async live(atSlot: (slotMs: number) => Promise<void> = async () => undefined): Promise<void> {
    for (const slotMs of weekSlots()) {
      this.clock.ms = slotMs - 300_000;
      await this.node.tick();
      this.clock.ms = slotMs;
      await atSlot(slotMs);
    }
    this.clock.ms = UNTIL_MS;
    await this.node.tick();
    await atSlot(UNTIL_MS);
  }

  /** The last block of what was traded. */
  get head(): string {
    return Buffer.from(this.node.ledger.headHash).toString('hex');
  }

  /** Writes a file beside the node. */
  write(name: string, text: string): string {
    const path = join(this.#folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  /** `commonwatt readings import` with the officer's key, who is the provider; its answer. */
  async importReadings(...words: readonly string[]) {
    this.clock.ms = BILLED_MS;
    const home = join(this.#folder, 'home');
    mkdirSync(home, { recursive: true });
    const terminal = testTerminal('', {
      COMMONWATT_PASSWORD: PASSWORD,
      COMMONWATT_HOME: home,
      COMMONWATT_NODE: this.node.url ?? '',
      COMMONWATT_KEYSTORE: this.write('officer.keystore.json', await officerKeystore()),
    });
    const status = await main(['readings', 'import', ...words, '--json'], terminal);
    if (status !== 0) throw new Error(`import: status ${status}: ${terminal.err()}`);
    return JSON.parse(terminal.out());
  }

  /** Settles the week and makes its bills final: the text of each, in the order of their numbers. */
  async bill(): Promise<readonly string[]> {
    const { billing } = this.node;
    this.clock.ms = BILLED_MS;
    const steps = await this.node.tick();
    const unsettled = steps.filter(({ step }) => step !== 'settled');
    if (steps.length === 0 || unsettled.length > 0) throw new Error('week: expected settled days');
    const days = { from: '2021-03-22', until: '2021-03-29', accept: [] };
    const preview = await billing.preview(days);
    if ('code' in preview) throw new Error(`preview: ${preview.code}`);
    const done = await billing.finalise({ ...days, hash: preview.hash });
    if ('code' in done) throw new Error(`finalise: ${done.code}`);
    if (done.exceptions.length > 0) throw new Error(JSON.stringify(done.exceptions));
    const files = done.documents.map(({ number }) => billing.file(number, 'json'));
    return (await Promise.all(files)).map((file) => new TextDecoder().decode(file?.bytes));
  }

  async close(): Promise<void> {
    await this.node.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

let keystore: Promise<string> | undefined;
function officerKeystore(): Promise<string> {
  const host = { random: nodeRandom, scrypt: nodeScrypt };
  const { seed } = keysOf('officer');
  keystore ??= createKeystore(host, { seed, password: PASSWORD, label: 'officer' });
  return keystore;
}

function recordOf(member: number, name: string) {
  return {
    name: `Household ${name}`,
    address: { street: `Lindengasse ${member}`, postcode: '10115', city: 'Berlin', country: 'DE' },
    status: 'private' as const,
    vatNumber: undefined,
    taxNumber: undefined,
    registrationNumber: undefined,
    meteringPoint: `DE000WEEK${member}`,
    iban: undefined,
  };
}
