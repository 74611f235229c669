/** How long ago independent witnesses cosigned the ledger's head; nothing where nobody does. */

import { useEffect, useState } from 'react';
import { useOpen } from '../live.tsx';
import { COSIGNED_LATE_MS, cosignedText, cosignedTitle } from '../words/cosigned.ts';

const TURN_MS = 5_000;

export function CosignedAge() {
  const status = useOpen('ledgerStatus', {});
  const nowMs = useNowMs();
  const cosigned = status.data?.cosigned;
  if (cosigned === undefined || cosigned === null) return null;
  // The node said how old it was when it answered; on a line that is cut it grows older all the same.
  const ageMs = cosigned.ageMs + Math.max(0, nowMs - status.dataUpdatedAt);
  const isLate = ageMs > COSIGNED_LATE_MS;
  return (
    <span
      className={isLate ? 'cosigned is-late' : 'cosigned'}
      title={cosignedTitle(cosigned.size, cosigned.witnesses)}
    >
      {cosignedText(ageMs)}
    </span>
  );
}

function useNowMs(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), TURN_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
