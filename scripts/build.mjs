/** @file Builds the page where its sources are newer than the build. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./install.mjs";

const sources = ["src", "public", "index.html", "vite.config.ts", "package-lock.json"];

export function ensureBuilt() {
  const built = `${root}dist/index.html`;
  if (existsSync(built) && statSync(built).mtimeMs > newest(sources.map((name) => root + name))) {
    return;
  }
  console.log("Building the page …");
  run(process.execPath, ["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"]);
}

/** Time of the last change below some paths. @param {string[]} paths @returns {number} */
function newest(paths) {
  return Math.max(
    ...paths.map((path) => {
      const stats = statSync(path);
      if (!stats.isDirectory()) return stats.mtimeMs;
      return Math.max(stats.mtimeMs, newest(readdirSync(path).map((name) => join(path, name))));
    }),
  );
}
