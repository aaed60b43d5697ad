import { expect, it } from "vitest";
import { RunStore } from "../../src/storage/runs";

// The real IndexedDB is part of test/browser/page.test.ts.
it("rejects each time where there is no IndexedDB", async () => {
  const store = new RunStore();
  await expect(store.list()).rejects.toThrow();
  await expect(store.keep({ id: "a" })).rejects.toThrow();
  await expect(store.drop("a")).rejects.toThrow();
});
