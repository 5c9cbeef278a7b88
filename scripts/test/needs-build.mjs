// Before the first test of a project that starts the command line or serves the console: both are built from today's sources.
import { build } from "../build.mjs";
import { prepare } from "./prepare.mjs";

export const setup = () => prepare(build);
