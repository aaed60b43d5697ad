/** @file Mounts the page and connects it to the training worker; `?headless` gives the engine or the doctor alone. */

import { mount } from "svelte";
import App from "./ui/App.svelte";
import { Lab } from "./ui/state/lab.svelte";
import "./ui/theme.css";
import { WorkerClient } from "./worker/client";

const headless = new URLSearchParams(location.search).get("headless");
if (headless === "doctor") {
  await import("./headlessDoctor");
} else if (headless !== null) {
  await import("./headless");
} else {
  const lab = new Lab((onEvent) => new WorkerClient(onEvent));
  mount(App, { target: document.querySelector("#app")!, props: { lab } });
}
