/** @file The page with an invented worker behind it: `npx vite`, then /test/ui/preview/. */

import { mount } from "svelte";
import App from "../../../src/ui/App.svelte";
import { Lab } from "../../../src/ui/state/lab.svelte";
import "../../../src/ui/theme.css";
import type { WorkerEvent } from "../../../src/worker/messages";
import { FakeWorker } from "./fakeWorker";

const pace = Number(new URLSearchParams(location.search).get("pace") ?? 1);
let tell: (event: WorkerEvent) => void = () => undefined;
const lab = new Lab((onEvent) => {
  tell = onEvent;
  return new FakeWorker(onEvent, pace);
});
mount(App, { target: document.querySelector("#app")!, props: { lab } });
// So that a check can bring about a failure.
Object.assign(globalThis, { tell: (event: WorkerEvent) => tell(event) });
