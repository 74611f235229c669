/** Heads, checkpoints, blocks and proofs: what everyone may see of the ledger. */

import { systemClock } from '@commonwatt/consensus';
import { members, nextSequence, parameters } from '@commonwatt/contracts';
import {
  encode,
  encodeGenesis,
  fromHex,
  type Header,
  headerCodec,
  leafHash,
  toHex,
} from '@commonwatt/ledger';
import type { Desks } from '../../desks.ts';
import type { ReadBlock } from '../../projections/block-reader.ts';
import type { Handlers } from '../handler.ts';
import { jsonOf } from '../json-view.ts';
import { refused, U16_MAX, wholeNumber } from '../refused.ts';

const BLOCKS_DEFAULT = 20;

type LedgerHandlers = Pick<
  Handlers,
  | 'ledgerStatus'
  | 'genesisDocument'
  | 'checkpointNote'
  | 'blockList'
  | 'blockDetail'
  | 'blockProof'
  | 'consistencyProof'
  | 'laneStatus'
>;

export function ledgerHandlers(desks: Desks): LedgerHandlers {
  const { ledger } = desks;
  return {
    ledgerStatus: () => ledgerStatus(desks),
    genesisDocument: () => ({
      document: toHex(encodeGenesis(ledger.genesis)),
      chain: toHex(ledger.chain),
    }),
    checkpointNote: ({ query }) => {
      const { checkpoints } = desks;
      const note = query.cosigned === undefined ? checkpoints.note : checkpoints.cosigned?.note;
      return note ?? refused('not_found');
    },
    blockList: ({ query }) => {
      const limit = Number(query.limit ?? BLOCKS_DEFAULT);
      const before = Number(query.before ?? Number.MAX_SAFE_INTEGER);
      const first = Math.min(before - 1, ledger.head?.height ?? -1);
      const blocks = [];
      for (let height = first; height >= 0 && height > first - limit; height--) {
        blocks.push(blockSummary(desks, blockAt(desks, height)));
      }
      return { blocks };
    },
    blockDetail: ({ params }) => {
      const height = Number(params.height);
      if (!hasBlock(desks, height)) return refused('block_unknown', { height });
      return blockDetail(desks, blockAt(desks, height));
    },
    blockProof: ({ params, query }) => {
      const index = Number(params.height);
      const { history } = ledger;
      const size = Number(query.size ?? history.size);
      if (!hasBlock(desks, index)) return refused('block_unknown', { height: index });
      if (size > history.size || index >= size) {
        return refused('size_unknown', { size, sizeMax: history.size });
      }
      return {
        index,
        size,
        leafHash: toHex(history.leafHash(index)),
        proof: history.inclusionProof(index, size).map(toHex),
        root: toHex(history.root(size)),
      };
    },
    consistencyProof: ({ query }) => {
      const [size1, size2] = [Number(query.from), Number(query.to)];
      const { history } = ledger;
      if (size1 < 1 || size1 > size2 || size2 > history.size) {
        return refused('size_unknown', { from: size1, to: size2, sizeMax: history.size });
      }
      return {
        size1,
        size2,
        root1: toHex(history.root(size1)),
        root2: toHex(history.root(size2)),
        proof: history.consistencyProof(size1, size2).map(toHex),
      };
    },
    laneStatus: ({ params }) => {
      const lane = wholeNumber(params.lane, 'path.lane', U16_MAX);
      // The first lane of a key begins at 0, whether or not anybody knows the key yet.
      const next = nextSequence(ledger.state, fromHex(params.key), lane);
      if (next === undefined && lane !== 0) return refused('lane_unknown', { lane });
      return { key: params.key, lane, next: next ?? 0 };
    },
  };
}

function ledgerStatus(desks: Desks) {
  const { ledger, checkpoints } = desks;
  const { height, hash, timeMs } = ledger.info();
  return {
    name: ledger.genesis.name,
    chain: toHex(ledger.chain),
    currency: ledger.state.get(parameters, 0)?.currency ?? '',
    timeZone: desks.billing.timeZone,
    height: height ?? null,
    hash: hash === undefined ? null : toHex(hash),
    timeMs,
    nowMs: desks.clock.nowMs(),
    checkpoint: checkpoints.note ?? null,
    cosigned: cosignedHead(desks),
    keys: [checkpoints.verifierKey],
    members: ledger.state.size(members),
  };
}

function cosignedHead({ checkpoints }: Desks) {
  const { cosigned } = checkpoints;
  if (cosigned === undefined) return null;
  const { size, timestampMs, witnesses } = cosigned;
  // Witnesses go by the wall's clock, also where the market's is accelerated.
  const ageMs = Math.max(0, systemClock.nowMs() - timestampMs);
  return { size, ageMs, witnesses: [...witnesses] };
}

function hasBlock({ ledger }: Desks, height: number): boolean {
  return height <= (ledger.head?.height ?? -1);
}

function blockAt({ projections }: Desks, height: number): ReadBlock {
  const block = projections.block(height);
  if (block === undefined) throw new Error(`block ${height}: expected it below the head`);
  return block;
}

/** A block as lists and live events show it. */
export function blockSummary(desks: Desks, block: ReadBlock) {
  const { height, timeMs, transactionCount } = block.header;
  return {
    height,
    hash: toHex(block.hash),
    timeMs,
    transactions: transactionCount,
    events: block.events.length,
    words: [...desks.words(height)],
  };
}

function blockDetail(desks: Desks, block: ReadBlock) {
  const { sha256 } = desks.crypto;
  return {
    hash: toHex(block.hash),
    header: headerView(block.header),
    headerBytes: toHex(encode(headerCodec, block.header)),
    transactionLeaves: block.transactions.map(({ bytes }) => toHex(leafHash(sha256, bytes))),
    receiptLeaves: block.leaves.map((leaf) => toHex(leafHash(sha256, leaf))),
    publicEvents: block.events
      .filter(({ type }) => type.audience === 'public')
      .map(({ leafIndex, type, leaf, value }) => ({
        leafIndex,
        type: type.type,
        name: type.name,
        leaf: toHex(leaf),
        value: jsonOf(value),
      })),
    words: [...desks.words(block.header.height)],
  };
}

function headerView(header: Header) {
  return {
    ...header,
    chain: toHex(header.chain),
    parent: toHex(header.parent),
    transactionsRoot: toHex(header.transactionsRoot),
    receiptsRoot: toHex(header.receiptsRoot),
    stateDigest: toHex(header.stateDigest),
    balanceRoot: toHex(header.balanceRoot),
    historyRoot: toHex(header.historyRoot),
  };
}
