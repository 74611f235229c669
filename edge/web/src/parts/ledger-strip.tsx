/** The newest blocks in business words; the hash on demand. */

import type { RouteAnswer } from '@commonwatt/client';
import { clockTime, fullTime } from '../figures.ts';
import { useOpen } from '../live.tsx';
import { pathTo } from '../location.ts';
import { en } from '../words/en.ts';
import { Answer, Empty } from './panel.tsx';

export type BlockSummary = RouteAnswer<'blockList'>['blocks'][number];

/** Nothing was sent and nothing happened: such a block carries the time alone. */
export function isQuiet(block: BlockSummary): boolean {
  return block.transactions === 0 && block.events === 0 && block.height > 0;
}

/** The newest blocks in which something happened. */
export function LedgerStrip({ limit }: { readonly limit: number }) {
  // About every second block is a quiet one; a few more leave room for several in a row.
  const blocks = useOpen('blockList', { query: { limit: `${3 * limit}` } });
  return (
    <Answer of={blocks} lines={limit}>
      {(answer) => {
        const eventful = answer.blocks.filter((block) => !isQuiet(block)).slice(0, limit);
        return eventful.length === 0 ? (
          <Empty>{en.ledger.empty}</Empty>
        ) : (
          <BlockRows blocks={eventful} />
        );
      }}
    </Answer>
  );
}

export function BlockRows({ blocks }: { readonly blocks: readonly BlockSummary[] }) {
  return (
    <ol className="ledger">
      {blocks.map((block) => (
        <li key={block.height} className={isQuiet(block) ? 'is-quiet' : undefined}>
          <a className="block-link" href={pathTo.block(block.height)} title={block.hash}>
            <span className="height">#{block.height}</span>
            <time title={fullTime(block.timeMs)}>{clockTime(block.timeMs)}</time>
            <span className="words">{block.words.join(' · ')}</span>
          </a>
          <a
            className="verify-link"
            href={pathTo.blockVerified(block.height)}
            aria-label={`${en.ledger.verify}: ${en.ledger.block(block.height)}`}
          >
            {en.ledger.verifyShort}
          </a>
        </li>
      ))}
    </ol>
  );
}
