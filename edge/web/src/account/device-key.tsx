/** The key on this device: a copy under a password, and the end of it here. */

import { browserRandom, createKeystore, PASSWORD_LENGTH_MIN } from '@commonwatt/client';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { faultWords } from '../fault-words.ts';
import { saveFile } from '../file.ts';
import { hexOfBytes, shortHex } from '../hex.ts';
import { useLive } from '../live.tsx';
import { forgetSession, readSession } from '../session.ts';
import { en } from '../words/en.ts';

export function DeviceKey({ label }: { readonly label: string }) {
  const { session } = useLive();
  const [copySaved, setCopySaved] = useState(false);
  if (session === undefined) return null;
  const publicKey = hexOfBytes(session.keys.signer.publicKey);
  return (
    <>
      <p>{session.seed === undefined ? en.openKey.about : en.device.about}</p>
      <p className="quiet">
        {en.device.publicKey} <code title={publicKey}>{shortHex(publicKey)}</code>
      </p>
      {session.seed !== undefined && (
        <SaveCopy seed={session.seed} label={label} saved={() => setCopySaved(true)} />
      )}
      <Forget copySaved={copySaved} />
    </>
  );
}

function SaveCopy(props: {
  readonly seed: Uint8Array;
  readonly label: string;
  readonly saved: () => void;
}) {
  const { seed, label, saved } = props;
  const [password, setPassword] = useState('');
  const [state, setState] = useState<{ readonly words: string; readonly failed?: boolean }>();
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    setState({ words: en.device.sealing });
    try {
      // The label stands in the file for people: what it cannot hold is left out.
      const text = await createKeystore(
        { random: browserRandom },
        { seed, password, label: label.slice(0, 64) },
      );
      saveFile({ name: 'commonwatt-key.json', type: 'application/json', text });
      setPassword('');
      setState({ words: en.device.saved });
      saved();
    } catch (fault) {
      setState({ words: faultWords(fault), failed: true });
    }
    setBusy(false);
  };
  return (
    <form
      className="copy"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label>
        {en.device.password(PASSWORD_LENGTH_MIN)}
        <input
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </label>
      <button type="submit" disabled={busy || password.length < PASSWORD_LENGTH_MIN}>
        {en.device.save}
      </button>
      <div role="status">
        {state !== undefined && <p className={state.failed ? 'failed' : 'quiet'}>{state.words}</p>}
      </div>
    </form>
  );
}

/** Two steps, the second says what is lost: nothing brings a forgotten key back. */
function Forget({ copySaved }: { readonly copySaved: boolean }) {
  const { session, setSession } = useLive();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const [fault, setFault] = useState<unknown>();
  const forget = async () => {
    try {
      // A key of this visit alone leaves the one that the device keeps as it is.
      if (session?.seed !== undefined) await forgetSession(session.chain);
      const kept =
        session?.seed === undefined ? await readSession(session?.chain ?? '') : undefined;
      queries.removeQueries({ queryKey: ['live', 'own'] });
      setSession(kept);
    } catch (cause) {
      setFault(cause);
    }
  };
  if (session?.seed === undefined) {
    return (
      <button type="button" onClick={() => void forget()}>
        {en.openKey.end}
      </button>
    );
  }
  if (!asked) {
    return (
      <button type="button" onClick={() => setAsked(true)}>
        {en.device.signOut}
      </button>
    );
  }
  return (
    <div className="forget">
      <p className={copySaved ? 'quiet' : 'attention'}>
        {copySaved ? en.device.forgetWithCopy : en.device.forgetWithoutCopy}
      </p>
      <div className="row">
        <button type="button" className="danger" onClick={() => void forget()}>
          {en.device.forgetNow}
        </button>
        <button type="button" onClick={() => setAsked(false)}>
          {en.device.keep}
        </button>
      </div>
      {fault !== undefined && <p className="failed">{faultWords(fault)}</p>}
    </div>
  );
}
