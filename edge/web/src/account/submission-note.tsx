/** What became of what was sent, below the button that sent it. */

import { pathTo } from '../location.ts';
import { en } from '../words/en.ts';
import type { SubmissionState } from './use-submission.ts';

export function SubmissionNote(props: {
  readonly state: SubmissionState;
  readonly done?: string | undefined;
}) {
  const { state, done } = props;
  return (
    <div role="status" aria-live="polite">
      {state.name === 'sending' && <p className="quiet">{en.me.sending}</p>}
      {state.name === 'refused' && <p className="failed">{state.words}</p>}
      {state.name === 'done' && (
        <p className="done">
          {done !== undefined && `${done} `}
          {en.me.sent}{' '}
          <a href={pathTo.transaction(state.submission.transactionId)}>
            {en.me.sentBlock(state.submission.height)}
          </a>
          {en.me.sentProof}
        </p>
      )}
    </div>
  );
}
