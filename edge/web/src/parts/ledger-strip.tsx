/** The newest blocks in business words; the hash on demand. */

import { clockTime, fullTime } from '../figures.ts';
import { useOpen } from '../live.tsx';
import { pathTo } from '../location.ts';
import { en } from '../words/en.ts';
import { Answer, Empty } from './panel.tsx';

export function LedgerStrip(props: { readonly limit: number; readonly before?: number }) {
  const blocks = useOpen('blockList', [props.limit, props.before], (client) =>
    client.blockList({
      query: {
        limit: props.limit,
        ...(props.before === undefined ? {} : { before: props.before }),
      },
    }),
  );
  return (
    <Answer of={blocks} lines={props.limit}>
      {(answer) =>
        answer.blocks.length === 0 ? (
          <Empty>{en.ledger.empty}</Empty>
        ) : (
          <ol className="ledger">
            {answer.blocks.map((block) => (
              <li key={block.height}>
                <a href={pathTo.block(block.height)} title={block.hash}>
                  <span className="height">#{block.height}</span>
                  <time title={fullTime(block.timeMs)}>{clockTime(block.timeMs)}</time>
                  <span className="words">
                    {block.words.length > 0
                      ? block.words.join(' · ')
                      : block.transactions > 0
                        ? en.ledger.transactions(block.transactions)
                        : en.ledger.nothing}
                  </span>
                </a>
              </li>
            ))}
          </ol>
        )
      }
    </Answer>
  );
}
