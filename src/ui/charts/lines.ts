/** @file Which lines the two charts draw for a run, with colours, markers and names. Pure. */

import type { BatchKind } from "../state/run";
import { batchKinds, kindNames, settings, type Setting } from "../state/words";
import { changes, type RunColumns } from "./curves";
import type { PlotLine, Shape } from "./drawing";

const scoreShapes: Record<Setting, Shape> = { mono: "circle", cross: "square", multi: "triangle" };

const lossShapes: Record<BatchKind, Shape> = {
  monolingual: "circle",
  "cross-lingual": "square",
  "same-language rows": "diamond",
};

/** The three scores of a run, or their differences to its start. */
export function scoreLines(run: RunColumns, change: boolean, dashed: boolean): PlotLine[] {
  return settings.map((setting) => ({
    values: change ? changes(run[setting]) : run[setting],
    color: `--${setting}`,
    dashed,
    fine: false,
    shape: scoreShapes[setting],
    label: dashed ? "" : setting,
  }));
}

/** The losses of a run: a line for each kind of batch, joined over its own steps. */
export function lossLines(run: RunColumns, dashed: boolean): PlotLine[] {
  return batchKinds.map((kind) => ({
    values: run.losses[kind],
    color: kindNames[kind].color,
    dashed,
    fine: true,
    shape: lossShapes[kind],
    label: dashed ? "" : kindNames[kind].short,
  }));
}
