/**
 * Everything that reads bytes or text from outside, each with good inputs to start from and the law
 * that its answer must keep: either a refusal of its own kind, or a value whose one encoding came in.
 */

import { readStrictJson } from '@commonwatt/api';
import { verifyBundle } from '@commonwatt/client';
import { genesisParametersCodec, ruleBook } from '@commonwatt/contracts';
import {
  type Codec,
  DecodeError,
  decode,
  decodeRecord,
  decodeWrites,
  encode,
  encodeGenesis,
  encodeRecord,
  encodeTransaction,
  encodeWrites,
  eventCodec,
  formatCheckpoint,
  formatNote,
  headerCodec,
  type Ledger,
  parseCheckpoint,
  parseNote,
  readGenesis,
  readTransaction,
  receiptCodec,
} from '@commonwatt/ledger';
import { CommunityNode, ConfigError, EXAMPLE_CONFIG, readConfig } from '@commonwatt/node';
import {
  COMMUNITY_FROM_MS,
  communityGenesis,
  Device,
  drawValue,
  homeName,
  oneThreadCrypto,
  promise,
  SeededRandom,
  signerOf,
  Traffic,
  VirtualClock,
} from '@commonwatt/simulator';
import { mutated, mutatedJson, mutatedText, noise } from './mutations.ts';

export interface Decoder {
  readonly name: string;
  /** An input, good or not. */
  draw(random: SeededRandom): Uint8Array;
  /** Whether it was taken. @throws Error when the decoder's law is broken. */
  read(bytes: Uint8Array): boolean;
}

const NOISE_BYTES_MAX = 200;

function ofBytes(
  name: string,
  good: readonly Uint8Array[] | ((random: SeededRandom) => Uint8Array),
  again: (bytes: Uint8Array) => Uint8Array,
): Decoder {
  return {
    name,
    draw(random) {
      if (random.below(10) === 0) return noise(random, NOISE_BYTES_MAX);
      const one = typeof good === 'function' ? good(random) : good[random.below(good.length)];
      return random.below(10) === 0 ? (one as Uint8Array) : mutated(random, one as Uint8Array);
    },
    read(bytes) {
      let written: Uint8Array;
      try {
        written = again(bytes);
      } catch (error) {
        if (error instanceof DecodeError) return false;
        throw error;
      }
      promise(
        Buffer.compare(written, bytes) === 0,
        `${name}: a second encoding was taken: ${hex(bytes)} reads as ${hex(written)}`,
      );
      return true;
    },
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function ofCodec<T>(name: string, codec: Codec<T>): Decoder {
  return ofBytes(
    name,
    (random) => encode(codec, drawValue(codec, random)),
    (bytes) => encode(codec, decode(codec, bytes, name)),
  );
}

function ofText(
  name: string,
  good: readonly string[],
  read: (bytes: Uint8Array) => boolean,
): Decoder {
  return {
    name,
    draw: (random) =>
      random.below(10) === 0
        ? noise(random, NOISE_BYTES_MAX)
        : mutatedText(random, good[random.below(good.length)] as string),
    read,
  };
}

export async function decoders(): Promise<readonly Decoder[]> {
  const sample = await sampleLedger();
  const { crypto, records, transactions, note, bundle } = sample;
  const execution = ruleBook.executions.get(1);
  if (execution === undefined) throw new Error('fuzz: no rules');
  return [
    ofBytes('transaction', transactions, (bytes) =>
      encodeTransaction(readTransaction(crypto, bytes)),
    ),
    ofBytes('block record', records, (bytes) => encodeRecord(decodeRecord(bytes))),
    ofBytes(
      'write set',
      records.map((one) => decodeRecord(one).writes),
      (bytes) => encodeWrites(decodeWrites(bytes)),
    ),
    ofBytes('genesis', [sample.genesis], (bytes) =>
      encodeGenesis(refusingRange(() => readGenesis(bytes))),
    ),
    ofCodec('genesis parameters', genesisParametersCodec),
    ofCodec('header', headerCodec),
    ofCodec('receipt', receiptCodec),
    ofCodec('event', eventCodec),
    ...[...execution.actions.values()].map(({ name, codec }) => ofCodec(`action ${name}`, codec)),
    ...[...execution.events.values()].map(({ name, codec }) => ofCodec(`event ${name}`, codec)),
    ...ruleBook.tables.map(({ name, key }) => ofCodec(`key of ${name}`, key)),
    ...ruleBook.tables.map(({ name, value }) => ofCodec(`value of ${name}`, value)),
    ofText('checkpoint note', [note], readNote),
    ofText(
      'strict JSON',
      [JSON.stringify(bundle).slice(0, 3000), '{"a":[1,"b",null,{"c":-1.5e3}]}'],
      readJson,
    ),
    bundleDecoder(bundle, sample),
    ofText(
      'config',
      [EXAMPLE_CONFIG, 'name: a\ndir: d\nofficer: { keystore: k }\n'],
      readConfigText,
    ),
  ];
}

/** A genesis beyond its limits is refused with a RangeError of its own. */
function refusingRange<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith('genesis.')) {
      throw new DecodeError('genesis', 'within its limits', error.message);
    }
    throw error;
  }
}

function readNote(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('utf8');
  const parsed = parseNote(text);
  if (!parsed.ok) return false;
  promise(formatNote(parsed) === text, `note: a second form was taken: ${JSON.stringify(text)}`);
  const checkpoint = parseCheckpoint(parsed.text);
  if (!checkpoint.ok) return false;
  promise(
    formatCheckpoint(checkpoint.checkpoint) === parsed.text,
    `checkpoint: a second form was taken: ${JSON.stringify(parsed.text)}`,
  );
  return true;
}

/** What is taken has the value that other readers of JSON find in it. */
function readJson(bytes: Uint8Array): boolean {
  const reading = readStrictJson(bytes);
  if (!reading.ok) return false;
  const plain = JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
  promise(
    JSON.stringify(reading.value) === JSON.stringify(plain),
    `strict JSON: ${hex(bytes)} reads otherwise than elsewhere`,
  );
  return true;
}

function readConfigText(bytes: Uint8Array): boolean {
  try {
    readConfig(Buffer.from(bytes).toString('utf8'), 'node.yaml', '/srv');
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

/** A proof file: changed in its values, so that most inputs pass the JSON reader. */
function bundleDecoder(bundle: unknown, { crypto, chain, key }: Sample): Decoder {
  const asker = { crypto, chain, keys: [key], threshold: 1 };
  const sound = verifyBundle(bundle, asker);
  if (!sound.ok) throw new Error(`fuzz: the sample bundle does not hold: ${sound.reason}`);
  const { checkpoint } = sound.summary;
  return {
    name: 'bundle',
    draw(random) {
      const text = JSON.stringify(mutatedJson(random, bundle));
      return random.below(10) === 0
        ? mutatedText(random, text)
        : Uint8Array.from(Buffer.from(text));
    },
    read(bytes) {
      const reading = readStrictJson(bytes);
      if (!reading.ok) return false;
      const verdict = verifyBundle(reading.value, asker);
      if (!verdict.ok) return false;
      const { size, root } = verdict.summary.checkpoint;
      promise(
        size === checkpoint.size && hex(root) === hex(checkpoint.root),
        `bundle: it holds under a checkpoint that nobody signed: ${Buffer.from(bytes)}`,
      );
      return true;
    },
  };
}

interface Sample {
  readonly crypto: typeof oneThreadCrypto;
  readonly genesis: Uint8Array;
  readonly chain: Uint8Array;
  /** The verifier key of the checkpoints. */
  readonly key: string;
  readonly records: readonly Uint8Array[];
  readonly transactions: readonly Uint8Array[];
  readonly note: string;
  readonly bundle: unknown;
}

const HOMES = 4;
const BLOCKS = 8;

/** A few blocks of real traffic, to have good bytes of every kind. */
async function sampleLedger(): Promise<Sample> {
  const genesis = communityGenesis({ homes: HOMES });
  const clock = new VirtualClock(COMMUNITY_FROM_MS);
  const officer = signerOf('officer');
  const settlement = { enabled: false };
  const node = await CommunityNode.open({ clock, genesis, officer, settlement, manual: true });
  const traffic = new Traffic(HOMES);
  const random = new SeededRandom(5);
  const { ledger } = node;
  const devices = ['officer', ...Array.from({ length: HOMES }, (_, at) => homeName(at))].map(
    (name) => new Device(name, ledger.chain),
  );
  const transactions: Uint8Array[] = [];
  const answers: Promise<unknown>[] = [];
  const send = (batches: ReturnType<Traffic['opening']>) => {
    for (const { from, actions } of batches) {
      const bytes = (devices[from] as Device).sign(actions, clock.nowMs());
      transactions.push(bytes);
      answers.push(node.engine.submit(bytes));
    }
  };
  send(traffic.opening());
  await node.engine.flush();
  for (let block = 0; block < BLOCKS; block++) {
    clock.step(120_000);
    for (const device of devices) device.follow(ledger);
    send([traffic.batch(random, clock.nowMs())]);
    await node.engine.flush();
  }
  await Promise.all(answers);
  const heights = Array.from({ length: (ledger.head?.height ?? 0) + 1 }, (_, height) => height);
  const records = heights.map((height) =>
    encodeRecord(ledger.record(height) as NonNullable<ReturnType<Ledger['record']>>),
  );
  const bundle = node.statements.bundle(2, COMMUNITY_FROM_MS, COMMUNITY_FROM_MS + 86_400_000);
  const { note = '', verifierKey } = node.checkpoints;
  await node.stop();
  return {
    crypto: oneThreadCrypto,
    genesis,
    chain: ledger.chain,
    key: verifierKey,
    records,
    transactions,
    note,
    bundle,
  };
}
