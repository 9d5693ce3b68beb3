// The package in the tools that most shops use; `cargo xtask matrix` has them all.
import { test } from "node:test";
import { check, ROWS, shop, version } from "./rows.mjs";

for (const row of ROWS.filter(({ quick }) => quick)) {
  const name = row.tool === "chromium" ? row.tool : `${row.tool} ${version(row.tool)}`;
  test(`${name}, ${row.use}: finds the engine and decides`, async () => check(row, await row.run(shop())));
}
