/** `commonwatt readings detect FILE`: proposes an import profile for a person to look at. */

import { detectProfile } from '@commonwatt/client/import';
import { STATUS, type Status } from '../terminal/status.ts';
import { print, printJson, remark, type Terminal } from '../terminal/terminal.ts';
import { beginningOf, withFaults } from './readings-files.ts';

export async function detectReadings(
  terminal: Terminal,
  file: string,
  { json, zone }: { readonly json?: boolean; readonly zone?: string },
): Promise<Status> {
  const beginning = beginningOf(file);
  const options = { place: file, ...(zone === undefined ? {} : { zone }) };
  const { profile, text, reasons, doubts } = await withFaults(() =>
    detectProfile(beginning, options),
  );
  if (json === true) printJson(terminal, { profile: profile.name, text, reasons, doubts });
  else {
    // The profile alone on standard output: it can go into a file as it is.
    print(terminal, text.trimEnd());
    for (const reason of reasons) remark(terminal, `because ${reason}`);
    for (const doubt of doubts) remark(terminal, `to be checked: ${doubt}`);
  }
  return STATUS.done;
}
