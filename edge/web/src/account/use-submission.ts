/** One signed batch on its way: waiting, proven, or refused with its reason. */

import type { MemberClient, VerifiedSubmission } from '@commonwatt/client';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { faultWords, refusalWords } from '../fault-words.ts';
import { useMemberClient } from '../live.tsx';

type Batch = Parameters<MemberClient['submit']>[0];

export type SubmissionState =
  | { readonly name: 'idle' }
  | { readonly name: 'sending' }
  | { readonly name: 'done'; readonly submission: VerifiedSubmission }
  | { readonly name: 'refused'; readonly words: string };

/** The code of the first thing that was refused; nothing when everything was done. */
export function refusedCode({ code, actions }: VerifiedSubmission): string | undefined {
  return [code, ...actions].find((one) => one !== 'done');
}

export function useSubmission() {
  const client = useMemberClient();
  const queries = useQueryClient();
  const [state, setState] = useState<SubmissionState>({ name: 'idle' });
  /** Sends what `make` builds; a number that cannot be read is a refusal like any other. */
  const send = async (make: () => Batch): Promise<void> => {
    if (client === undefined) return;
    setState({ name: 'sending' });
    try {
      const submission = await client.submit(make());
      const refused = refusedCode(submission);
      setState(
        refused === undefined
          ? { name: 'done', submission }
          : { name: 'refused', words: refusalWords(refused) },
      );
      await queries.invalidateQueries({ queryKey: ['live', 'own'] });
    } catch (fault) {
      setState({ name: 'refused', words: faultWords(fault) });
    }
  };
  return { state, send, isReady: client !== undefined };
}
