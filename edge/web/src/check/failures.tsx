/** Everything that does not hold in a proof file, and where. */

import type { BundleVerdict } from '@commonwatt/client';
import { Panel } from '../parts/panel.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';

type Failed = Extract<BundleVerdict, { readonly ok: false }>;

export function Failures({ of: { failures, leftOut } }: { readonly of: Failed }) {
  return (
    <Panel title={en.check.failures(failures.length + leftOut)}>
      <Scroll label={en.check.failures(failures.length + leftOut)}>
        <table>
          <thead>
            <tr>
              <th scope="col">{en.check.failedStep}</th>
              <th scope="col">{en.check.place}</th>
              <th scope="col">{en.check.computed}</th>
              <th scope="col">{en.check.stated}</th>
            </tr>
          </thead>
          <tbody>
            {failures.map(({ step, place, expected, found, reason }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: one place may fail twice
              <tr key={at} className="differs">
                <td>{step}</td>
                <td>{place ?? ''}</td>
                {expected === undefined && found === undefined ? (
                  <td colSpan={2}>{reason}</td>
                ) : (
                  <>
                    <td>{expected ?? ''}</td>
                    <td>{found ?? ''}</td>
                  </>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {leftOut > 0 && <p className="quiet">{en.check.leftOut(leftOut)}</p>}
    </Panel>
  );
}
