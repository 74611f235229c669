/** Profiles of files that are often met. Their texts are what an operator would write. */

import { type ImportProfile, readProfile } from './profile.ts';

const TEXTS: readonly string[] = [
  `name: generic
title: one meter, instants with an offset, kWh
delimiter: ','
time:
  columns: time
  format: iso
  label: start
columns:
  - { column: import_kwh, direction: import, unit: kWh, optional: true }
  - { column: export_kwh, direction: export, unit: kWh, optional: true }
quality:
  column: quality
  optional: true
  measured: ['', measured]
  substituted: substituted
  estimated: estimated
  missing: missing
`,
  `name: generic-meters
title: many meters in one file, instants with an offset, kWh
delimiter: ','
time:
  columns: time
  format: iso
  label: start
meterColumn: meter
columns:
  - { column: import_kwh, direction: import, unit: kWh, optional: true }
  - { column: export_kwh, direction: export, unit: kWh, optional: true }
quality:
  column: quality
  optional: true
  measured: ['', measured]
  substituted: substituted
  estimated: estimated
  missing: missing
`,
  `name: mean-power
title: mean power in watts per quarter hour, Unix seconds
delimiter: ','
time:
  columns: timestamp
  format: unix-seconds
  zone: Europe/Berlin
  label: start
columns:
  - { column: electricity, direction: import, unit: W }
`,
  `name: grid-singularity
title: Grid Singularity, energy in kWh, local time
delimiter: ';'
time:
  columns: INTERVAL
  format: iso
  zone: Europe/Berlin
  label: start
columns:
  - { column: ['ENERGY(kWh)', 'ENERGY (kWh)'], direction: import, unit: kWh }
`,
  `name: grid-singularity-comma
title: Grid Singularity, energy in kWh, local time, commas
delimiter: ','
time:
  columns: INTERVAL
  format: iso
  zone: Europe/Berlin
  label: start
columns:
  - { column: ['ENERGY(kWh)', 'ENERGY (kWh)'], direction: import, unit: kWh }
`,
  `name: grid-singularity-day
title: Grid Singularity, a typical day in kWh, to stand for the days from firstDay to lastDay
delimiter: ';'
time:
  columns: INTERVAL
  format: HH:mm
  zone: Europe/Berlin
  label: start
columns:
  - { column: ['ENERGY(kWh)', 'ENERGY (kWh)'], direction: import, unit: kWh }
`,
  `name: grid-singularity-day-comma
title: Grid Singularity, a typical day in kWh, commas, to stand for the days from firstDay to lastDay
delimiter: ','
time:
  columns: INTERVAL
  format: HH:mm
  zone: Europe/Berlin
  label: start
columns:
  - { column: ['ENERGY(kWh)', 'ENERGY (kWh)'], direction: import, unit: kWh }
`,
  `name: austrian-operator
title: download of an Austrian grid operator, consumption and feed-in in kWh
delimiter: ';'
decimalSign: ','
time:
  columns: Messzeitpunkt
  format: dd.MM.yyyy HH:mm
  zone: Europe/Vienna
  label: end
columns:
  - column: ['Verbrauch (kWh)', 'Gemessener Verbrauch (kWh)']
    direction: import
    unit: kWh
    optional: true
  - column: ['Einspeisung (kWh)', 'Gemessene Menge (kWh)']
    direction: export
    unit: kWh
    optional: true
quality:
  column: [Qualität, Ersatzwert]
  optional: true
  measured: ['', G, L1, VAL]
  substituted: [E, L2]
  estimated: [S, L3, EST]
`,
  `name: e-control
title: quarter-hour values (E-Control), consumption in kWh
delimiter: ';'
decimalSign: ','
time:
  columns: Ende Ablesezeitraum
  format: iso
  zone: Europe/Vienna
  label: end
columns:
  - { column: '*Verbrauch [kWh]', direction: import, unit: kWh, optional: true }
  - { column: '*Einspeiser [kWh]', direction: export, unit: kWh, optional: true }
`,
  `name: cumulative
title: readings of one meter's registers in kWh
delimiter: ','
time:
  columns: time
  format: iso
  label: start
columns:
  - { column: import_total_kwh, direction: import, unit: cumulative kWh, optional: true }
  - { column: export_total_kwh, direction: export, unit: cumulative kWh, optional: true }
`,
];

export const BUILT_IN_PROFILES: readonly ImportProfile[] = TEXTS.map((text, at) =>
  readProfile(text, `built-in profile ${at + 1}`),
);

/** What an operator may begin an own profile with. */
export const BUILT_IN_PROFILE_TEXTS: ReadonlyMap<string, string> = new Map(
  BUILT_IN_PROFILES.map(({ name }, at) => [name, TEXTS[at] ?? '']),
);

export function builtInProfile(name: string): ImportProfile | undefined {
  return BUILT_IN_PROFILES.find((one) => one.name === name);
}
