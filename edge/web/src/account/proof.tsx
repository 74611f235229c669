/** The member's proof file: downloaded for others, and verified here and now. */

import { browserCrypto, verifyBundle } from '@commonwatt/client';
import { useState } from 'react';
import { faultWords } from '../fault-words.ts';
import { saveFile } from '../file.ts';
import { bytesOfHex } from '../hex.ts';
import { useLive, useVerifier } from '../live.tsx';
import { Verification } from '../parts/verification.tsx';
import { en } from '../words/en.ts';

export function Proof({ member }: { readonly member: number }) {
  const { own } = useLive();
  const verifier = useVerifier();
  const [fault, setFault] = useState<unknown>();
  if (own === undefined) return null;
  const ask = () => own.memberBundle({ params: { member } });
  const download = async () => {
    setFault(undefined);
    try {
      const text = `${JSON.stringify(await ask(), null, 2)}\n`;
      saveFile({ name: `commonwatt-proof-${member}.json`, type: 'application/json', text });
    } catch (cause) {
      setFault(cause);
    }
  };
  const verify = async () => {
    const bundle = await ask();
    // Chain and keys are this device's own: never those of the file.
    const { chain, keys, threshold } = (verifier as NonNullable<typeof verifier>).ledger;
    return verifyBundle(bundle, {
      crypto: browserCrypto,
      chain: bytesOfHex(chain),
      keys,
      threshold,
    });
  };
  return (
    <>
      <p>{en.me.proofAbout}</p>
      <Verification verify={verifier === undefined ? undefined : verify} />
      <button type="button" onClick={() => void download()}>
        {en.me.bundle}
      </button>
      {fault !== undefined && <p className="failed">{faultWords(fault)}</p>}
    </>
  );
}
