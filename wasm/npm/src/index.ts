/// <reference lib="esnext.disposable" preserve="true" />
/** Kubernetes Services, exact, in a browser tab and in Node. */

export { Cluster } from "./cluster.js";
export { init, version, type EngineSource } from "./engine.js";
export { ManifestError, StatusError, type Status } from "./errors.js";
export type {
  ApiRequest,
  ApiResponse,
  Applied,
  ApplyResult,
  Change,
  Changes,
  ChangeType,
  ClusterOptions,
  DnsRecord,
  EndpointView,
  ExposeFlags,
  KubernetesObject,
  Label,
  NodeView,
  Place,
  PodState,
  PodView,
  PortView,
  ResolveRequest,
  ResolveResult,
  SendOutcome,
  SendRequest,
  SendResult,
  ServiceView,
  Snapshot,
  StepCandidate,
  StepConcern,
  StepFlow,
  StepPlace,
  StepQuery,
  Topology,
  TraceStep,
  Watched,
} from "./wasm/svcscope.js";
