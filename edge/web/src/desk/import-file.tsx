/** One chosen file: its profile, what it holds when it is read so, and where that goes. */

import type { Proposal } from '@commonwatt/client/import';
import { useEffect, useState } from 'react';
import { Panel, Skeleton } from '../parts/panel.tsx';
import { en } from '../words/en.ts';
import { ImportReport } from './import-report.tsx';
import { ProfileForm } from './profile-form.tsx';
import { type ReadImport, readImport } from './read-import.ts';

const words = en.desk.import;

export interface Chosen {
  readonly file: File;
  readonly proposal: Proposal;
  readonly text: string;
}

export function ImportFile(props: {
  readonly chosen: Chosen;
  readonly slotLengthMs: number;
  readonly zone: string;
  /** Alone it stands open; several files stand as a list. */
  readonly isOnly: boolean;
  readonly change: (text: string) => void;
  readonly changeAll: (text: string) => void;
  readonly leave: () => void;
}) {
  const { chosen, slotLengthMs, zone, isOnly, change, changeAll, leave } = props;
  const { file, proposal, text } = chosen;
  const read = useReadImport(chosen, slotLengthMs);
  return (
    <details className="import-one" open={isOnly || undefined}>
      <summary>
        <b>{file.name}</b> <span className="quiet">{summaryOf(read)}</span>
      </summary>
      <div className="grid">
        <Panel title={words.profile} label={`${words.profile}: ${file.name}`} className="wide-4">
          <ProfileForm
            proposal={proposal}
            text={text}
            profile={read?.ok ? read.profile : undefined}
            change={change}
          />
          <p className="row">
            {!isOnly && (
              <button type="button" onClick={() => changeAll(text)}>
                {words.allSo}
              </button>
            )}
            <button type="button" className="quiet" onClick={leave}>
              {words.leave(file.name)}
            </button>
          </p>
        </Panel>
        <Panel title={words.report} label={`${words.report}: ${file.name}`} className="wide-8">
          {read === undefined && <Skeleton lines={6} />}
          {read?.ok === false && (
            <p className="failed" role="alert">
              {read.words}
            </p>
          )}
          {read?.ok && <ImportReport read={read} slotLengthMs={slotLengthMs} zone={zone} />}
        </Panel>
      </div>
    </details>
  );
}

function summaryOf(read: ReadImport | undefined): string {
  if (read === undefined) return words.reading;
  if (!read.ok) return words.notRead;
  const { meters, rows } = read.report;
  const missing = meters.reduce((sum, one) => sum + one.missingSlots, 0);
  const gaps = missing === 0 ? words.noGaps : words.gaps(missing);
  return `${words.rows(rows)}; ${gaps}`;
}

/** Reads the file anew whenever its profile changes. Nothing while it is read. */
function useReadImport({ file, text }: Chosen, slotLengthMs: number): ReadImport | undefined {
  const [read, setRead] = useState<ReadImport>();
  useEffect(() => {
    setRead(undefined);
    let isCurrent = true;
    readImport(file, text, slotLengthMs).then(
      (result) => isCurrent && setRead(result),
      (cause: unknown) =>
        isCurrent &&
        setRead({ ok: false, words: cause instanceof Error ? cause.message : String(cause) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [file, text, slotLengthMs]);
  return read;
}
