import { readFileSync } from "node:fs";
import { Cluster } from "svcscope";
import { describe, expect, it } from "vitest";
import { tidy, withoutClusterIp } from "./dump.ts";
import { isDump } from "./looks.ts";

const file = (name: string): string =>
  readFileSync(new URL(`../../../tests/manifests/${name}`, import.meta.url), "utf8");

/** A cluster with the chapter's pods and Service, as its own kubectl prints it. */
async function dumped(args: readonly string[]): Promise<{ cluster: Cluster; text: string }> {
  const cluster = await Cluster.create({ seed: 3 });
  cluster.apply(`${file("chapter/deploy.yml")}\n---\n${file("chapter/svc.yml")}`);
  cluster.advanceUntilQuiet();
  return { cluster, text: cluster.kubectl(["get", ...args]).stdout };
}

const services = (cluster: Cluster) =>
  cluster.topology().services.filter((s) => s.name !== "kubernetes" && s.namespace === "default");

describe("a dump of a real cluster", () => {
  it.each([["yaml"], ["json"]])("in %s comes up in another one", async (format) => {
    const { cluster, text } = await dumped([
      "deployments,replicasets,pods,services,endpoints,endpointslices,configmaps,serviceaccounts",
      "-A",
      "-o",
      format,
    ]);
    expect(isDump(text)).toBe(true);
    const { text: tidied, notes } = tidy(text);
    expect(tidied).not.toMatch(/resourceVersion|managedFields|^status:|creationTimestamp|ownerReferences/m);
    expect(notes.join("\n")).toMatch(/1 ReplicaSet, 10 Pods.*\(their owners make them again\)/);
    const other = await Cluster.create({ seed: 4 });
    other.apply(tidied);
    other.advanceUntilQuiet();
    expect(services(other).map((s) => [s.name, s.endpoints.length, s.clusterIPs])).toEqual(
      services(cluster).map((s) => [s.name, s.endpoints.length, s.clusterIPs]),
    );
  });

  it("of pods alone has pods: nobody else would make them", async () => {
    const { text } = await dumped(["pods", "-o", "yaml"]);
    const other = await Cluster.create();
    other.apply(tidy(text).text);
    other.advanceUntilQuiet();
    expect(other.list("Pod", "default").length).toBe(10);
  });

  it("of a namespace brings the namespace", () => {
    const { text } = tidy(
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  namespace: shop\n  uid: x\n  resourceVersion: "1"\nspec:\n  clusterIP: 10.96.0.9\n',
    );
    expect(text).toBe(
      "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  namespace: shop\nspec:\n  clusterIP: 10.96.0.9\n",
    );
  });

  it("keeps what is in block scalars, empty lines too", () => {
    const text =
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  uid: x\n  resourceVersion: "1"\ndata:\n  script: |\n    status:\n\n    uid: 3\n';
    expect(tidy(text).text).toBe(
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  script: |\n    status:\n\n    uid: 3\n",
    );
  });

  it("may lose the cluster IPs of one Service", () => {
    const service = (name: string) =>
      `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  clusterIP: 172.20.0.1\n  clusterIPs:\n  - 172.20.0.1\n  ports:\n  - port: 80`;
    const text = `${service("a")}\n---\n${service("b")}\n`;
    const without = withoutClusterIp(text, text.indexOf("name: b"));
    expect(without.match(/172/g)?.length).toBe(2);
    expect(without.endsWith("name: b\nspec:\n  ports:\n  - port: 80\n")).toBe(true);
  });
});

describe("manifests that people write", () => {
  it.each(["chapter/deploy.yml", "chapter/svc.yml", "figures/6.4.yml"])("%s is no dump", (name) => {
    expect(isDump(file(name))).toBe(false);
  });
});
