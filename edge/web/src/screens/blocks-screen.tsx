/** All blocks, newest first, a page at a time. */

import { useState } from 'react';
import { useOpen } from '../live.tsx';
import { LedgerStrip } from '../parts/ledger-strip.tsx';
import { Panel } from '../parts/panel.tsx';
import { en } from '../words/en.ts';

const PAGE = 25;

export function BlocksScreen() {
  const [pages, setPages] = useState<readonly number[]>([]);
  const status = useOpen('ledgerStatus', [], (client) => client.ledgerStatus());
  const lowest = pages.at(-1) ?? (status.data?.height ?? 0) + 1;
  return (
    <div className="grid">
      <Panel title={en.ledger.title} className="wide-12">
        <LedgerStrip limit={PAGE} />
        {pages.map((before) => (
          <LedgerStrip key={before} limit={PAGE} before={before} />
        ))}
        {lowest - PAGE > 0 && (
          <button type="button" onClick={() => setPages([...pages, lowest - PAGE])}>
            {en.ledger.older}
          </button>
        )}
      </Panel>
    </div>
  );
}
