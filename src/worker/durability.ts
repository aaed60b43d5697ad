/** @file Whether this browser lets a worker keep checkpoints. */

import { CheckpointStore } from "../storage/checkpoints";
import type { Durability } from "./checkpointKeeper";

/** Pages that come over plain http from another machine get neither files nor locks. */
export function browserDurability(): Durability {
  const { storage, locks } = navigator;
  if (!crypto.subtle || !storage?.getDirectory || !locks) {
    return {
      unavailable:
        "the browser gives this page no file storage, which takes https or localhost, " +
        "and in Firefox a window that is not private",
    };
  }
  return { store: new CheckpointStore(storage), locks };
}
