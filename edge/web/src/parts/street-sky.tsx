/** The sky of the hour: sun and moon on their way, colours between night, dusk and day. */

import { useId } from 'react';

export interface Hour {
  /** 0 at night, 1 at noon. */
  readonly light: number;
  /** 0 at sunrise, 1 at sunset; outside of that at night. */
  readonly across: number;
}

const SUNRISE = 4.5;
const SUNSET = 20;

export function hourOf(nowMs: number): Hour {
  const hour = (nowMs % 86_400_000) / 3_600_000;
  const across = (hour - SUNRISE) / (SUNSET - SUNRISE);
  const light = across <= 0 || across >= 1 ? 0 : Math.sin(Math.PI * across) ** 0.7;
  return { light, across };
}

/** How dark it is: lamps go on before the sun is gone. */
export function darknessOf({ light }: Hour): number {
  return Math.min(1, Math.max(0, 1 - light / 0.45));
}

function mixed(from: string, to: string, share: number): string {
  return `color-mix(in srgb, var(${to}) ${Math.round(share * 100)}%, var(${from}))`;
}

export function Sky(props: {
  readonly hour: Hour;
  readonly width: number;
  /** Down to where the ground begins. */
  readonly height: number;
}) {
  const { hour, width, height } = props;
  const gradient = useId();
  const day = 1 - darknessOf(hour);
  const dusk = Math.max(0, 1 - Math.abs(day - 0.5) * 2);
  return (
    <g>
      <linearGradient id={gradient} x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" style={{ stopColor: mixed('--night-top', '--day-top', day) }} />
        <stop offset="0.65" style={{ stopColor: mixed('--night-low', '--day-low', day) }} />
        <stop
          offset="1"
          style={{
            stopColor:
              dusk > 0.05
                ? mixed('--day-low', '--dusk', dusk)
                : mixed('--night-low', '--day-low', day),
          }}
        />
      </linearGradient>
      <rect width={width} height={height} fill={`url(#${gradient})`} />
      <Stars share={1 - day} width={width} height={height} />
      {hour.light > 0 ? (
        <circle
          className="sun"
          cx={width * (0.06 + 0.88 * hour.across)}
          cy={height * (0.82 - 0.62 * hour.light)}
          r={height * 0.07}
        />
      ) : (
        <path
          className="moon"
          transform={`translate(${width * 0.8},${height * 0.16})`}
          d="M0,0a15,15 0 1 0 14,22a13,13 0 0 1 -14,-22Z"
        />
      )}
      <Hills width={width} height={height} dark={1 - day} />
    </g>
  );
}

/** Spread by the golden section: even, and without a grid. */
const STARS = Array.from({ length: 22 }, (_, at) => ({
  x: (at * 0.6180339887) % 1,
  y: (at * 0.3819660113 + 0.07) % 0.6,
  radius: at % 4 === 0 ? 1.3 : 0.8,
}));

function Stars(props: { readonly share: number; readonly width: number; readonly height: number }) {
  if (props.share <= 0) return null;
  return (
    <g className="stars" style={{ opacity: props.share }}>
      {STARS.map(({ x, y, radius }) => (
        <circle key={x} cx={x * props.width} cy={y * props.height} r={radius} />
      ))}
    </g>
  );
}

function Hills(props: { readonly width: number; readonly height: number; readonly dark: number }) {
  const { width, height, dark } = props;
  const far = `M0,${height}V${height * 0.72}C${width * 0.2},${height * 0.5} ${width * 0.34},${height * 0.86} ${width * 0.55},${height * 0.68}S${width * 0.86},${height * 0.55} ${width},${height * 0.74}V${height}Z`;
  const near = `M0,${height}V${height * 0.86}C${width * 0.24},${height * 0.7} ${width * 0.46},${height * 0.98} ${width * 0.68},${height * 0.84}S${width * 0.92},${height * 0.8} ${width},${height * 0.88}V${height}Z`;
  return (
    <g>
      <path className="hill far" d={far} />
      <path className="hill near" d={near} />
      <rect
        className="shade"
        y={0}
        width={width}
        height={height}
        style={{ opacity: 0.45 * dark }}
      />
    </g>
  );
}
