/** Something to be saved under a name. */
export interface NamedFile {
  readonly name: string;
  readonly content: Blob;
}

/** Hands a file to the browser's downloads. */
export function saveFile({ name, content }: NamedFile): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the file once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
