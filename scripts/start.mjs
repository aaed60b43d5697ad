/** @file `npm start`: installs and builds what is missing, then serves the page. */

import { ensureBuilt } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { servePage } from "./serve.mjs";

ensureInstalled();
ensureBuilt();
const { url } = await servePage({ port: Number(process.env["PORT"] ?? 4173) });
console.log(`Polyglot Lab is at ${url}  (Ctrl+C ends it)`);
