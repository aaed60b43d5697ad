/** @file What we draw on a chart besides uPlot's lines: markers, names, α marks. */

import type uPlot from "uplot";
import type { AlphaMark } from "../state/run";
import { fraction } from "../state/words";
import { lastIndex, spread, type Column } from "./curves";

export type Shape = "circle" | "square" | "triangle" | "diamond";

export interface PlotLine {
  values: Column;
  /** Name of a CSS custom property. */
  color: string;
  dashed: boolean;
  /** Drawn at the values, as far as there is room, so that colour is not alone. */
  shape: Shape;
  /** Of single batches, which are many: thinner, with smaller markers. */
  fine: boolean;
  /** Printed after the last value; empty for none. */
  label: string;
}

export interface Plot {
  steps: number[];
  /** Their number never changes. */
  lines: PlotLine[];
  lastStep: number;
  range: [number, number];
  marks: readonly AlphaMark[];
  /** Whether the x axis has its numbers; the chart below may carry them for both. */
  xAxis: boolean;
  /** `gap` is the distance between two of them. */
  formatY: (value: number, gap: number) => string;
  /** Read, so that a change draws again. */
  dark: boolean;
}

export const font = "11px system-ui, sans-serif";

/** The present value of a CSS custom property that holds a colour. */
export function color(chart: uPlot, property: string): string {
  return getComputedStyle(chart.root).getPropertyValue(property) || "gray";
}

/** Where α moved: dotted lines through the chart, named at the bottom. */
export function drawMarks(chart: uPlot, { marks, xAxis }: Plot): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = color(chart, "--dim");
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.font = scaled(font);
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  let nextName = Infinity;
  for (const { step, alpha } of [...marks].reverse()) {
    const x = chart.valToPos(step, "x", true);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    // Names stand in one chart, and only where there is room; the later one wins.
    if (xAxis || nextName - x < 38 * devicePixelRatio) continue;
    nextName = x;
    const y = bbox.top + bbox.height - 2 * devicePixelRatio;
    ctx.fillText(`α ${fraction(alpha, 2)}`, x + 3 * devicePixelRatio, y);
  }
  ctx.restore();
}

/** Markers at the values, and each line's name after its last one. */
export function drawLines(chart: uPlot, { steps, lines }: Plot): void {
  const { ctx, bbox } = chart;
  const ends: { line: PlotLine; x: number; y: number }[] = [];
  ctx.save();
  for (const line of lines) {
    ctx.fillStyle = color(chart, line.color);
    const radius = (line.fine ? 1.8 : line.dashed ? 2.2 : 3.2) * devicePixelRatio;
    for (const { x, y } of markedPoints(chart, steps, line.values)) {
      drawShape(ctx, line.shape, { x, y, radius });
    }
    const last = lastIndex(line.values);
    if (last < 0 || !line.label) continue;
    const x = chart.valToPos(steps[last]!, "x", true);
    ends.push({ line, x, y: chart.valToPos(line.values[last]!, "y", true) });
  }
  const gap = 12 * devicePixelRatio;
  const places = spread(
    ends.map(({ y }) => y),
    gap,
    bbox.top + bbox.height - gap / 3,
  );
  ctx.font = scaled(font);
  ctx.textBaseline = "middle";
  // A halo keeps a label readable where another line runs through it.
  ctx.strokeStyle = color(chart, "--panel");
  ctx.lineWidth = 4 * devicePixelRatio;
  ctx.textAlign = "left";
  for (const [index, { line, x }] of ends.entries()) {
    ctx.fillStyle = color(chart, line.color);
    ctx.strokeText(line.label, x + 8 * devicePixelRatio, places[index]!);
    ctx.fillText(line.label, x + 8 * devicePixelRatio, places[index]!);
  }
  ctx.restore();
}

/** Positions of the values, each far enough from the one before, and of the last. */
function markedPoints(chart: uPlot, steps: readonly number[], values: Column) {
  const apart = 9 * devicePixelRatio;
  const points: { x: number; y: number }[] = [];
  const last = lastIndex(values);
  let previous = -Infinity;
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const x = chart.valToPos(steps[index]!, "x", true);
    if (x - previous < apart && index !== last) continue;
    points.push({ x, y: chart.valToPos(value, "y", true) });
    previous = x;
  }
  return points;
}

function drawShape(
  ctx: CanvasRenderingContext2D,
  shape: Shape,
  { x, y, radius }: { x: number; y: number; radius: number },
): void {
  ctx.beginPath();
  if (shape === "circle") ctx.arc(x, y, radius, 0, 2 * Math.PI);
  if (shape === "square") ctx.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  if (shape === "triangle") {
    ctx.moveTo(x, y - 1.3 * radius);
    ctx.lineTo(x + 1.2 * radius, y + radius);
    ctx.lineTo(x - 1.2 * radius, y + radius);
  }
  if (shape === "diamond") {
    for (const [dx, dy] of [
      [0, -1.3],
      [1.3, 0],
      [0, 1.3],
      [-1.3, 0],
    ] as const) {
      ctx.lineTo(x + dx * radius, y + dy * radius);
    }
  }
  ctx.fill();
}

/** The same font in canvas pixels. */
function scaled(text: string): string {
  return text.replace(/^\d+/, (size) => String(Number(size) * devicePixelRatio));
}
