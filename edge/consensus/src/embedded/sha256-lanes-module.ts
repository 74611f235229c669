/**
 * A WebAssembly module that hashes four messages at a time, one in each lane of a vector: SHA-256
 * (FIPS 180-4, section 6.2.2), all rounds written out. It is assembled here, so that nothing
 * prebuilt has to be trusted and no further tool is needed.
 */

/** Exports of the module. Addresses and lengths are bytes of its memory. */
export interface LaneExports {
  /** Hashes four padded messages of `blocks` times 64 bytes, `stride` apart, into 4 x 32 bytes. */
  hash4(messages: number, stride: number, blocks: number, out: number): void;
  /** Hashes groups of four pairs of hashes to RFC 9162 nodes. `out` may be `pairs`. */
  nodes(pairs: number, groups: number, out: number): void;
}

/** Where the 64 round constants stand, and the four node messages that `nodes` fills. */
export const CONSTANTS_AT = 0;
export const NODE_MESSAGES_AT = 256;
export const NODE_MESSAGE_BYTES = 128;
/** From here on the memory is the caller's. */
export const FREE_FROM = 1024;

const LOOP = [0x03, 0x40];
const END = 0x0b;
const I32 = 0x7f;
const V128 = 0x7b;

const i32Add = [0x6a];
const i32Sub = [0x6b];
const and = [0xfd, 0x4e];
const or = [0xfd, 0x50];
const xor = [0xfd, 0x51];
const add = [0xfd, 0xae, 0x01];
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const tee = (local: number) => [0x22, local];
const i32 = (value: number) => [0x41, ...signed(value)];
const load = (offset: number) => [0xfd, 0x00, 0, ...unsigned(offset)];
const loadSplat = (offset: number) => [0xfd, 0x09, 0, ...unsigned(offset)];
const store = (offset: number) => [0xfd, 0x0b, 0, ...unsigned(offset)];
const shuffle = (lanes: readonly number[]) => [0xfd, 0x0d, ...lanes];
const shiftLeft = (bits: number) => [...i32(bits), 0xfd, 0xab, 0x01];
const shiftRight = (bits: number) => [...i32(bits), 0xfd, 0xad, 0x01];

const LOW_WORDS = shuffle([0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23]);
const HIGH_WORDS = shuffle([8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31]);
const LOW_HALVES = shuffle([0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]);
const HIGH_HALVES = shuffle([8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]);

/** Locals of `hash4`: its parameters, the other lanes' addresses, then vectors. */
const [MESSAGES, STRIDE, BLOCKS, OUT, LANE_1, LANE_2, LANE_3] = [0, 1, 2, 3, 4, 5, 6] as const;
const LANES = [MESSAGES, LANE_1, LANE_2, LANE_3];
const W = 7;
const STATE = W + 16;
const WORKING = STATE + 8;
const SCRATCH = WORKING + 8;
const BOTH = SCRATCH + 8;
const VECTORS = 16 + 8 + 8 + 8 + 2;

/** The vector's 32-bit words with their bytes turned round: SHA-256 reads and writes big-endian. */
const SWAP = [
  ...[...tee(SCRATCH + 4), ...get(SCRATCH + 4)],
  ...shuffle([3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12]),
];

const rotated = (local: number, bits: number) => [
  ...get(local),
  ...shiftRight(bits),
  ...get(local),
  ...shiftLeft(32 - bits),
  ...or,
];

/** Four vectors turned from rows into columns, in place. */
function transposed(rows: readonly number[]): number[] {
  const [a, b, c, d] = rows as [number, number, number, number];
  const [t, u, v, w] = [SCRATCH, SCRATCH + 1, SCRATCH + 2, SCRATCH + 3];
  return [
    ...[...get(a), ...get(b), ...LOW_WORDS, ...set(t)],
    ...[...get(a), ...get(b), ...HIGH_WORDS, ...set(u)],
    ...[...get(c), ...get(d), ...LOW_WORDS, ...set(v)],
    ...[...get(c), ...get(d), ...HIGH_WORDS, ...set(w)],
    ...[...get(t), ...get(v), ...LOW_HALVES, ...set(a)],
    ...[...get(t), ...get(v), ...HIGH_HALVES, ...set(b)],
    ...[...get(u), ...get(w), ...LOW_HALVES, ...set(c)],
    ...[...get(u), ...get(w), ...HIGH_HALVES, ...set(d)],
  ];
}

/** The sixteen words of a block of each message: one vector for each word. */
function loadedBlock(): number[] {
  const code: number[] = [];
  for (let word = 0; word < 16; word += 4) {
    const rows = [0, 1, 2, 3].map((lane) => W + word + lane);
    for (const [lane, address] of LANES.entries()) {
      code.push(...get(address), ...load(4 * word), ...SWAP, ...set(rows[lane] as number));
    }
    code.push(...transposed(rows));
  }
  return code;
}

/** FIPS 180-4, section 6.2.2, step 1: the next word of the schedule takes the place of the oldest. */
function nextWord(round: number): number[] {
  const at = (back: number) => W + ((round - back) & 15);
  const [fifteen, two] = [at(15), at(2)];
  return [
    ...get(at(16)),
    ...[...rotated(fifteen, 7), ...rotated(fifteen, 18), ...xor],
    ...[...get(fifteen), ...shiftRight(3), ...xor, ...add],
    ...[...get(at(7)), ...add],
    ...[...rotated(two, 17), ...rotated(two, 19), ...xor],
    ...[...get(two), ...shiftRight(10), ...xor, ...add],
    ...set(at(16)),
  ];
}

/** Step 3. The eight working variables change their names instead of their places. */
function oneRound(round: number): number[] {
  const name = (variable: number) => WORKING + ((variable - round) & 7);
  const [a, b, d, e, f, g, h] = [name(0), name(1), name(3), name(4), name(5), name(6), name(7)];
  const t = SCRATCH;
  return [
    ...get(h),
    ...[...rotated(e, 6), ...rotated(e, 11), ...xor, ...rotated(e, 25), ...xor, ...add],
    // Ch(e, f, g)
    ...[...get(f), ...get(g), ...xor, ...get(e), ...and, ...get(g), ...xor, ...add],
    ...[...i32(CONSTANTS_AT), ...loadSplat(4 * round), ...get(W + (round & 15)), ...add, ...add],
    ...tee(t),
    ...[...get(d), ...add, ...set(d)],
    ...get(t),
    ...[...rotated(a, 2), ...rotated(a, 13), ...xor, ...rotated(a, 22), ...xor, ...add],
    // Maj(a, b, c): a xor b serves the next round as its b xor c.
    ...[...get(a), ...get(b), ...xor, ...tee(BOTH + ((round + 1) & 1)), ...get(BOTH + (round & 1))],
    ...[...and, ...get(b), ...xor, ...add, ...set(h)],
  ];
}

function hash4(initial: number): number[] {
  const code: number[] = [];
  for (const [before, lane] of [
    [MESSAGES, LANE_1],
    [LANE_1, LANE_2],
    [LANE_2, LANE_3],
  ] as const) {
    code.push(...get(before), ...get(STRIDE), ...i32Add, ...set(lane));
  }
  for (let word = 0; word < 8; word++) {
    code.push(...i32(initial), ...loadSplat(4 * word), ...set(STATE + word));
  }
  code.push(...LOOP, ...loadedBlock());
  for (let word = 0; word < 8; word++) code.push(...get(STATE + word), ...set(WORKING + word));
  code.push(...get(WORKING + 1), ...get(WORKING + 2), ...xor, ...set(BOTH));
  for (let round = 0; round < 64; round++) {
    if (round >= 16) code.push(...nextWord(round));
    code.push(...oneRound(round));
  }
  for (let word = 0; word < 8; word++) {
    code.push(...get(STATE + word), ...get(WORKING + word), ...add, ...set(STATE + word));
  }
  for (const address of LANES) code.push(...get(address), ...i32(64), ...i32Add, ...set(address));
  code.push(...get(BLOCKS), ...i32(1), ...i32Sub, ...tee(BLOCKS), 0x0d, 0, END);
  for (const half of [0, 1]) {
    const rows = [0, 1, 2, 3].map((word) => STATE + 4 * half + word);
    code.push(...transposed(rows));
    for (const [lane, row] of rows.entries()) {
      code.push(...get(OUT), ...get(row), ...SWAP, ...store(32 * lane + 16 * half));
    }
  }
  return body(
    [
      [3, I32],
      [VECTORS, V128],
    ],
    code,
  );
}

/** Locals of `nodes`: its parameters. */
const [PAIRS, GROUPS, NODES_OUT] = [0, 1, 2] as const;

/** Each message holds its first byte and its padding already; 64 bytes of two hashes go between. */
function nodes(): number[] {
  const code: number[] = [...LOOP];
  for (let lane = 0; lane < 4; lane++) {
    for (let part = 0; part < 64; part += 16) {
      code.push(...i32(NODE_MESSAGES_AT), ...get(PAIRS), ...load(64 * lane + part));
      code.push(...store(NODE_MESSAGE_BYTES * lane + 1 + part));
    }
  }
  code.push(...i32(NODE_MESSAGES_AT), ...i32(NODE_MESSAGE_BYTES), ...i32(2), ...get(NODES_OUT));
  code.push(0x10, 0);
  code.push(...get(PAIRS), ...i32(256), ...i32Add, ...set(PAIRS));
  code.push(...get(NODES_OUT), ...i32(128), ...i32Add, ...set(NODES_OUT));
  code.push(...get(GROUPS), ...i32(1), ...i32Sub, ...tee(GROUPS), 0x0d, 0, END);
  return body([], code);
}

/** Where the eight words of the initial hash value stand. */
export const INITIAL_AT = NODE_MESSAGES_AT + 4 * NODE_MESSAGE_BYTES;

/** The module's bytes: WebAssembly core specification 2.0, section 5. It imports its memory. */
export function laneModule(): Uint8Array<ArrayBuffer> {
  const type = (count: number) => [0x60, ...vector(Array.from({ length: count }, () => [I32])), 0];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([type(4), type(3)])),
    ...section(2, vector([[...text('world'), ...text('memory'), 0x02, 0x00, 1]])),
    ...section(3, vector([[0], [1]])),
    ...section(
      7,
      vector([
        [...text('hash4'), 0, 0],
        [...text('nodes'), 0, 1],
      ]),
    ),
    ...section(10, vector([hash4(INITIAL_AT), nodes()])),
  ]);
}

function body(
  locals: readonly (readonly [count: number, type: number])[],
  code: number[],
): number[] {
  const whole = [
    ...vector(locals.map(([count, type]) => [...unsigned(count), type])),
    ...code,
    END,
  ];
  return [...unsigned(whole.length), ...whole];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function text(name: string): number[] {
  return vector([...name].map((character) => [character.charCodeAt(0)]));
}

/** LEB128, section 5.2.2. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const rest = value >> 7;
  const isLast = (rest === 0 && (value & 64) === 0) || (rest === -1 && (value & 64) !== 0);
  return isLast ? [value & 127] : [(value & 127) | 128, ...signed(rest)];
}
