/**
 * Files of readings, for whoever answers for them: how a file is read, what it holds, what would
 * change, and only then what was sent. Whatever fails, nothing that was chosen or typed is lost.
 */

import type { Proposal } from '@commonwatt/client/import';
import { useEffect, useRef, useState } from 'react';
import { useOpen } from '../live.tsx';
import { DropZone } from '../parts/drop-zone.tsx';
import { Empty, Panel, Skeleton } from '../parts/panel.tsx';
import { en } from '../words/en.ts';
import { ImportReport } from './import-report.tsx';
import { ProfileForm } from './profile-form.tsx';
import { proposedFor, type ReadImport, readImport } from './read-import.ts';

interface Chosen {
  readonly file: File;
  readonly proposal: Proposal;
  readonly text: string;
}

const QUARTER_HOUR_MS = 900_000;

export default function ImportDesk() {
  const markets = useOpen('marketList', {});
  const slotLengthMs = markets.data?.markets[0]?.slotLengthMs ?? QUARTER_HOUR_MS;
  const [chosen, setChosen] = useState<Chosen>();
  const [fault, setFault] = useState<string>();
  const read = useReadImport(chosen, slotLengthMs);
  const latest = useRef<File>(undefined);
  const take = async (file: File) => {
    latest.current = file;
    setFault(undefined);
    const proposed = await proposedFor(file);
    // A file that was dropped later has the word.
    if (latest.current !== file) return;
    if (proposed.ok) {
      setChosen({ file, proposal: proposed.proposal, text: proposed.proposal.text });
    } else setFault(proposed.words);
  };
  return (
    <div className="stack">
      <DropZone
        words={chosen === undefined ? en.desk.import.drop : chosen.file.name}
        label={en.desk.import.choose}
        accept=".csv,.txt,text/csv,text/plain"
        take={(file) => void take(file)}
      />
      {fault !== undefined && (
        <p className="failed" role="alert">
          {fault}
        </p>
      )}
      {chosen === undefined ? (
        <Empty>{en.desk.import.empty}</Empty>
      ) : (
        <div className="grid">
          <Panel title={en.desk.import.profile} className="wide-4">
            <ProfileForm
              proposal={chosen.proposal}
              text={chosen.text}
              profile={read?.ok ? read.profile : undefined}
              change={(text) => setChosen({ ...chosen, text })}
            />
          </Panel>
          <Panel title={en.desk.import.report} className="wide-8">
            {read === undefined && <Skeleton lines={6} />}
            {read?.ok === false && (
              <p className="failed" role="alert">
                {read.words}
              </p>
            )}
            {read?.ok && <ImportReport read={read} slotLengthMs={slotLengthMs} />}
          </Panel>
        </div>
      )}
    </div>
  );
}

/** Reads the file anew whenever its profile changes. Nothing while it is read. */
function useReadImport(chosen: Chosen | undefined, slotLengthMs: number): ReadImport | undefined {
  const [read, setRead] = useState<ReadImport>();
  const file = chosen?.file;
  const text = chosen?.text;
  useEffect(() => {
    setRead(undefined);
    if (file === undefined || text === undefined) return;
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
