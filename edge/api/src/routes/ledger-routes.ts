/** What everyone may see of the ledger: heads, checkpoints, blocks as hashes, proofs. */

import * as Type from 'typebox';
import type { Route } from '../route.ts';
import {
  hash,
  height,
  heightText,
  hex,
  instantMs,
  limitText,
  nullable,
  numberText,
  record,
} from '../schema.ts';

export const headerSchema = record({
  version: Type.Integer(),
  chain: hash,
  height,
  timeMs: instantMs,
  parent: hash,
  transactionCount: Type.Integer(),
  transactionsRoot: hash,
  receiptCount: Type.Integer(),
  receiptsRoot: hash,
  stateDigest: hash,
  balanceRoot: hash,
  balanceHeight: height,
  historyRoot: hash,
  nonce: Type.Integer(),
});

export const ledgerStatus = {
  method: 'GET',
  path: '/api/ledger',
  summary: 'Name, chain, head and the latest signed checkpoint.',
  access: { kind: 'public' },
  response: record({
    name: Type.String(),
    chain: hash,
    currency: Type.String(),
    /** The zone of the community's calendar: days of readings, months and bills begin in it. */
    timeZone: Type.String(),
    height: nullable(height),
    hash: nullable(hash),
    timeMs: instantMs,
    /** The node's clock: what a live demonstration calls now. */
    nowMs: instantMs,
    checkpoint: nullable(Type.String()),
    /** The newest checkpoint that independent witnesses cosigned, and how long ago they did. */
    cosigned: nullable(
      record({ size: height, ageMs: Type.Integer(), witnesses: Type.Array(Type.String()) }),
    ),
    /** Verification keys of the checkpoint's signers. */
    keys: Type.Array(Type.String()),
    members: Type.Integer(),
  }),
  refusals: [],
} as const satisfies Route;

export const genesisDocument = {
  method: 'GET',
  path: '/api/genesis',
  summary: 'The canonical genesis document; its SHA-256 is the chain.',
  access: { kind: 'public' },
  response: record({ document: hex, chain: hash }),
  refusals: [],
} as const satisfies Route;

export const checkpointNote = {
  method: 'GET',
  path: '/api/checkpoint',
  summary:
    'The latest checkpoint as a signed note; with `cosigned=true` the latest that witnesses cosigned.',
  access: { kind: 'public' },
  query: record({ cosigned: Type.Optional(Type.Literal('true')) }),
  contentType: 'text/plain',
  refusals: [],
} as const satisfies Route;

export const blockSummary = record({
  height,
  hash,
  timeMs: instantMs,
  transactions: Type.Integer(),
  events: Type.Integer(),
  /** What the block did, in business words. */
  words: Type.Array(Type.String()),
});

export const blockList = {
  method: 'GET',
  path: '/api/blocks',
  summary: 'The newest blocks, or those below `before`, newest first.',
  access: { kind: 'public' },
  query: record({ before: Type.Optional(heightText), limit: Type.Optional(limitText) }),
  response: record({ blocks: Type.Array(blockSummary) }),
  refusals: [],
} as const satisfies Route;

/** An event that anyone may see, decoded. */
export const publicEvent = record({
  /** Position of its leaf under the receipts root. */
  leafIndex: Type.Integer(),
  type: Type.Integer(),
  name: Type.String(),
  /** The leaf's bytes, to hash. */
  leaf: hex,
  value: Type.Unknown(),
});

export const blockDetail = {
  method: 'GET',
  path: '/api/blocks/{height}',
  summary: 'One block: header, leaf hashes and public events. Bodies go to their parties only.',
  access: { kind: 'public' },
  params: record({ height: heightText }),
  response: record({
    hash,
    header: headerSchema,
    /** The header's canonical bytes: the block's hash is SHA-256(0x00 || these). */
    headerBytes: hex,
    transactionLeaves: Type.Array(hash),
    receiptLeaves: Type.Array(hash),
    publicEvents: Type.Array(publicEvent),
    words: Type.Array(Type.String()),
  }),
  refusals: ['block_unknown'],
} as const satisfies Route;

export const blockProof = {
  method: 'GET',
  path: '/api/blocks/{height}/proof',
  summary:
    'Inclusion of a block in the history tree of the latest checkpoint, or of `size` blocks.',
  access: { kind: 'public' },
  params: record({ height: heightText }),
  query: record({ size: Type.Optional(heightText) }),
  response: record({
    index: height,
    size: height,
    leafHash: hash,
    proof: Type.Array(hash),
    root: hash,
  }),
  refusals: ['block_unknown', 'size_unknown'],
} as const satisfies Route;

export const consistencyProof = {
  method: 'GET',
  path: '/api/consistency',
  summary: 'Proof that the history of `to` blocks extends that of `from` blocks.',
  access: { kind: 'public' },
  query: record({ from: heightText, to: heightText }),
  response: record({
    size1: height,
    size2: height,
    root1: hash,
    root2: hash,
    proof: Type.Array(hash),
  }),
  refusals: ['size_unknown'],
} as const satisfies Route;

export const laneStatus = {
  method: 'GET',
  path: '/api/keys/{key}/lanes/{lane}',
  summary: 'The next sequence of a key in a lane.',
  access: { kind: 'public' },
  params: record({ key: hash, lane: numberText }),
  response: record({ key: hash, lane: Type.Integer(), next: Type.Integer() }),
  refusals: ['lane_unknown'],
} as const satisfies Route;

/** A batch's answer: where it stands and what became of each action. */
export const submission = record({
  transactionId: hash,
  height,
  blockHash: hash,
  timeMs: instantMs,
  code: Type.String({ description: "'done' or why the whole batch was refused" }),
  actions: Type.Array(Type.String({ description: "'done' or the action's refusal code" })),
  /** The receipt's leaf and its proof under the block's receipts root. */
  receipt: record({
    leaf: hex,
    index: Type.Integer(),
    size: Type.Integer(),
    proof: Type.Array(hash),
    root: hash,
  }),
});

export const submitTransaction = {
  method: 'POST',
  path: '/api/transactions',
  summary: 'Submits a signed batch; answers when the block that holds it is on disk.',
  // The batch carries its own signature: user.security judges it.
  access: { kind: 'public' },
  body: record({ transaction: Type.String({ pattern: '^([0-9a-f]{2})+$', maxLength: 1048576 }) }),
  response: submission,
  refusals: ['refused'],
} as const satisfies Route;

export const transactionDetail = {
  method: 'GET',
  path: '/api/transactions/{id}',
  summary: 'A transaction with its body, for its parties, those they granted, and auditors.',
  access: { kind: 'parties', scope: 'orders' },
  params: record({ id: hash }),
  response: record({
    id: hash,
    height,
    index: Type.Integer(),
    bytes: hex,
    sender: hash,
    member: nullable(Type.Integer()),
    onBehalfOf: nullable(Type.Integer()),
    actions: Type.Array(
      record({ type: Type.Integer(), name: Type.String(), message: Type.Unknown() }),
    ),
    receipt: record({ code: Type.String(), actions: Type.Array(Type.String()) }),
  }),
  refusals: [],
} as const satisfies Route;

export const publicEvents = {
  method: 'GET',
  path: '/api/events',
  summary: 'Server-sent events for everyone: blocks, prices, volumes.',
  access: { kind: 'public' },
  contentType: 'text/event-stream',
  refusals: ['too_many_streams'],
} as const satisfies Route;
