/** @file The run that an earlier visit or another tab left behind, until a person takes it up or discards it. */

import type { StoredRun } from "../../worker/messages";
import type { Run } from "./run";
import { storedAsRun } from "./storedRun";

export class StoredRunOffer {
  stored = $state.raw<StoredRun | undefined>(undefined);
  readonly #asRun = $derived(this.stored && storedAsRun(this.stored));

  /**
   * What to draw of it beside `run`: all, before that one's first step; one that has ended
   * only where no kept run is drawn already.
   */
  drawnBeside(run: Run | undefined, kept: Run | undefined): Run | undefined {
    const isNews = !this.stored?.ended || !kept;
    return run?.step === 0 && isNews ? this.#asRun : undefined;
  }

  /** Ends the offer. → what was offered, and the run as which it is shown. */
  take(): { stored: StoredRun; run: Run } | undefined {
    const { stored } = this;
    const run = this.#asRun;
    this.stored = undefined;
    return stored && run && { stored, run };
  }
}
