/** Hands a text or bytes to the reader as a file. */

export function saveFile(file: {
  readonly name: string;
  readonly type: string;
  readonly text: string | Uint8Array<ArrayBuffer>;
}): void {
  const url = URL.createObjectURL(new Blob([file.text], { type: file.type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  link.click();
  // The browser has taken hold of the bytes once the click's task is over.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
