import { BUILT_IN_ACTIONS } from "@daybook/sdk";
import { describe, expect, it } from "vitest";
import { actionGroups, choiceState, matchingGroups, toggled } from "./action-choices.ts";
import { selectionText } from "./action-selection.ts";

const facet = {
  values: [
    { value: "auth.login", count: 12 },
    { value: "invoice.pay", count: 5 },
    { value: "invoice.void", count: 2 },
    { value: "auth.mfa", count: 1 },
  ],
  more: false,
};

describe("the choices of an action", () => {
  it("are the built-in ones as they are named, then what else the data holds, then whole families", () => {
    const groups = actionGroups(facet, []);
    const values = groups.flatMap(({ choices }) => choices.map(({ value }) => value));
    expect(values.slice(0, BUILT_IN_ACTIONS.length)).toEqual([...BUILT_IN_ACTIONS]);
    expect(values.slice(BUILT_IN_ACTIONS.length, BUILT_IN_ACTIONS.length + 3)).toEqual([
      "invoice.pay",
      "invoice.void",
      "auth.mfa",
    ]);
    expect(groups.map(({ label }) => label)).toContain("auth, in your data");
    expect(values).toContain("invoice.*");
    expect(new Set(values).size).toBe(values.length);
  });

  it("carry counts once these are known, families those of all their actions", () => {
    const count = (value: string) =>
      actionGroups(facet, [])
        .flatMap(({ choices }) => choices)
        .find((choice) => choice.value === value)?.count;
    expect([count("auth.login"), count("auth.logout"), count("auth.*"), count("invoice.*")]).toEqual([12, 0, 13, 7]);
    expect(actionGroups(undefined, [])[0]?.choices[0]?.count).toBeUndefined();
  });

  it("hold the selected ones, wherever they came from", () => {
    const values = actionGroups(facet, ["nobody.knows", "-nothing.*", "api_key.*"]).flatMap(({ choices }) =>
      choices.map(({ value }) => value),
    );
    for (const value of ["nobody.knows", "nothing.*", "api_key.*"]) {
      expect(values.filter((one) => one === value)).toEqual([value]);
    }
  });

  it("narrow down to what is typed, whole families first", () => {
    const groups = matchingGroups(actionGroups(facet, []), "API_");
    expect(groups[0]?.choices.map(({ value }) => value)).toEqual(["api_key.*"]);
    expect(groups[1]?.choices.map(({ value }) => value)).toEqual(["api_key.create", "api_key.delete"]);
    expect(matchingGroups(groups, "zzz")).toEqual([]);
  });
});

describe("a selection", () => {
  it("takes a value in, turns it round, and lets it go", () => {
    const included = toggled(["auth.*"], "auth.logout", "included");
    expect(included).toEqual(["auth.*", "auth.logout"]);
    const excluded = toggled(included, "auth.logout", "excluded");
    expect(excluded).toEqual(["auth.*", "-auth.logout"]);
    expect(choiceState(excluded, "auth.logout")).toBe("excluded");
    expect(toggled(excluded, "auth.logout", "excluded")).toEqual(["auth.*"]);
  });

  it.each([
    [[], "All actions"],
    [["auth.login"], "auth.login"],
    [["auth.login", "db.*"], "2 actions"],
    [["-auth.login"], "All actions but auth.login"],
    [["auth.*", "-auth.login", "-auth.logout"], "auth.* but 2"],
  ])("%j reads %s", (selected, text) => {
    expect(selectionText(selected)).toBe(text);
  });
});
