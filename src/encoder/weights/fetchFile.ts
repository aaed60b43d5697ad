/** Told how many bytes of how many have arrived. */
export type DownloadProgress = (done: number, total: number) => void;

/**
 * The bytes of a file, with progress. Where the server names no length, the
 * total is what has arrived so far.
 */
export async function fetchFile(url: string, progress: DownloadProgress): Promise<ArrayBuffer> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new Error(`${url} could not be fetched; is the server running?`, { cause });
  }
  if (!response.ok || response.body === null) {
    throw new Error(`${url} could not be fetched: ${response.status} ${response.statusText}`);
  }
  // A compressed answer's length counts other bytes than those that arrive here.
  const announced = response.headers.has("Content-Encoding")
    ? 0
    : Number(response.headers.get("Content-Length"));
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of chunksOf(response.body)) {
    chunks.push(chunk);
    received += chunk.length;
    progress(received, Math.max(announced, received));
  }
  const bytes = new Uint8Array(received);
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes.buffer;
}

/** The text of a small file. */
export async function fetchText(url: string): Promise<string> {
  return new TextDecoder().decode(await fetchFile(url, () => undefined));
}

/** Safari's streams cannot be iterated. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
