/** @file Serves the built page with the headers that WASM threads need. */

import { root } from "./install.mjs";

/**
 * @param {{ port?: number, host?: string }} [options] Port 0 takes any free one.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function servePage({ port = 0, host = "localhost" } = {}) {
  const { preview } = await import("vite");
  const server = await preview({
    root,
    logLevel: "warn",
    preview: { port, host, strictPort: false },
  });
  const address = server.httpServer.address();
  const actual = typeof address === "object" && address ? address.port : port;
  return { url: `http://${host}:${actual}/`, close: () => server.close() };
}
