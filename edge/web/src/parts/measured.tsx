/** Room for a drawing: tells how many pixels it has, so that lines and letters keep their size. */

import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';

export function Measured({ children }: { readonly children: (widthPx: number) => ReactNode }) {
  const frame = useRef<HTMLDivElement>(null);
  const [widthPx, setWidthPx] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = () => setWidthPx(Math.floor(element.clientWidth));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={frame} className="measured">
      {widthPx > 0 && children(widthPx)}
    </div>
  );
}
