/**
 * Who lives in the street and how large everything is, drawn from a seeded stream. The sizes are
 * ours: homes of 1500 to 5500 kWh a year, roofs of 4 to 10 kW on two homes in five, and business
 * and plants in proportion to the homes, so that over a year the street about feeds itself.
 */

import type { MemberKind } from './member.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SolarPlant } from './solar-plant.ts';
import type { LoadKind } from './standard-profile.ts';

export interface MemberPlan {
  readonly label: string;
  readonly kind: MemberKind;
  readonly connectionW: number;
  readonly load?: {
    readonly kind: LoadKind;
    readonly annualKwh: number;
    readonly laterQuarterHours: number;
  };
  readonly solar?: SolarPlant;
  /** Mean power of a water mill. */
  readonly waterW?: number;
}

export interface StreetPlan {
  readonly name: string;
  /** The name as an identifier: lower-case letters. */
  readonly zone: string;
  readonly members: readonly MemberPlan[];
}

const STREET_NAMES: readonly (readonly [name: string, zone: string])[] = [
  ['Lindenstraße', 'lindenstrasse'],
  ['Ahornweg', 'ahornweg'],
  ['Gartenstraße', 'gartenstrasse'],
  ['Kastanienallee', 'kastanienallee'],
  ['Mühlenweg', 'muehlenweg'],
];

/** A home without electric water heating, and one with (DIN 18015-1), in watts. */
const HOME_CONNECTIONS_W = [14_500, 34_000] as const;

export function planStreet(homes: number, random: SeededRandom): StreetPlan {
  const [name, zone] = STREET_NAMES[random.below(STREET_NAMES.length)] ?? ['', ''];
  const solarHomes = drawSome(homes, Math.round((homes * 2) / 5), random);
  const members: MemberPlan[] = [];
  let houseNumber = 0;
  for (let home = 0; home < homes; home += 1) {
    houseNumber += 1 + random.below(2); // some plots are not built on
    members.push(planHome(`${name} ${houseNumber}`, solarHomes.has(home), random));
  }
  members.push(...planBusiness(name, houseNumber, homes));
  return { name, zone, members };
}

function planHome(label: string, hasSolar: boolean, random: SeededRandom): MemberPlan {
  // Two draws added make middling homes the most frequent.
  const annualKwh = 1500 + 10 * (random.below(201) + random.below(201));
  const load = { kind: 'home', annualKwh, laterQuarterHours: random.below(9) - 4 } as const;
  const connectionW = HOME_CONNECTIONS_W[random.below(4) === 0 ? 1 : 0];
  const solar: SolarPlant = {
    installedW: 4000 + 500 * random.below(13),
    tiltDegrees: 25 + 5 * random.below(5),
    azimuthDegrees: 15 * (random.below(13) - 6),
  };
  if (!hasSolar) return { label, kind: 'household', connectionW, load };
  return { label, kind: 'home solar system', connectionW, load, solar };
}

function planBusiness(name: string, lastNumber: number, homes: number): MemberPlan[] {
  const south = { tiltDegrees: 30, azimuthDegrees: 0 };
  return [
    {
      label: `Office, ${name} ${lastNumber + 1}`,
      kind: 'office',
      connectionW: connectionFor(homes * 1000),
      load: { kind: 'office', annualKwh: homes * 600, laterQuarterHours: 0 },
    },
    {
      label: `Factory, ${name} ${lastNumber + 2}`,
      kind: 'factory',
      connectionW: connectionFor(homes * 1500),
      load: { kind: 'factory', annualKwh: homes * 2800, laterQuarterHours: 0 },
    },
    {
      label: 'Solar plant on the barn',
      kind: 'solar system',
      connectionW: connectionFor(homes * 750),
      solar: { ...south, installedW: homes * 750 },
    },
    {
      label: 'Solar plant on the south field',
      kind: 'solar system',
      connectionW: connectionFor(homes * 1250),
      solar: { ...south, installedW: homes * 1250 },
    },
    {
      label: 'Water mill',
      kind: 'energy company',
      connectionW: connectionFor(homes * 400),
      waterW: homes * 300,
    },
  ];
}

/** The smallest usual connection for a peak, in watts; all are whole Wh over a quarter hour. */
export function connectionFor(peakW: number): number {
  const usual = [14_500, 24_000, 34_000, 55_000, 100_000, 250_000, 630_000];
  return usual.find((watts) => watts >= peakW) ?? Math.ceil(peakW / 100_000) * 100_000;
}

/** `count` different whole numbers below `bound`, each set of them as likely as another. */
function drawSome(bound: number, count: number, random: SeededRandom): ReadonlySet<number> {
  const numbers = Array.from({ length: bound }, (_, i) => i);
  const drawn = new Set<number>();
  while (drawn.size < count) {
    const at = random.below(numbers.length);
    const [number] = numbers.splice(at, 1);
    if (number !== undefined) drawn.add(number);
  }
  return drawn;
}
