import { describe, expect, it } from "vitest";
import { type Operation, patched } from "./manifest.ts";

const text = `# The Service
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: wbe # a slip
    tier: front

  ports:
    - port: 80
      targetPort: 8081
    - name: more
      port: 81
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: other}
---
kind: Deployment
apiVersion: apps/v1
metadata:
  name: web
spec:
  replicas: 0
`;
const service = { kind: "Service", namespace: "default", name: "web" };
const deployment = { kind: "Deployment", namespace: "default", name: "web" };

/** The lines that are different, as a diff shows them. */
function changes(of: typeof service, ...operations: Operation[]): string[] | null {
  const after = patched(text, of, operations)?.split("\n");
  if (!after) return null;
  const before = text.split("\n");
  const gone = before.filter((line) => !after.includes(line)).map((line) => `-${line}`);
  return [...gone, ...after.filter((line) => !before.includes(line)).map((line) => `+${line}`)];
}

describe("a patch in a manifest", () => {
  it.each<[string, typeof service, Operation[], string[]]>([
    [
      "replaces a value and leaves its comment",
      service,
      [{ op: "add", path: "/spec/selector/app", value: "web" }],
      ["-    app: wbe # a slip", "+    app: web # a slip"],
    ],
    [
      "adds a label that YAML would take for a number",
      service,
      [{ op: "add", path: "/spec/selector/version", value: "4.2" }],
      [`+    version: "4.2"`],
    ],
    ["takes a label away", service, [{ op: "remove", path: "/spec/selector/tier" }], ["-    tier: front"]],
    [
      "finds its way in lists",
      service,
      [{ op: "replace", path: "/spec/ports/0/targetPort", value: 8080 }],
      ["-      targetPort: 8081", "+      targetPort: 8080"],
    ],
    [
      "adds to an item of a list",
      service,
      [{ op: "add", path: "/spec/ports/1/targetPort", value: "http" }],
      ["+      targetPort: http"],
    ],
    [
      "adds what has parts",
      service,
      [{ op: "add", path: "/metadata/annotations/a~1b", value: "c" }],
      ["+  annotations:", "+    a/b: c"],
    ],
    ["adds a field", service, [{ op: "add", path: "/spec/type", value: "NodePort" }], ["+  type: NodePort"]],
    [
      "finds the right document",
      deployment,
      [{ op: "add", path: "/spec/replicas", value: 1 }],
      ["-  replicas: 0", "+  replicas: 1"],
    ],
  ])("%s", (_, of, operations, expected) => {
    expect(changes(of, ...operations)).toEqual(expected);
  });

  it("keeps off what it does not know", () => {
    expect(patched("kind: Service\nmetadata: {name: web}\n", service, [])).toBe(
      "kind: Service\nmetadata: {name: web}\n",
    );
    expect(patched(text, { ...service, name: "db" }, [{ op: "remove", path: "/spec" }])).toBeNull();
    const flow = "kind: Service\nmetadata:\n  name: web\nspec: {selector: {app: a}}\n";
    expect(patched(flow, service, [{ op: "add", path: "/spec/selector/app", value: "b" }])).toBeNull();
  });
});
