/**
 * Files of readings, for whoever answers for them: how each is read, what it holds, what would
 * change, and only then what was sent. Whatever fails, nothing that was chosen or typed is lost.
 */

import { useEffect, useRef, useState } from 'react';
import { useOpen, useZone } from '../live.tsx';
import { DropZone } from '../parts/drop-zone.tsx';
import { Empty, Skeleton } from '../parts/panel.tsx';
import { en } from '../words/en.ts';
import { type Chosen, ImportFile } from './import-file.tsx';
import { proposedFor } from './read-import.ts';

const words = en.desk.import;
const QUARTER_HOUR_MS = 900_000;
/** Chosen at a time; the command line has no such bound. */
const FILES_MAX = 200;

export default function ImportDesk() {
  const markets = useOpen('marketList', {});
  const zone = useZone();
  const slotLengthMs = markets.data?.markets[0]?.slotLengthMs ?? QUARTER_HOUR_MS;
  if (zone === undefined) return <Skeleton lines={6} />;
  return <Files zone={zone} slotLengthMs={slotLengthMs} />;
}

function Files({ zone, slotLengthMs }: { readonly zone: string; readonly slotLengthMs: number }) {
  const [chosen, setChosen] = useState<readonly Chosen[]>([]);
  const [faults, setFaults] = useState<readonly string[]>([]);
  const isThere = useRef(true);
  useEffect(() => {
    isThere.current = true;
    return () => {
      isThere.current = false;
    };
  }, []);
  const take = async (files: readonly File[]) => {
    setFaults(files.length > FILES_MAX ? [words.tooMany(FILES_MAX, files.length)] : []);
    for (const file of files.slice(0, FILES_MAX)) {
      const proposed = await proposedFor(file, zone);
      if (!isThere.current) return;
      if (proposed.ok) {
        const { proposal } = proposed;
        setChosen((before) => withFile(before, { file, proposal, text: proposal.text }));
      } else setFaults((before) => [...before, proposed.words]);
    }
  };
  const change = (file: File, text: string) =>
    setChosen((all) => all.map((one) => (one.file === file ? { ...one, text } : one)));
  return (
    <div className="stack">
      <DropZone
        words={words.drop}
        label={words.choose}
        accept=".csv,.txt,text/csv,text/plain"
        isMany
        take={(files) => void take(files)}
      />
      {faults.map((fault) => (
        <p className="failed" role="alert" key={fault}>
          {fault}
        </p>
      ))}
      {chosen.length === 0 && <Empty>{words.empty}</Empty>}
      {chosen.map((one) => (
        <ImportFile
          key={one.file.name}
          chosen={one}
          slotLengthMs={slotLengthMs}
          zone={zone}
          isOnly={chosen.length === 1}
          change={(text) => change(one.file, text)}
          changeAll={(text) => setChosen((all) => all.map((each) => ({ ...each, text })))}
          leave={() => setChosen((all) => all.filter(({ file }) => file !== one.file))}
        />
      ))}
    </div>
  );
}

/** A file that is chosen again, perhaps after it was changed, takes its own place. */
function withFile(before: readonly Chosen[], taken: Chosen): readonly Chosen[] {
  const { name } = taken.file;
  if (!before.some(({ file }) => file.name === name)) return [...before, taken].slice(-FILES_MAX);
  return before.map((one) => (one.file.name === name ? taken : one));
}
