/** @file Light, dark, or as the system has it; remembered by the browser. */

import { MediaQuery } from "svelte/reactivity";

export const themes = ["system", "light", "dark"] as const;
export type ThemeChoice = (typeof themes)[number];

const key = "polyglot-lab-theme";

export class Theme {
  #choice = $state<ThemeChoice>(remembered());
  #system = new MediaQuery("(prefers-color-scheme: dark)");

  readonly dark = $derived(
    this.#choice === "dark" || (this.#choice === "system" && this.#system.current),
  );

  constructor() {
    document.documentElement.dataset["theme"] = this.#choice;
  }

  get choice(): ThemeChoice {
    return this.#choice;
  }

  set choice(choice: ThemeChoice) {
    this.#choice = choice;
    document.documentElement.dataset["theme"] = choice;
    try {
      localStorage.setItem(key, choice);
    } catch {
      // Storage is closed to this page: the choice lasts as long as the page.
    }
  }
}

function remembered(): ThemeChoice {
  try {
    return themes.find((theme) => theme === localStorage.getItem(key)) ?? "system";
  } catch {
    return "system";
  }
}
