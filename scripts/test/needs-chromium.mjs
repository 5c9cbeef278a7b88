// Before the first browser test: a Chromium is found, or installed where that is possible. The tests get its path.
import { findOrInstallChromium } from "../chromium.mjs";
import { prepare } from "./prepare.mjs";

export const setup = () =>
  prepare(() => {
    process.env.CHROMIUM_PATH = findOrInstallChromium();
  });
