/** Bytes that nobody meant to send: no decoder crashes on them or takes a second encoding. */

import { MemoryStorage } from '@commonwatt/consensus';
import { ACTION, accounts, ruleBook } from '@commonwatt/contracts';
import { encode, Ledger, toHex } from '@commonwatt/ledger';
import {
  type Campaign,
  COMMUNITY_FROM_MS,
  commitBlock,
  communityGenesis,
  Device,
  drawValue,
  type Figures,
  homeName,
  type OpenCampaign,
  oneThreadCrypto,
  promise,
  type SeededRandom,
  Traffic,
} from '@commonwatt/simulator';
import { type Decoder, decoders } from './decoders.ts';
import { mutated, noise } from './mutations.ts';

/** Cases per decoder, and inputs per case: 200,000 inputs for each decoder. */
const ROUNDS = 10;
const INPUTS = 20_000;
const INPUTS_SMALL = 200;
/** More than there are: the last case of each round is kept for poison. */
const DECODERS_MOST = 256;
const HOMES = 3;

export const fuzz: Campaign = {
  name: 'fuzz',
  promise: 'no input crashes a decoder, changes anything, or is taken in a second encoding',
  cases: { whole: DECODERS_MOST * ROUNDS, small: DECODERS_MOST },
  ofCase: `${INPUTS} inputs to one decoder (${INPUTS_SMALL} in a small case)`,
  plants: ['take a second encoding', 'throw on an empty input'],
  open: async ({ isSmall, plant }) =>
    new FuzzedDecoders(
      (await decoders()).map((one) => planted(one, plant)),
      isSmall ? INPUTS_SMALL : INPUTS,
    ),
};

class FuzzedDecoders implements OpenCampaign {
  readonly #decoders: readonly Decoder[];
  readonly #inputs: number;

  constructor(all: readonly Decoder[], inputs: number) {
    this.#decoders = all;
    this.#inputs = inputs;
    promise(
      all.length < DECODERS_MOST,
      `${all.length} decoders need more cases than ${DECODERS_MOST} per round`,
    );
  }

  /** Case by case one decoder after the other; the last of each round sends to a ledger. */
  async check(index: number, random: SeededRandom): Promise<Figures> {
    const at = index % DECODERS_MOST;
    const decoder = this.#decoders[at];
    if (decoder === undefined) {
      return at === DECODERS_MOST - 1 ? poison(random, this.#inputs / 10) : {};
    }
    let taken = 0;
    for (let input = 0; input < this.#inputs; input++) {
      const bytes = decoder.draw(random);
      if (read(decoder, bytes)) taken++;
    }
    return { inputs: this.#inputs, taken, decoders: index < DECODERS_MOST ? 1 : 0 };
  }

  conclude({ inputs = 0, taken = 0 }: Figures): void {
    promise(taken > inputs / 50 && taken < inputs, 'inputs were all good, or all noise');
  }
}

function read(decoder: Decoder, bytes: Uint8Array): boolean {
  try {
    return decoder.read(bytes);
  } catch (error) {
    throw new Error(`${decoder.name}, input ${toHex(bytes.slice(0, 2000))}`, { cause: error });
  }
}

function planted(decoder: Decoder, plant: string | undefined): Decoder {
  if (plant === undefined || !decoder.name.startsWith('action transfer')) return decoder;
  return {
    ...decoder,
    read(bytes) {
      if (plant.startsWith('throw') && bytes.length === 0) throw new TypeError('planted');
      // A decoder that lets anything follow what it read.
      const isTaken = decoder.read(bytes);
      if (isTaken || !plant.startsWith('take')) return isTaken;
      promise(!decoder.read(bytes.slice(0, -1)), 'a second encoding was taken');
      return false;
    },
  };
}

/**
 * Poison that a member signs: bodies of every action, mutated, in transactions that are otherwise in
 * order, offered at the door and put into blocks. Each is answered, and the market goes on.
 */
async function poison(random: SeededRandom, transactions: number): Promise<Figures> {
  const ledger = new Ledger({
    crypto: oneThreadCrypto,
    storage: new MemoryStorage(),
    rules: ruleBook,
  });
  await ledger.initChain(communityGenesis({ homes: HOMES, checkpointBlocks: 50 }));
  const homes = Array.from({ length: HOMES }, (_, at) => new Device(homeName(at), ledger.chain));
  const officer = new Device('officer', ledger.chain);
  let timeMs = COMMUNITY_FROM_MS;
  const opening = new Traffic(HOMES).opening().map((one) => officer.sign(one.actions, timeMs));
  await commitBlock(ledger, timeMs, opening);
  const actions = [...(ruleBook.executions.get(1)?.actions.values() ?? [])].filter(
    ({ type }) => type !== ACTION.rotateKey,
  );
  let sent = 0;
  let done = 0;
  while (sent < transactions) {
    timeMs += 10_000;
    const block = Array.from({ length: 20 }, () => {
      const { type, codec } = actions[random.below(actions.length)] as (typeof actions)[number];
      const good = encode(codec, drawValue(codec, random));
      const body = random.below(4) === 0 ? noise(random, 300) : mutated(random, good);
      const home = homes[random.below(HOMES)] as Device;
      return home.sign(
        [{ type: random.below(30) === 0 ? random.below(65_535) : type, body }],
        timeMs,
      );
    });
    const before = fingerprint(ledger);
    for (const bytes of block) await ledger.checkTx(bytes);
    promise(fingerprint(ledger) === before, 'a question at the door changed the state');
    const outcome = await commitBlock(ledger, timeMs, block);
    sent += block.length;
    done += outcome.receipts.filter((one) => one.actions[0] === 0).length;
  }
  return { poisoned: sent, poisonDone: done };
}

function fingerprint(ledger: Ledger): string {
  const balances = ledger.state
    .entries(accounts)
    .map(([{ owner, kind }, { balance }]) => `${owner} ${kind} ${balance}`);
  return balances.join('\n');
}
