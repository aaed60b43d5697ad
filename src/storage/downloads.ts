/** Lets the browser save bytes as a file of the person's. */
export type Download = (name: string, bytes: ArrayBuffer) => void;

export const download: Download = (name, bytes) => {
  const url = URL.createObjectURL(new Blob([bytes]));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  // The browser has taken hold of the bytes when the click returns.
  URL.revokeObjectURL(url);
};
