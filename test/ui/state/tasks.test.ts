import { expect, it } from "vitest";
import { advance, lasting, secondsLeft, type TaskProgress } from "../../../src/ui/state/tasks";

const at = (done: number, now: number, before: readonly TaskProgress[] = []) =>
  advance(before, { task: "encode passages", done, total: 100 }, now);

it("shows a task only when it lasts longer than half a second", () => {
  const tasks = at(10, 1000);
  expect(lasting(tasks, 1500)).toEqual([]);
  expect(lasting(tasks, 1501)).toHaveLength(1);
});

it("forgets a task that is done, also one it never saw begin", () => {
  expect(at(100, 1200, at(10, 1000))).toEqual([]);
  expect(at(100, 1200)).toEqual([]);
});

it("tells the time left from the speed since the first report", () => {
  const begun = at(20, 1000);
  expect(secondsLeft(begun[0]!, 1000)).toBeUndefined();
  // 20 units in 2 s, 60 to go.
  expect(secondsLeft(at(40, 3000, begun)[0]!, 3000)).toBe(6);
});

it("keeps tasks apart", () => {
  const both = advance(at(10, 0), { task: "download corpus", done: 1, total: 12 }, 5);
  expect(both.map(({ task }) => task)).toEqual(["encode passages", "download corpus"]);
  expect(at(100, 9, both).map(({ task }) => task)).toEqual(["download corpus"]);
});
