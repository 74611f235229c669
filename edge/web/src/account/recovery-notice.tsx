/**
 * Somebody is giving this membership another key. The registrars may, for a member who lost it, after
 * a delay: whoever holds the present key sees it here in time and stops it where nobody asked.
 */

import { actions, type RouteAnswer } from '@commonwatt/client';
import { dayTime } from '../figures.ts';
import { shortHex } from '../hex.ts';
import { Panel } from '../parts/panel.tsx';
import { en } from '../words/en.ts';
import { SubmissionNote } from './submission-note.tsx';
import { type SubmissionState, useSubmission } from './use-submission.ts';

type RecoveryUnderWay = NonNullable<RouteAnswer<'ownMember'>['recovery']>;

export function RecoveryNotice(props: {
  readonly member: number;
  readonly recovery: RecoveryUnderWay | null;
}) {
  const { member, recovery } = props;
  const { state, send, isReady } = useSubmission();
  const stop = isReady ? () => void send(() => [actions.cancelRecovery({ member })]) : undefined;
  // Once it was stopped the question has another answer, and the note stays.
  if (recovery === null && state.name === 'idle') return null;
  return <RecoveryWarning recovery={recovery} state={state} stop={stop} />;
}

export function RecoveryWarning(props: {
  readonly recovery: RecoveryUnderWay | null;
  readonly state: SubmissionState;
  /** Nothing while this device cannot sign yet. */
  readonly stop: (() => void) | undefined;
}) {
  const { recovery, state, stop } = props;
  return (
    <Panel title={en.recovery.title}>
      {recovery !== null && (
        <>
          <p className="attention" role="alert">
            {en.recovery.underWay(dayTime(recovery.effectiveMs))}
          </p>
          <p className="quiet">
            {en.recovery.newKey} <code title={recovery.newKey}>{shortHex(recovery.newKey)}</code>
          </p>
          <button
            type="button"
            className="danger"
            disabled={stop === undefined || state.name === 'sending'}
            onClick={stop}
          >
            {en.recovery.stop}
          </button>
        </>
      )}
      <SubmissionNote state={state} done={en.recovery.stopped} />
    </Panel>
  );
}
