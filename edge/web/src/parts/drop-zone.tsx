/** Takes one file: dropped, or chosen by hand or keyboard. */

import { useState } from 'react';

export function DropZone(props: {
  readonly words: string;
  readonly label: string;
  readonly accept: string;
  readonly take: (file: File) => void;
}) {
  const { words, label, accept, take } = props;
  const [over, setOver] = useState(false);
  const takeFirst = (files: FileList | null) => {
    const file = files?.[0];
    if (file !== undefined) take(file);
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
        takeFirst(event.dataTransfer.files);
      }}
    >
      <span>{words}</span>
      <input
        type="file"
        aria-label={label}
        accept={accept}
        onChange={(event) => {
          takeFirst(event.currentTarget.files);
          // The same file can be chosen again after it was changed.
          event.currentTarget.value = '';
        }}
      />
    </label>
  );
}
