/** @file The checkpoints of a run: the last one in memory, and on the disk what its keeper writes. */

import type { Encoder } from "../encoder/encoder";
import { padBatch } from "../encoder/tokenizer";
import { localEmbedder } from "../evaluation/embed";
import type { EvaluationSet } from "../evaluation/evaluate";
import type { Scores } from "../metrics/scores";
import {
  type CheckpointHeader,
  packCheckpoint,
  restoreState,
  unpackCheckpoint,
} from "../training/checkpoint";
import type { RunConfig } from "../training/config";
import { initState, type TrainingState } from "../training/state";
import { CheckpointKeeper, type KeeperEvents } from "./checkpointKeeper";
import type { Lab } from "./lab";
import { refuseFault } from "./recovery";
import type { Sources } from "./sources";

/** What a run is made from. */
export interface RunSetup {
  runId: number;
  /** Names the run's checkpoints; no two runs have the same. */
  key: string;
  config: RunConfig;
  sources: Sources;
  /** Where an earlier visit left it. */
  stored?: StoredStart;
}

/** A checkpoint of an earlier visit. */
export interface StoredStart {
  header: CheckpointHeader<Scores>;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Texts that are embedded to see whether a state is good to go back to. */
const probedTexts = 8;

export class RunCheckpoints {
  readonly #lab: Lab;
  readonly #config: RunConfig;
  readonly #sources: Sources;
  readonly #keeper: CheckpointKeeper;
  /** What a run that fails goes back to; undefined before the first one: the initial parameters. */
  #last: { step: number; bytes: Uint8Array<ArrayBuffer>; stored: boolean } | undefined;

  constructor(lab: Lab, { key, config, sources, stored }: RunSetup, events: KeeperEvents) {
    this.#lab = lab;
    this.#config = config;
    this.#sources = sources;
    this.#keeper = new CheckpointKeeper(lab.durability, key, events);
    if (stored) this.#last = { step: stored.header.step, bytes: stored.bytes, stored: true };
  }

  /** Step of the last checkpoint. */
  get step(): number {
    return this.#last?.step ?? 0;
  }

  /** Whether there is time for one. */
  get isDue(): boolean {
    return this.#keeper.isDue;
  }

  /** A state of its own, as it was at the last checkpoint. */
  restore(): TrainingState {
    const { encoder, initial } = this.#lab;
    if (!this.#last) return initState(encoder, initial, this.#config);
    const { step, bytes } = this.#last;
    return restoreState(encoder, initial, unpackCheckpoint(`checkpoint of step ${step}`, bytes));
  }

  /**
   * Takes a checkpoint, and writes it where there is time for that or where it
   * cannot wait; training may go on when this resolves.
   */
  async take(
    state: TrainingState,
    header: Omit<CheckpointHeader<Scores>, "sources" | "backend" | "config" | "step">,
    { urgent }: { urgent: boolean },
  ): Promise<void> {
    const startedAt = this.#keeper.now();
    const { encoder, environment, device } = this.#lab;
    const isNew = this.#last?.step !== state.step || header.ended !== undefined;
    if (isNew) {
      const whole = {
        ...header,
        config: this.#config,
        step: state.step,
        sources: this.#sources,
        backend: environment.backend,
      };
      const bytes = await packCheckpoint(whole, encoder, state);
      refuseFault(device);
      this.#last = { step: state.step, bytes, stored: false };
    }
    const last = this.#last!;
    if (last.stored || !(urgent || this.isDue)) return;
    last.stored = true;
    const written = this.#keeper.write(last.step, last.bytes, startedAt);
    if (urgent) await written;
  }

  /** Lets other tabs have the run. */
  release(): Promise<void> {
    return this.#keeper.release();
  }
}

/**
 * Whether an encoder still embeds. Parameters that have just grown beyond all
 * bounds are finite themselves; a run must not be taken back to such.
 */
export async function isSound(
  encoder: Encoder,
  { parameters }: TrainingState,
  { passages }: EvaluationSet,
): Promise<boolean> {
  const probe = padBatch(passages.slice(0, probedTexts), encoder.tokenizer);
  return (await localEmbedder(encoder, parameters)(probe)).every(Number.isFinite);
}
