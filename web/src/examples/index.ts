/** The examples of the menu: manifests, and the packet that is on its way when one opens. */
import biz1 from "../../../tests/manifests/chapter/biz1-svc.yml?raw";
import v41 from "../../../tests/manifests/chapter/biz1-v4.1.yml?raw";
import v42 from "../../../tests/manifests/chapter/biz1-v4.2.yml?raw";
import deploy from "../../../tests/manifests/chapter/deploy.yml?raw";
import magic from "../../../tests/manifests/chapter/magic-sandbox.yml?raw";
import svc from "../../../tests/manifests/chapter/svc.yml?raw";
import figure63 from "../../../tests/manifests/figures/6.3.yml?raw";
import figure64 from "../../../tests/manifests/figures/6.4.yml?raw";
import figure65 from "../../../tests/manifests/figures/6.5.yml?raw";
import magicPods from "../../../tests/manifests/figures/6.6-pods.yml?raw";
import type { SourceFile } from "../engine/protocol.ts";

export interface Example {
  readonly id: string;
  readonly title: string;
  readonly files: readonly SourceFile[];
  readonly nodes: number;
  readonly loadBalancer: boolean;
  /** Milliseconds of cluster time that pass before it is shown. */
  readonly settle: number;
  readonly send: { readonly from: string; readonly to: string; readonly port: number } | null;
}

/** Stands for the address that the Service gets: nodes do not know the cluster's names. */
export const CLUSTER_IP = "cluster IP";

const file = (name: string, text: string): SourceFile => ({ name, text });

const example = (
  id: string,
  title: string,
  files: readonly SourceFile[],
  send: Example["send"],
  more: Partial<Example> = {},
): Example => ({ id, title, files, send, nodes: 3, loadBalancer: false, settle: 30_000, ...more });

/** A Service with one selector line more. */
const narrowed = (version: string): string =>
  biz1.replace("    zone: prod\n", `    zone: prod\n    version: "${version}"\n`);

export const examples: readonly Example[] = [
  example("chapter", "Ten pods and hello-svc", [file("deploy.yml", deploy), file("svc.yml", svc)], {
    from: "outside",
    to: "192.168.1.11",
    port: 30001,
  }),
  example("6.3", "6.3 Labels and selectors match", [file("figure-6.3.yml", figure63)], {
    from: "pod/default/pod-1",
    to: "prod-svc",
    port: 8080,
  }),
  example("6.4", "6.4 One label is missing", [file("figure-6.4.yml", figure64)], {
    from: "pod/default/pod-1",
    to: "prod-svc",
    port: 8080,
  }),
  example("6.5", "6.5 More labels than selected", [file("figure-6.5.yml", figure65)], {
    from: "pod/default/pod-1",
    to: "prod-svc",
    port: 8080,
  }),
  example(
    "6.6",
    "6.6 NodePort on a node without a pod",
    [file("magic-sandbox.yml", magic), file("pods.yml", magicPods)],
    { from: "outside", to: "192.168.1.12", port: 30050 },
  ),
  example(
    "6.7",
    "6.7 A load balancer",
    [file("deploy.yml", deploy), file("lb.yml", loadBalancer())],
    { from: "outside", to: "192.168.1.11", port: 30001 },
    { loadBalancer: true },
  ),
  example(
    "6.9",
    "6.9 Two versions behind one Service",
    [file("svc.yml", biz1), file("v4.1.yml", v41), file("v4.2.yml", v42)],
    { from: "node/node-1", to: CLUSTER_IP, port: 80 },
  ),
  example(
    "6.11",
    "6.11 Switched to version 4.2",
    [file("svc.yml", narrowed("4.2")), file("v4.1.yml", v41), file("v4.2.yml", v42)],
    { from: "node/node-1", to: CLUSTER_IP, port: 80 },
  ),
  example(
    "6.12",
    "6.12 Back to version 4.1",
    [file("svc.yml", narrowed("4.1")), file("v4.1.yml", v41), file("v4.2.yml", v42)],
    { from: "node/node-1", to: CLUSTER_IP, port: 80 },
  ),
];

function loadBalancer(): string {
  return `# A Service of type LoadBalancer: the provider hands out an address
apiVersion: v1
kind: Service
metadata:
  name: cloud-lb
spec:
  type: LoadBalancer
  selector:
    app: hello-world
  ports:
    - port: 9000
      targetPort: 8080
`;
}

export function byId(id: string): Example {
  const [first] = examples;
  const found = examples.find((e) => e.id === id) ?? first;
  if (!found) throw new Error("there are no examples");
  return found;
}
