/** Parts of clusters for tests. */
import type { NodeView, PodView, ServiceView } from "svcscope";

export const aNode = (name: string): NodeView => ({
  name,
  address: "192.168.1.11",
  zone: "a",
  ready: true,
  cordoned: false,
  controlPlane: false,
});

export const aPod = (name: string, on: string): PodView => ({
  namespace: "default",
  name,
  uid: name,
  node: on,
  ip: "10.244.1.2",
  state: "ready",
  reason: "",
  restarts: 0,
  labels: [],
  owner: "",
});

export const aService = (name: string): ServiceView => ({
  namespace: "default",
  name,
  type: "ClusterIP",
  clusterIPs: ["10.96.0.93"],
  externalIPs: [],
  externalName: "",
  ports: [{ name: "", protocol: "TCP", port: 80, targetPort: "80", nodePort: 0 }],
  selector: [],
  loadBalancer: [],
  pending: false,
  endpoints: [],
});
