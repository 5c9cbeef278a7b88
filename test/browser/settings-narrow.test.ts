import { testAccessibility } from "./settings-states.ts";

testAccessibility("narrow");
