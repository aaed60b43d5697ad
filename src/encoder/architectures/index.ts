import type { Architecture } from "./architecture";
import { bert } from "./bert";

export type { Architecture } from "./architecture";

/** Model families by the `model_type` of their `config.json`. */
const architectures: Record<
  string,
  (config: Record<string, unknown>, file: string) => Architecture
> = { bert };

/**
 * Reads a `config.json`.
 * @throws {RangeError} where it is not JSON, of an unknown family, or incomplete.
 */
export function readArchitecture(json: string, file: string): Architecture {
  let config: unknown;
  try {
    config = JSON.parse(json);
  } catch (cause) {
    throw new RangeError(`${file} is not JSON: ${String(cause)}`, { cause });
  }
  if (typeof config !== "object" || config === null) {
    throw new RangeError(`${file} is not a JSON object`);
  }
  const fields = config as Record<string, unknown>;
  const type = String(fields["model_type"]);
  const family = Object.hasOwn(architectures, type) ? architectures[type] : undefined;
  if (family === undefined) {
    const known = Object.keys(architectures).join(", ");
    throw new RangeError(`${file}: model_type ${type}; known are ${known}`);
  }
  return family(fields, file);
}
