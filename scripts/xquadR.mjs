/**
 * @file Scores the built-in encoder on XQuAD-R by the page's own evaluation and
 * compares with what PyTorch computes: npm run xquad-r -- <folder of XQuAD-R>
 */

import { resolve } from "node:path";
import { fail, run } from "./install.mjs";

const [folder] = process.argv.slice(2);
if (!folder) fail("Usage: npm run xquad-r -- <folder with <language>.json or .json.gz>");
process.env["XQUAD_R"] = resolve(folder);
run(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "test/evaluation/xquadR.test.ts"]);
