/** Opens a key from its file for this visit alone: an officer's key does not stay in a browser. */

import { openKeystore } from '@commonwatt/client';
import { useState } from 'react';
import { faultWords } from '../fault-words.ts';
import { useLive, useOpen } from '../live.tsx';
import { Panel } from '../parts/panel.tsx';
import { en } from '../words/en.ts';

export function OpenKey() {
  const { setSession } = useLive();
  const status = useOpen('ledgerStatus', {});
  const [file, setFile] = useState<File>();
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const chain = status.data?.chain;
  const open = async (chosen: File, ledger: string) => {
    setBusy(true);
    setFault(undefined);
    try {
      const { signer, agreementKey } = await openKeystore({}, await chosen.text(), password);
      const keys = { signer, agreementKey };
      setSession({ chain: ledger, seed: undefined, keys, joining: undefined });
    } catch (cause) {
      setFault(cause);
      setBusy(false);
    }
  };
  return (
    <Panel title={en.openKey.title}>
      <p>{en.openKey.intro}</p>
      <form
        className="copy"
        onSubmit={(event) => {
          event.preventDefault();
          if (file !== undefined && chain !== undefined) void open(file, chain);
        }}
      >
        <label>
          {en.openKey.file}
          <input type="file" onChange={(event) => setFile(event.target.files?.[0])} />
        </label>
        <label>
          {en.openKey.password}
          <input
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        <button type="submit" disabled={busy || file === undefined || chain === undefined}>
          {busy ? en.openKey.opening : en.openKey.open}
        </button>
      </form>
      <div role="status">
        {fault !== undefined && <p className="failed">{faultWords(fault)}</p>}
      </div>
    </Panel>
  );
}
