/** The ledger and the key that a file is held against, from the community itself. */

import type { PinnedLedger } from '@commonwatt/client';
import { useState } from 'react';
import { en } from '../words/en.ts';

export function TrustForm(props: {
  /** Of the file, to be compared with what the community says. */
  readonly chain: string;
  readonly trust: (ledger: PinnedLedger) => void;
}) {
  const [chain, setChain] = useState(props.chain);
  const [key, setKey] = useState('');
  const origin = key.trim().split('+')[0] ?? '';
  const isWhole = /^[0-9a-f]{64}$/.test(chain.trim()) && origin !== '';
  return (
    <form
      className="copy"
      onSubmit={(event) => {
        event.preventDefault();
        props.trust({ chain: chain.trim(), origin, keys: [key.trim()], threshold: 1 });
      }}
    >
      <label>
        {en.check.chain}
        <input value={chain} onChange={(event) => setChain(event.target.value)} />
      </label>
      <label>
        {en.check.key}
        <input value={key} onChange={(event) => setKey(event.target.value)} />
      </label>
      <button type="submit" disabled={!isWhole}>
        {en.check.again}
      </button>
    </form>
  );
}
