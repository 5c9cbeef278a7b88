import { describe, expect, it } from "vitest";
import { Helm, type Resource } from "./helm.ts";
import { OF_THE_IMAGE, serverSettings } from "./settings.ts";

const helm = Helm.install();

interface StatefulSet extends Resource {
  readonly spec: {
    readonly replicas: number;
    readonly selector: { readonly matchLabels: object };
    readonly template: {
      readonly metadata: { readonly labels: object };
      readonly spec: {
        readonly containers: readonly {
          readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
          readonly envFrom?: readonly object[];
          readonly ports: readonly { readonly name: string }[];
          readonly volumeMounts: readonly { readonly name: string }[];
        }[];
        readonly volumes: readonly { readonly name: string }[];
      };
    };
    readonly volumeClaimTemplates: readonly { readonly metadata: { readonly name: string } }[];
  };
}

const ONE = { url: "https://audit.example.com" };
const THREE = { ...ONE, nodes: 3, log: { existingSecret: "shared-log" } };
const EVERYTHING = {
  ...THREE,
  image: { repository: "registry.example.com/daybook", tag: "0.2.0" },
  settings: { DAYBOOK_TRUSTED_PROXIES: "10.0.0.0/8", DAYBOOK_VERIFY_HOUR: 4, DAYBOOK_ADDRESS_DATABASE: "/geo/a.mmdb" },
  settingsSecret: "passwords",
  storage: { size: "100Gi", className: "ssd" },
  volumes: [{ name: "geo", configMap: { name: "geo" } }],
  volumeMounts: [{ name: "geo", mountPath: "/geo" }],
  networkPolicy: { from: [{ podSelector: { matchLabels: { app: "ingress" } } }] },
};

describe.runIf(helm)("the chart", () => {
  const { lint, render, typeFaults } = {
    lint: (values: object) => helm?.lint(values),
    render: (values: object) => helm?.render(values) ?? [],
    typeFaults: (resources: readonly Resource[]) => helm?.typeFaults(resources),
  };
  const pods = (values: object) => {
    const set = render(values).find(({ kind }) => kind === "StatefulSet") as StatefulSet;
    const [container] = set.spec.template.spec.containers;
    if (container === undefined) throw new Error("a pod has a container");
    return { set, container, pod: set.spec.template.spec };
  };
  const variables = (values: object) =>
    new Map(pods(values).container.env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));

  describe.each([
    ["one node", ONE, ["NetworkPolicy", "Service", "Service", "StatefulSet"]],
    ["three nodes", THREE, ["NetworkPolicy", "PodDisruptionBudget", "Service", "Service", "StatefulSet"]],
    ["every value set", EVERYTHING, ["NetworkPolicy", "PodDisruptionBudget", "Service", "Service", "StatefulSet"]],
  ])("with %s", (_, values, kinds) => {
    it("passes Helm's lint", () => expect(lint(values)).toBe(""));

    it("renders resources that have the types of Kubernetes' API, and no name beside them", () => {
      const resources = render(values);
      expect(resources.map(({ kind }) => kind).sort()).toEqual(kinds);
      expect(typeFaults(resources)).toBe("");
    });

    it("names only volumes, ports and pods that are there", () => {
      const { set, container, pod } = pods(values);
      expect(set.spec.template.metadata.labels).toEqual(set.spec.selector.matchLabels);
      const claims = set.spec.volumeClaimTemplates.map(({ metadata }) => metadata);
      const mounted = container.volumeMounts.map(({ name }) => name).sort();
      expect([...pod.volumes, ...claims].map(({ name }) => name).sort()).toEqual(mounted);
      const ports = container.ports.map(({ name }) => name);
      const named = [...JSON.stringify(render(values)).matchAll(/"(?:targetPort|port)":"(\w+)"/g)];
      expect(named.length).toBeGreaterThan(3);
      for (const [, name] of named) expect(ports).toContain(name);
    });
  });

  it("passes on every setting, except those that the image or another value of the chart sets", () => {
    const set = ["DAYBOOK_URL", "LOG_URL", "DAYBOOK_LOG_ARCHIVE", "DAYBOOK_SIGNING_KEYS", "DAYBOOK_STREAMS_KEY"];
    const fixed = [...OF_THE_IMAGE, "DAYBOOK_NODE_URL"];
    for (const name of [...set, ...fixed])
      expect(() => render({ ...THREE, settings: { [name]: "1" } }), name).toThrow(`settings.${name}: `);
    const known = serverSettings();
    expect(known).toEqual(expect.arrayContaining([...set, ...fixed]));
    const given = known.filter((name) => ![...set, ...fixed].includes(name));
    const passedOn = variables({ ...THREE, settings: Object.fromEntries(given.map((name) => [name, `of ${name}`])) });
    for (const name of given) expect(passedOn.get(name)).toBe(`of ${name}`);
    for (const name of set) expect(passedOn.has(name), name).toBe(true);
    for (const name of passedOn.keys()) expect([...known, "POD_IP"]).toContain(name);
  });

  it("takes passwords from Secrets, and moves the log to a bucket only if the Secret names one", () => {
    const passedOn = variables(EVERYTHING);
    expect(passedOn.get("LOG_URL")).toEqual({ secretKeyRef: { name: "shared-log", key: "LOG_URL" } });
    expect(passedOn.get("DAYBOOK_LOG_ARCHIVE")).toEqual({
      secretKeyRef: { name: "shared-log", key: "DAYBOOK_LOG_ARCHIVE", optional: true },
    });
    expect(pods(EVERYTHING).container.envFrom).toEqual([{ secretRef: { name: "passwords" } }]);
  });

  it.each([
    ["without a public address", {}, "url: the public address is needed"],
    ["with two nodes that share no log", { ...ONE, nodes: 2 }, "More than one node needs log.existingSecret"],
  ])("is refused %s", (_, values, message) => expect(() => render(values)).toThrow(message));
});
