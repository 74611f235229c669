/**
 * The street, drawn: plants, homes, office and factory along one community line, and the grid beside
 * them. Lines thicken with the energy of the slot; sun and lamps follow the hour. Sums only: nobody's
 * own figures stand in the picture.
 */

import type { ReactNode } from 'react';
import { kilowattHours } from '../figures.ts';
import { en } from '../words/en.ts';
import { Measured } from './measured.tsx';
import { Key } from './merit-order.tsx';
import * as Stands from './street-buildings.tsx';
import { darknessOf, hourOf, Sky } from './street-sky.tsx';

export interface KindCount {
  readonly kind: string;
  readonly members: number;
}

/** Of the slot that was cleared last. */
export interface SlotSums {
  readonly offeredWh: number;
  readonly requestedWh: number;
  readonly tradedWh: number;
}

interface Street {
  readonly kinds: readonly KindCount[];
  readonly nowMs: number;
  readonly sums: SlotSums;
  readonly words: string;
}

export function StreetPicture(props: Street) {
  const { sums } = props;
  const { surplusWh, missingWh } = gridOf(sums);
  return (
    <figure className="street">
      <Measured>{(width) => <Drawing {...props} width={width} />}</Measured>
      <figcaption>
        <p>{props.words}</p>
        <ul className="flows">
          <Flow name="traded" words={en.street.traded} wh={sums.tradedWh} />
          <Flow name="sell" words={en.street.offered} wh={sums.offeredWh} />
          <Flow name="buy" words={en.street.requested} wh={sums.requestedWh} />
          <Flow name="supplier" words={en.street.missing} wh={missingWh} />
          <Flow name="grid" words={en.street.surplus} wh={surplusWh} />
        </ul>
      </figcaption>
    </figure>
  );
}

function Flow(props: { readonly name: string; readonly words: string; readonly wh: number }) {
  return (
    <li>
      <Key className={props.name} words={props.words} />
      <b>{kilowattHours(BigInt(props.wh))}</b>
    </li>
  );
}

/** What the neighbours do not cover comes from the grid, what they do not take goes there. */
export function gridOf(sums: SlotSums): { readonly surplusWh: number; readonly missingWh: number } {
  return {
    surplusWh: Math.max(0, sums.offeredWh - sums.tradedWh),
    missingWh: Math.max(0, sums.requestedWh - sums.tradedWh),
  };
}

export function countOf(kinds: readonly KindCount[], ...names: readonly string[]): number {
  return kinds.reduce((sum, one) => (names.includes(one.kind) ? sum + one.members : sum), 0);
}

interface Stand {
  readonly name: string;
  readonly width: number;
  readonly draws: ReactNode;
  readonly words: string;
  readonly flow: 'source' | 'sink' | 'both' | 'grid';
}

/** At least so much between two neighbours. */
const GAP = 10;

/** From left to right, as many homes as there is room for. */
function standsOf(kinds: readonly KindCount[], room: number, dark: number): readonly Stand[] {
  const homes = countOf(kinds, 'household', 'home solar system', 'wearable', 'IoT device');
  const withPanels = countOf(kinds, 'home solar system');
  const plants = countOf(kinds, 'solar system', 'energy company');
  const cars = countOf(kinds, 'vehicle');
  const offices = countOf(kinds, 'office');
  const factories = countOf(kinds, 'factory');
  const stand = (
    name: string,
    width: number,
    draws: ReactNode,
    words: string,
    flow: Stand['flow'],
  ) => ({
    name,
    width,
    draws,
    words,
    flow,
  });
  const left = [stand('grid', Stands.PYLON_WIDTH, <Stands.Pylon />, en.street.grid, 'grid')];
  for (let at = 0; at < Math.min(plants, room > 700 ? 4 : room > 480 ? 2 : 1); at++) {
    const words = en.street.plants(plants);
    left.push(stand(`plant ${at}`, Stands.PANEL_WIDTH, <Stands.SolarPanel />, words, 'source'));
  }
  const right: Stand[] = [];
  if (offices > 0) {
    const words = en.street.offices(offices);
    right.push(stand('office', Stands.OFFICE_WIDTH, <Stands.Office dark={dark} />, words, 'sink'));
  }
  if (factories > 0) {
    const words = en.street.factories(factories);
    right.push(
      stand('factory', Stands.FACTORY_WIDTH, <Stands.Factory dark={dark} />, words, 'sink'),
    );
  }
  const taken = [...left, ...right].reduce((sum, { width }) => sum + width + GAP, 2 * GAP);
  const carsShown = Math.min(cars, room > 700 ? 2 : room > 480 ? 1 : 0);
  const free = room - taken - carsShown * (Stands.CAR_WIDTH + GAP);
  const shown = Math.max(1, Math.min(homes, Math.floor(free / (Stands.HOME_WIDTH + GAP))));
  const panels = Math.round((withPanels / Math.max(homes, 1)) * shown);
  const middle: Stand[] = Array.from({ length: homes === 0 ? 0 : shown }, (_, at) => {
    // Roofs with panels stand among the others, evenly.
    const hasPanels = Math.floor(((at + 1) * panels) / shown) > Math.floor((at * panels) / shown);
    const draws = <Stands.Home dark={dark} number={at} hasPanels={hasPanels} />;
    const words = en.street.homes(homes, withPanels);
    return stand(`home ${at}`, Stands.HOME_WIDTH, draws, words, hasPanels ? 'both' : 'sink');
  });
  for (let at = 0; at < carsShown && cars > 0; at++) {
    const place = Math.floor(((at + 1) * middle.length) / (carsShown + 1));
    const car = stand(`car ${at}`, Stands.CAR_WIDTH, <Stands.Car />, en.street.cars(cars), 'sink');
    middle.splice(place, 0, car);
  }
  return [...left, ...middle, ...right];
}

function Drawing(props: Street & { readonly width: number }) {
  const { kinds, nowMs, sums, width } = props;
  const hour = hourOf(nowMs);
  const scale = width < 560 ? 0.78 : Math.min(1.25, width / 760);
  const height = Math.round(width < 560 ? 230 : 250 * scale);
  const ground = Math.round(height - 62 * Math.min(scale, 1.1));
  const room = width / scale;
  const stands = standsOf(kinds, room, darknessOf(hour));
  const needed = stands.reduce((sum, one) => sum + one.width, 0);
  const gap = Math.max(6, (room - needed - 2 * GAP) / Math.max(1, stands.length - 1));
  let at = GAP;
  const placed = stands.map((stand) => {
    const x = at;
    at += stand.width + gap;
    return { ...stand, x, middle: (x + stand.width / 2) * scale };
  });
  return (
    <svg
      width={width}
      height={height}
      role="img"
      aria-label={`${en.street.picture}. ${props.words}`}
    >
      <Sky hour={hour} width={width} height={ground} />
      <g transform={`translate(0,${ground}) scale(${scale})`}>
        {placed.slice(1).map(({ name, x }, index) => (
          <g key={name} transform={`translate(${x - gap / 2},0)`}>
            {gap > 13 && index % 2 === 1 && <Stands.Tree size={13 + ((index * 5) % 9)} />}
          </g>
        ))}
        {placed.map(({ name, x, draws, words }) => (
          <g key={name} transform={`translate(${x},0)`}>
            <title>{words}</title>
            {draws}
          </g>
        ))}
      </g>
      <rect className="ground" y={ground} width={width} height={height - ground} />
      <path className="road" d={`M0,${ground + 3}H${width}`} />
      <Lines
        placed={placed}
        sums={sums}
        top={ground + 6}
        line={ground + (height - ground) * 0.62}
      />
    </svg>
  );
}

/** 1 to 11 pixels; the root keeps small flows visible beside large ones. */
export function thickness(wh: number, mostWh: number): number {
  return wh <= 0 ? 0 : 1 + 10 * Math.sqrt(wh / Math.max(mostWh, 1));
}

interface Placed extends Stand {
  /** Where its wire comes down, in pixels. */
  readonly middle: number;
}

function Lines(props: {
  readonly placed: readonly Placed[];
  readonly sums: SlotSums;
  readonly top: number;
  readonly line: number;
}) {
  const { placed, sums, top, line } = props;
  const { surplusWh, missingWh } = gridOf(sums);
  const most = Math.max(sums.offeredWh, sums.requestedWh, 1);
  const missing = thickness(missingWh, most);
  const surplus = thickness(surplusWh, most);
  const grid = placed.find((one) => one.flow === 'grid');
  const sources = placed.filter((one) => one.flow === 'source' || one.flow === 'both');
  const sinks = placed.filter((one) => one.flow === 'sink' || one.flow === 'both');
  const street = placed.filter((one) => one !== grid);
  const from = Math.min(...street.map((one) => one.middle));
  const to = Math.max(...street.map((one) => one.middle));
  const offered = thickness(sums.offeredWh / Math.max(sources.length, 1), most);
  const wanted = thickness(sums.requestedWh / Math.max(sinks.length, 1), most);
  const bus = thickness(sums.tradedWh, most);
  const lastSink = Math.max(from, ...sinks.map((one) => one.middle));
  const lastSource = Math.max(from, ...sources.map((one) => one.middle));
  const isSun = sources.length > 0 && sums.offeredWh > 0;
  return (
    <g className="lines">
      <path className="wire" d={`M${grid?.middle ?? from},${line}H${to}`} />
      {street.map((one) => (
        <path key={one.name} className="wire" d={`M${one.middle},${top}V${line}`} />
      ))}
      {grid !== undefined && <path className="wire" d={`M${grid.middle},${top}V${line}`} />}
      {grid !== undefined && (
        <>
          <Moving
            kind="supplier"
            width={missing}
            d={`M${grid.middle - 4},${top}V${line + (bus + missing) / 2}H${lastSink}`}
          />
          <Moving
            kind="grid"
            width={surplus}
            d={`M${lastSource},${line - (bus + surplus) / 2}H${grid.middle + 6}V${top}`}
          />
        </>
      )}
      {isSun &&
        sources.map((one) => (
          <Moving
            key={one.name}
            kind="sell"
            width={offered}
            d={`M${one.middle - 2},${top}V${line}`}
          />
        ))}
      <Moving kind="traded" width={bus} d={`M${from},${line}H${to}`} />
      {sums.requestedWh > 0 &&
        sinks.map((one) => (
          <Moving
            key={one.name}
            kind="buy"
            width={wanted}
            d={`M${one.middle + 2},${line}V${top}`}
          />
        ))}
    </g>
  );
}

/** A line as thick as its energy, and the energy running along it. */
function Moving(props: { readonly kind: string; readonly width: number; readonly d: string }) {
  if (props.width === 0) return null;
  return (
    <g>
      <path className={`flow ${props.kind}`} d={props.d} style={{ strokeWidth: props.width }} />
      <path
        className="flow-run"
        d={props.d}
        style={{ strokeWidth: Math.max(1, props.width * 0.34) }}
      />
    </g>
  );
}
