// Where the trainer's program for this machine is: in the package of its platform, which npm installs beside this one.
import { createRequire } from "node:module";
import { arch, platform } from "node:process";

/** Platforms that have a package, as Node names them: operating system and processor. */
const PLATFORMS = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-arm64", "win32-x64"];

/** See index.d.ts. @returns {string} */
export function binary() {
  const here = `${platform}-${arch}`;
  if (!PLATFORMS.includes(here)) {
    throw new Error(
      `there is no floorwalker-trainer for ${here}, only for ${PLATFORMS.join(", ")}; build it from the repository: cargo install --path src/cli`,
    );
  }
  const name = `floorwalker-trainer-${here}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/floorwalker${platform === "win32" ? ".exe" : ""}`);
  } catch (error) {
    throw new Error(
      `the package ${name} is not installed; npm leaves it out with --no-optional or --omit=optional, or if node_modules came from another machine: run npm install again here`,
      { cause: error },
    );
  }
}
