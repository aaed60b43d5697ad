/** @file A line chart as an attachment: uPlot with our axes, markers, labels and α marks. */

import type { Attachment } from "svelte/attachments";
import { untrack } from "svelte";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { color, drawLines, drawMarks, font, type Plot } from "./drawing";

/** Space right of the last step, for a line’s name. */
const labelRoom = 46;

/** Draws `plot()` and follows it; `onhover` gets the index under the cursor, null when it leaves. */
export function linePlot(
  plot: () => Plot,
  onhover: (index: number | null) => void,
): Attachment<HTMLElement> {
  return (element) => {
    const size = (): { width: number; height: number } => ({
      width: Math.max(80, element.clientWidth),
      height: Math.max(40, element.clientHeight),
    });
    const chart = untrack(
      () => new uPlot({ ...options(plot, onhover), ...size() }, columns(plot()), element),
    );
    const resized = new ResizeObserver(() => chart.setSize(size()));
    resized.observe(element);
    $effect(() => chart.setData(columns(plot())));
    return () => {
      resized.disconnect();
      chart.destroy();
    };
  };
}

function columns({ steps, lines }: Plot): uPlot.AlignedData {
  return [steps, ...lines.map(({ values }) => values)];
}

function options(
  plot: () => Plot,
  onhover: (index: number | null) => void,
): Omit<uPlot.Options, "width" | "height"> {
  const now = (): Plot => untrack(plot);
  const axis = (chart: uPlot): string => color(chart, "--dim");
  const grid = { stroke: (chart: uPlot) => color(chart, "--line"), width: 1 };
  return {
    legend: { show: false },
    padding: [6, labelRoom, now().xAxis ? 0 : 6, 0],
    cursor: {
      drag: { x: false, y: false },
      points: { size: 6 },
      sync: { key: "curves", scales: ["x", null] },
    },
    scales: {
      x: { time: false, range: () => [0, Math.max(1, now().lastStep)] },
      y: { range: () => now().range },
    },
    axes: [
      {
        stroke: axis,
        grid: { show: false },
        ticks: { show: false },
        font,
        gap: 2,
        size: now().xAxis ? 18 : 0,
        // Steps are whole.
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000],
        values: (_, splits) => (now().xAxis ? splits.map((value) => `${value}`) : []),
      },
      {
        stroke: axis,
        grid,
        ticks: { show: false },
        font,
        gap: 6,
        size: 38,
        space: 17,
        // No quarters: ticks are printed with few digits.
        incrs: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100],
        values: (_chart, splits, _axis, _space, gap) =>
          splits.map((value) => now().formatY(value, gap)),
      },
    ],
    series: [
      {},
      ...now().lines.map((line) => ({
        stroke: (chart: uPlot) => color(chart, line.color),
        width: line.fine ? 1.25 : line.dashed ? 1.5 : 2,
        ...(line.dashed ? { dash: [5, 4] } : {}),
        spanGaps: true,
        points: { show: false },
      })),
    ],
    hooks: {
      drawClear: [(chart) => drawMarks(chart, now())],
      draw: [(chart) => drawLines(chart, now())],
      setCursor: [(chart) => onhover(chart.cursor.left! >= 0 ? (chart.cursor.idx ?? null) : null)],
    },
  };
}
