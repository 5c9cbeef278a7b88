import { testAccessibility } from "./settings-states.ts";

testAccessibility("wide");
