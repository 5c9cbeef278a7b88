import { createContext } from "react";

/** What is looked for in the texts inside; empty where nothing is. */
export const SoughtContext = createContext("");
