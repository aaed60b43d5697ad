/// <reference types="vitest/config" />
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { assemblyScript } from "./scripts/assemblyScript.mjs";

// WASM threads need shared memory, which browsers give to isolated pages only.
const crossOriginIsolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  // Relative, so that the build works from any sub-path of a static host.
  base: "./",
  plugins: [svelte(), assemblyScript()],
  worker: { format: "es", plugins: () => [assemblyScript()] },
  build: { target: "es2023" },
  // Two copies of tfjs would register kernels into different registries.
  resolve: { dedupe: ["@tensorflow/tfjs-core"] },
  server: { headers: crossOriginIsolation },
  preview: { headers: crossOriginIsolation },
  test: {
    projects: [
      {
        extends: true,
        test: { name: "node", include: ["test/**/*.test.ts"], exclude: ["test/browser/**"] },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          // One Chromium at a time: two would share the cores and time each other out.
          fileParallelism: false,
          hookTimeout: 120_000,
        },
      },
    ],
    testTimeout: 120_000,
  },
});
