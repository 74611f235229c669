/** All blocks, newest first, a page at a time. */

import { useState } from 'react';
import { useOpen } from '../live.tsx';
import { BlockRows, isQuiet } from '../parts/ledger-strip.tsx';
import { Answer, Empty, Panel } from '../parts/panel.tsx';
import { en } from '../words/en.ts';

const PAGE = 40;
const PAGES_MAX = 50;

export function BlocksScreen() {
  const [older, setOlder] = useState<readonly number[]>([]);
  const [withQuiet, setWithQuiet] = useState(false);
  const status = useOpen('ledgerStatus', {});
  const head = status.data?.height ?? undefined;
  const lowest = older.at(-1) ?? (head === undefined ? 0 : head + 1);
  const aside = (
    <label className="check">
      <input
        type="checkbox"
        checked={withQuiet}
        onChange={(event) => setWithQuiet(event.target.checked)}
      />
      {en.ledger.withQuiet}
    </label>
  );
  return (
    <div className="grid">
      <Panel isMain title={en.ledger.title} className="wide-8" aside={aside}>
        {head === undefined && status.data !== undefined ? (
          <Empty>{en.ledger.empty}</Empty>
        ) : (
          <Page withQuiet={withQuiet} />
        )}
        {older.map((before) => (
          <Page key={before} before={before} withQuiet={withQuiet} />
        ))}
        {lowest - PAGE > 0 && older.length < PAGES_MAX && (
          <button type="button" onClick={() => setOlder([...older, lowest - PAGE])}>
            {en.ledger.older}
          </button>
        )}
      </Panel>
      <Panel title={en.ledger.aboutTitle} className="wide-4 about">
        {en.ledger.about.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </Panel>
    </div>
  );
}

function Page(props: { readonly before?: number; readonly withQuiet: boolean }) {
  const { before, withQuiet } = props;
  const query = { limit: `${PAGE}`, ...(before === undefined ? {} : { before }) };
  const blocks = useOpen('blockList', { query }, { stays: before !== undefined });
  return (
    <Answer of={blocks} lines={before === undefined ? 8 : 3}>
      {(answer) => (
        <BlockRows blocks={answer.blocks.filter((block) => withQuiet || !isQuiet(block))} />
      )}
    </Answer>
  );
}
