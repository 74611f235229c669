/** How good a reading is, as a mark with its word: never by colour alone. */

import { en } from '../words/en.ts';

export const QUALITY_NAMES = ['measured', 'substituted', 'estimated', 'missing'] as const;
export type QualityName = (typeof QUALITY_NAMES)[number];

const SIGNS: Readonly<Record<QualityName, string>> = {
  measured: '●',
  substituted: '◐',
  estimated: '○',
  missing: '✕',
};

export function isQuality(text: string): text is QualityName {
  return QUALITY_NAMES.some((name) => name === text);
}

export function QualityMark({ quality }: { readonly quality: string }) {
  if (!isQuality(quality)) return <span className="quality">{quality}</span>;
  return (
    <span className={`quality quality-${quality}`} title={en.qualities.about[quality]}>
      <span aria-hidden="true">{SIGNS[quality]}</span> {en.qualities[quality]}
    </span>
  );
}
