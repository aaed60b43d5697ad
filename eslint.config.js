import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import { defineConfig } from "eslint/config";
import typescript from "typescript-eslint";

/** Folders that code in `folder` must not import; the table stands in README.md. */
const boundaries = {
  data: ["encoder", "training", "evaluation", "storage", "worker", "ui", "sampling", "metrics"],
  metrics: ["encoder", "training", "evaluation", "storage", "worker", "ui", "sampling"],
  sampling: ["encoder", "training", "evaluation", "storage", "worker", "ui", "metrics"],
  encoder: ["data", "training", "evaluation", "storage", "worker", "ui", "sampling", "metrics"],
  training: ["evaluation", "storage", "worker", "ui", "metrics"],
  evaluation: ["training", "storage", "worker", "ui", "sampling"],
  storage: ["data", "encoder", "training", "evaluation", "worker", "ui", "sampling", "metrics"],
  doctor: ["evaluation", "storage", "worker", "ui", "metrics"],
  worker: ["ui"],
  ui: ["encoder", "evaluation", "sampling"],
};

/** The doctor asks the others; only these may ask the doctor. */
const asksDoctor = ["doctor", "worker", "ui"];
const pure = ["data", "metrics", "sampling"];
const tensors = ["@tensorflow/*", "@xenova/*", "@huggingface/*"];

/** @type {import("eslint").Linter.Config[]} */
const restricted = Object.entries(boundaries).map(([folder, forbidden]) => ({
  files: [`src/${folder}/**`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          { group: forbidden.map((other) => `**/${other}/**`), message: `${folder} stays apart.` },
          ...(asksDoctor.includes(folder)
            ? []
            : [{ group: ["**/doctor/**"], message: "Only worker and page ask the doctor." }]),
          ...(folder === "ui"
            ? [
                { group: [...tensors], message: "The page never sees a tensor." },
                {
                  group: ["**/training/**", "!**/training/config"],
                  message: "The page knows a run's configuration only.",
                },
                {
                  group: ["**/doctor/**", "!**/doctor/findings", "!**/doctor/reportText"],
                  message: "The page knows what the doctor finds, not how.",
                },
                {
                  group: ["**/worker/*", "!**/worker/*[mM]essages", "!**/worker/*[cC]lient"],
                  message: "The page speaks to the worker through its client.",
                },
              ]
            : [{ group: ["svelte", "svelte/*"], message: "Only the page knows Svelte." }]),
          ...(pure.includes(folder) || folder === "storage"
            ? [{ group: tensors, message: `${folder} knows no tensors.` }]
            : []),
        ],
      },
    ],
  },
}));

export default defineConfig(
  { ignores: ["dist/", "node_modules/", "public/", "test/output/"] },
  js.configs.recommended,
  ...typescript.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: [
      "src/**/*.ts",
      "test/**/*.ts",
      "bench/**/*.ts",
      "src/**/*.svelte",
      "src/**/*.svelte.ts",
    ],
    languageOptions: {
      globals: { ...globals.browser, ...globals.worker },
      parserOptions: {
        projectService: true,
        extraFileExtensions: [".svelte"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "off",
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: typescript.parser } },
  },
  {
    files: ["src/**/*.ts", "src/**/*.svelte"],
    rules: {
      "no-restricted-properties": [
        "error",
        ...["dataSync", "arraySync"].map((property) => ({
          property,
          message: "Read back asynchronously: on WebGPU this returns zeros or kills the device.",
        })),
        { object: "Math", property: "random", message: "All chance goes through random.ts." },
      ],
    },
  },
  { files: ["scripts/**", "*.js", "bench/**"], languageOptions: { globals: globals.node } },
  ...restricted,
);
