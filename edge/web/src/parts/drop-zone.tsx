/** Takes a file, or several: dropped, or chosen by hand or keyboard. */

import { useState } from 'react';

export function DropZone(props: {
  readonly words: string;
  readonly label: string;
  readonly accept: string;
  /** Several at once. */
  readonly isMany?: boolean;
  readonly take: (files: readonly File[]) => void;
}) {
  const { words, label, accept, isMany = false, take } = props;
  const [over, setOver] = useState(false);
  const takeAll = (list: FileList | null) => {
    const files = [...(list ?? [])].slice(0, isMany ? undefined : 1);
    if (files.length > 0) take(files);
  };
  return (
    <label
      className={over ? 'drop is-over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        takeAll(event.dataTransfer.files);
      }}
    >
      <span>{words}</span>
      <input
        type="file"
        aria-label={label}
        accept={accept}
        multiple={isMany}
        onChange={(event) => {
          takeAll(event.currentTarget.files);
          // The same file can be chosen again after it was changed.
          event.currentTarget.value = '';
        }}
      />
    </label>
  );
}
