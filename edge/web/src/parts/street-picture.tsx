/**
 * The street, drawn: homes, office, factory and plants along one line. Lines thicken with the energy
 * that is on offer or asked for in the open slot; sun and sky follow the hour. Sums only: nobody's
 * own figures stand in the picture.
 */

import { kilowattHours } from '../figures.ts';
import { en } from '../words/en.ts';

export interface KindCount {
  readonly kind: string;
  readonly members: number;
}

const WIDTH = 720;
const HEIGHT = 300;
const ROAD = 236;

/** 0 at midnight, 1 at noon, by the reader's own clock. */
function daylight(nowMs: number): { readonly height: number; readonly across: number } {
  const date = new Date(nowMs);
  const hour = date.getHours() + date.getMinutes() / 60;
  const across = (hour - 5) / 15;
  return { height: Math.max(0, Math.sin(Math.PI * Math.min(1, Math.max(0, across)))), across };
}

function House({ x, roof }: { readonly x: number; readonly roof: boolean }) {
  return (
    <g transform={`translate(${x},${ROAD - 44})`}>
      <rect className="wall" x="2" y="18" width="26" height="26" rx="1" />
      <path className="roof" d="M-2,19L15,4L32,19Z" />
      {roof && <path className="cells" d="M17,7.5L29,18L23,18L12,8.5Z" />}
      <rect className="window" x="8" y="25" width="6" height="6" />
      <rect className="door" x="18" y="29" width="6" height="15" />
    </g>
  );
}

function Office({ x }: { readonly x: number }) {
  return (
    <g transform={`translate(${x},${ROAD - 84})`}>
      <rect className="wall" x="0" y="0" width="44" height="84" rx="2" />
      {[10, 28, 46, 64].map((y) =>
        [7, 19, 31].map((column) => (
          <rect key={`${y} ${column}`} className="window" x={column} y={y} width="7" height="9" />
        )),
      )}
    </g>
  );
}

function Factory({ x }: { readonly x: number }) {
  return (
    <g transform={`translate(${x},${ROAD - 60})`}>
      <path className="wall" d="M0,60V24L20,10V24L40,10V24L60,10V60Z" />
      <rect className="roof" x="64" y="-10" width="9" height="70" />
      <rect className="window" x="10" y="36" width="40" height="8" />
    </g>
  );
}

function SolarField({ x, count }: { readonly x: number; readonly count: number }) {
  return (
    <g>
      {Array.from({ length: Math.min(count, 4) }, (_, at) => (
        <g key={`panel ${at}`} transform={`translate(${x + at * 34},${ROAD - 26})`}>
          <path className="cells" d="M0,18L8,0H32L24,18Z" />
          <path className="post" d="M16,18V26" />
        </g>
      ))}
    </g>
  );
}

function countOf(kinds: readonly KindCount[], ...names: readonly string[]): number {
  return kinds.reduce((sum, one) => (names.includes(one.kind) ? sum + one.members : sum), 0);
}

/** 1 to 9 pixels; the root keeps small flows visible beside large ones. */
function thickness(wh: number, mostWh: number): number {
  return wh <= 0 ? 0 : 1 + 8 * Math.sqrt(wh / Math.max(mostWh, 1));
}

export function StreetPicture(props: {
  readonly kinds: readonly KindCount[];
  readonly nowMs: number;
  readonly offeredWh: string;
  readonly requestedWh: string;
  readonly tradingWh: string;
  readonly words: string;
}) {
  const { kinds, nowMs } = props;
  const sky = daylight(nowMs);
  const homes = countOf(
    kinds,
    'household',
    'home solar system',
    'wearable',
    'IoT device',
    'vehicle',
  );
  const roofs = countOf(kinds, 'home solar system');
  const shownHomes = Math.min(homes, 9);
  const offered = Number(props.offeredWh);
  const requested = Number(props.requestedWh);
  const trading = Number(props.tradingWh);
  const most = Math.max(offered, requested, 1);
  const homesFrom = 196;
  return (
    <figure className="street">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${en.street.picture}. ${props.words}`}
      >
        <rect
          className="sky"
          width={WIDTH}
          height={ROAD}
          style={{ opacity: 0.25 + 0.75 * sky.height }}
        />
        {sky.height > 0 ? (
          <circle
            className="sun"
            cx={60 + sky.across * (WIDTH - 120)}
            cy={150 - 110 * sky.height}
            r="20"
          />
        ) : (
          <path className="moon" d="M620,40a20,20 0 1 0 14,34a16,16 0 0 1 -14,-34Z" />
        )}
        <rect className="ground" y={ROAD} width={WIDTH} height={HEIGHT - ROAD} />
        <SolarField
          x={18}
          count={countOf(kinds, 'solar system') + countOf(kinds, 'energy company')}
        />
        {Array.from({ length: shownHomes }, (_, at) => (
          <House
            key={`home ${at}`}
            x={homesFrom + at * 36}
            roof={at < Math.round((roofs / Math.max(homes, 1)) * shownHomes)}
          />
        ))}
        {countOf(kinds, 'office') > 0 && <Office x={546} />}
        {countOf(kinds, 'factory') > 0 && <Factory x={612} />}
        <Flow from={20} to={528} width={thickness(offered, most)} className="sell" y={ROAD + 16} />
        <Flow
          from={190}
          to={700}
          width={thickness(requested, most)}
          className="buy"
          y={ROAD + 32}
        />
        <Flow
          from={110}
          to={620}
          width={thickness(trading, most)}
          className="trade"
          y={ROAD + 48}
        />
        <text className="flow-label" x={20} y={ROAD + 12}>
          {`${en.merit.asks} ${kilowattHours(props.offeredWh)}`}
        </text>
        <text className="flow-label" x={700} y={ROAD + 28} textAnchor="end">
          {`${en.merit.bids} ${kilowattHours(props.requestedWh)}`}
        </text>
      </svg>
      <figcaption>{props.words}</figcaption>
    </figure>
  );
}

function Flow(props: {
  readonly from: number;
  readonly to: number;
  readonly y: number;
  readonly width: number;
  readonly className: string;
}) {
  if (props.width === 0) return null;
  return (
    <path
      className={`flow ${props.className}`}
      d={`M${props.from},${props.y}H${props.to}`}
      style={{ strokeWidth: props.width }}
    />
  );
}
