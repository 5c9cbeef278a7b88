import { writeFileSync } from "node:fs";
import { CONSOLE_TYPES, consoleTypes } from "./console-types.ts";

writeFileSync(CONSOLE_TYPES, consoleTypes());
