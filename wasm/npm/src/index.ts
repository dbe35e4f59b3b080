/** Kubernetes Services, exact, in a browser tab and in Node. */

export { Cluster } from "./cluster.js";
export { init, version, type EngineSource } from "./engine.js";
export { ManifestError, StatusError, type Status } from "./errors.js";
export type {
  Applied,
  ApplyResult,
  Change,
  Changes,
  ChangeType,
  ClusterOptions,
  EndpointView,
  KubernetesObject,
  Label,
  NodeView,
  Place,
  PodState,
  PodView,
  PortView,
  ServiceView,
  Snapshot,
  Topology,
} from "./wasm/svcscope.js";
