import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as stepping from "../../src/training/step";
import { tinyWeights } from "../encoder/tinyEncoder";
import { configure, eventsOf, lossesOf, open, ready, search } from "./commands";
import { openSession, type Session } from "./openSession";
import { serveFiles } from "./tinyLab";

vi.mock("../../src/training/step", { spy: true });
const trainStep = vi.mocked(stepping.trainStep);

describe.each(["cpu", "wasm"] as const)("a backend that fails, on %s", (backend) => {
  let session: Session;

  beforeEach(() => {
    serveFiles();
    session = openSession();
  });
  afterEach(() => {
    session.close();
    trainStep.mockReset();
    vi.unstubAllGlobals();
  });

  /** Lets the steps of these numbers, counted over all there are, run out of memory. */
  async function failAt(...calls: number[]): Promise<void> {
    const { trainStep: original } =
      await vi.importActual<typeof stepping>("../../src/training/step");
    let count = 0;
    trainStep.mockImplementation((...parameters) => {
      count += 1;
      if (calls.includes(count)) {
        tf.zeros([1000]); // what a failure in the middle of a step leaves behind
        throw new RangeError("Array buffer allocation failed");
      }
      return original(...parameters);
    });
  }

  it("is started anew, and the run goes on from its checkpoint with the same curve", async () => {
    session.send(open(backend), configure(1), { type: "play" });
    await session.next("state", ({ state }) => state === "completed");
    const expected = lossesOf(session, 1);
    const scores = eventsOf(session, "evaluated").map(({ scores }) => scores);

    session.send(configure(2));
    await session.next("state", ({ runId, state }) => runId === 2 && state === "ready");
    await failAt(2, 7); // before the first checkpoint; and at step 5, after that of step 3
    session.send({ type: "play" });
    await session.next("state", ({ runId, state }) => runId === 2 && state === "completed");
    const recovered = eventsOf(session, "recovered");
    expect(recovered.map(({ step }) => step)).toEqual([0, 3]);
    expect(recovered[1]!.reason).toBe(
      "The engine failed after step 4 (out of memory: Array buffer allocation failed). " +
        "It was started again, and the run goes on from step 3.",
    );
    const told = new Map<number, number>();
    for (const { runId, firstStep, losses } of eventsOf(session, "steps")) {
      if (runId === 2)
        for (const [index, loss] of losses.entries()) told.set(firstStep + index, loss);
    }
    expect([...told.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect([...told.values()]).toEqual(expected);
    const again = eventsOf(session, "evaluated").filter(({ runId }) => runId === 2);
    expect(again.map(({ scores }) => scores)).toEqual(scores);
    expect(eventsOf(session, "failed")).toEqual([]);
    // The encoder as it was loaded; of the run its parameters and two moments of each.
    expect(tf.memory().numTensors).toBe(4 * tinyWeights(61).size);
  });

  it("that fails at the same step each time ends the run, which says why, and others work", async () => {
    await ready(session, backend);
    await failAt(4, 5, 6); // step 4, after the checkpoint of step 3, three times
    session.send({ type: "play" });
    const failed = await session.next("failed");
    expect(failed).toMatchObject({ scope: "run", runId: 1 });
    expect(failed.error.message).toMatch(
      /failed 3 times after step 3 and got no further \(out of memory: .*smaller batch/,
    );
    expect(eventsOf(session, "recovered")).toHaveLength(2);
    expect(eventsOf(session, "state").at(-1)).toMatchObject({ state: "failed", step: 3 });
    session.send(search(1));
    expect((await session.next("searched")).step).toBe(3);
    session.send(configure(2), { type: "step" });
    expect((await session.next("steps", ({ runId }) => runId === 2)).losses).toHaveLength(1);
  });
});
