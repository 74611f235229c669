/** What stands along the street. Each is drawn with its foot at 0 and its left side at 0. */

interface Lit {
  /** 0 by day, 1 by night: how much light stands in the windows. */
  readonly dark: number;
}

function Pane(props: Lit & { x: number; y: number; width: number; height: number; on: boolean }) {
  const { dark, on, ...box } = props;
  return (
    <>
      <rect className="pane" {...box} />
      {on && <rect className="lamp" {...box} style={{ opacity: dark }} />}
    </>
  );
}

export const HOME_WIDTH = 38;

export function Home(props: Lit & { readonly number: number; readonly hasPanels: boolean }) {
  const { dark, number, hasPanels } = props;
  const tall = number % 3 === 2;
  const wall = tall ? 36 : 25;
  return (
    <g>
      <rect className={`wall tint-${number % 3}`} x="4" y={-wall} width="30" height={wall} />
      <path className={`roof tint-${number % 2}`} d={`M0,${-wall}L19,${-wall - 17}L38,${-wall}Z`} />
      {hasPanels && (
        <g>
          <path
            className="cells"
            d={`M21.5,${-wall - 12.2}L33,${-wall - 1.8}H25.5L16.8,${-wall - 12.2}Z`}
          />
          <path className="cell-line" d={`M19,${-wall - 12.2}L29.4,${-wall - 1.8}`} />
        </g>
      )}
      <Pane dark={dark} on={number % 4 !== 1} x={9} y={-17} width={7} height={7} />
      {tall && <Pane dark={dark} on x={9} y={-31} width={7} height={7} />}
      {tall && <Pane dark={dark} on={number % 2 === 0} x={22} y={-31} width={7} height={7} />}
      <rect className="door" x="22" y="-15" width="7" height="15" />
    </g>
  );
}

export const OFFICE_WIDTH = 46;

export function Office({ dark }: Lit) {
  return (
    <g>
      <rect className="wall tint-1" x="0" y="-92" width="46" height="92" />
      <rect className="roof tint-0" x="-2" y="-96" width="50" height="5" />
      {[-84, -66, -48, -30].flatMap((y) =>
        [6, 19, 32].map((x) => (
          <Pane
            key={`${x} ${y}`}
            dark={dark}
            on={(x + y) % 4 !== 0}
            x={x}
            y={y}
            width={9}
            height={10}
          />
        )),
      )}
      <rect className="door" x="18" y="-12" width="10" height="12" />
    </g>
  );
}

export const FACTORY_WIDTH = 84;

export function Factory({ dark }: Lit) {
  return (
    <g>
      <rect className="roof tint-1" x="70" y="-84" width="9" height="84" />
      <path className="wall tint-2" d="M0,0V-36L22,-52V-36L44,-52V-36L66,-52V0Z" />
      <path
        className="roof tint-1"
        d="M0,-36L22,-52V-48L0,-32ZM22,-36L44,-52V-48L22,-32ZM44,-36L66,-52V-48L44,-32Z"
      />
      {[8, 27, 46].map((x) => (
        <Pane key={x} dark={dark} on={x !== 27} x={x} y={-22} width={13} height={8} />
      ))}
      <rect className="wall tint-0" x="66" y="-24" width="18" height="24" />
    </g>
  );
}

export const PANEL_WIDTH = 36;

export function SolarPanel() {
  return (
    <g>
      <path className="post" d="M18,0V-10M10,0L18,-8L26,0" />
      <path className="cells" d="M2,-7L12,-25H36L26,-7Z" />
      <path className="cell-line" d="M7,-16H31M10,-7L20,-25M18,-7L28,-25" />
    </g>
  );
}

export const PYLON_WIDTH = 34;

export function Pylon() {
  return (
    <g className="pylon">
      <path d="M8,0L15,-78H19L26,0M10.4,-26L24,-46M23.6,-26L10,-46M9,-12L25,-26M25,-12L9,-26M12.5,-50L20,-66M21.5,-50L14,-66" />
      <path d="M1,-56H33L17,-63ZM5,-70H29L17,-76Z" />
    </g>
  );
}

export function Tree({ size }: { readonly size: number }) {
  return (
    <g>
      <path className="trunk" d={`M0,0V${-size * 0.6}`} />
      <ellipse className="leaves" cx="0" cy={-size} rx={size * 0.42} ry={size * 0.6} />
    </g>
  );
}

export const CAR_WIDTH = 22;

export function Car() {
  return (
    <g>
      <path className="car" d="M0,-3V-7L4,-8L8,-12H15L19,-8L22,-7V-3Z" />
      <circle className="wheel" cx="5.5" cy="-3" r="2.8" />
      <circle className="wheel" cx="16.5" cy="-3" r="2.8" />
    </g>
  );
}
