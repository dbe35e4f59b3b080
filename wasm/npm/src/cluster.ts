/** A Kubernetes cluster in memory. */

import { init } from "./engine.js";
import { throwing } from "./errors.js";
import { Engine } from "./wasm/svcscope.js";
import type {
  ApiRequest,
  ApiResponse,
  Applied,
  Changes,
  ClusterOptions,
  ExposeFlags,
  Finding,
  KubectlInput,
  KubectlResult,
  KubernetesObject,
  Matrix,
  MatrixRequest,
  ResolveRequest,
  ResolveResult,
  RulesRequest,
  SendRequest,
  SendResult,
  Snapshot,
  TextFile,
  Topology,
  Watched,
} from "./wasm/svcscope.js";

/** So much simulated time is enough for anything that comes to rest at all. */
const LONG_MS = 60 * 60 * 1000;

interface Watcher {
  mark: number;
  readonly callback: (changes: Changes) => void;
}

/**
 * A Kubernetes cluster in memory: an API server, controllers, a scheduler, nodes with kubelets and kube-proxies, DNS.
 *
 * Time stands still but for {@link Cluster.advance}. Kinds go by all the names that kubectl knows them by: `Service`,
 * `services`, `svc`. Where no namespace is given it is `default`.
 */
export class Cluster {
  readonly #engine: Engine;
  readonly #watchers = new Set<Watcher>();

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Loads the engine, if it is not loaded yet, and starts a cluster. A wrong option is a TypeError. */
  static async create(options: ClusterOptions = {}): Promise<Cluster> {
    await init();
    return new Cluster(throwing(() => new Engine(options)));
  }

  /**
   * Applies manifests, YAML or JSON, as `kubectl apply -f` does; but if anything is wrong with one, none is applied.
   *
   * @throws {ManifestError} if the text is no manifest
   * @throws {StatusError} if the API server refuses an object
   */
  apply(manifests: string): Applied[] {
    return this.#write(() => this.#engine.apply(manifests));
  }

  /** Lets so many milliseconds of simulated time pass; 0 lets controllers do what can be done at once. */
  advance(ms: number): void {
    this.#write(() => this.#engine.advance(ms));
  }

  /** Lets time pass until the cluster has come to rest, for at most so many milliseconds. */
  advanceUntilQuiet(limit: number = LONG_MS): void {
    this.#write(() => this.#engine.advanceUntilQuiet(limit));
  }

  /** What time it is in the cluster: milliseconds since 1970. */
  get now(): number {
    return this.#engine.now;
  }

  /** The number of the last write. */
  get revision(): number {
    return this.#engine.revision;
  }

  /** What was written since a mark: a revision, or the `mark` of the last answer. */
  changesSince(mark: number): Changes {
    return throwing(() => this.#engine.changesSince(mark));
  }

  /** The object as the API returns it; undefined if there is none of that name. */
  get(kind: string, name: string, namespace = ""): KubernetesObject | undefined {
    return throwing(() => this.#engine.get(kind, name, namespace));
  }

  /** The object as `kubectl get -o yaml` prints it; undefined if there is none of that name. */
  getYaml(kind: string, name: string, namespace = ""): string | undefined {
    return throwing(() => this.#engine.getYaml(kind, name, namespace));
  }

  /** The objects of a kind, in one namespace or in all. As in every list of the API, they do not repeat their kind. */
  list(kind: string, namespace = ""): KubernetesObject[] {
    return throwing(() => this.#engine.list(kind, namespace));
  }

  /** Deletes an object; what depends on it goes after it. */
  delete(kind: string, name: string, namespace = ""): void {
    this.#write(() => this.#engine.delete(kind, name, namespace));
  }

  /** Asks a workload for so many pods, as `kubectl scale` does. */
  scale(kind: string, name: string, replicas: number, namespace = ""): void {
    this.#write(() => this.#engine.scale(kind, name, replicas, namespace));
  }

  /** Creates a Service for what is there, as `kubectl expose` does, and answers with it. */
  expose(kind: string, name: string, flags: ExposeFlags = {}, namespace = ""): KubernetesObject {
    return this.#write(() => this.#engine.expose(kind, name, flags, namespace));
  }

  /**
   * Sends a request, and tells its way.
   *
   * @throws {StatusError} if there is no such pod or node to send from
   */
  send(request: SendRequest): SendResult {
    return throwing(() => this.#engine.send(request));
  }

  /** Sends the same request many times. Only the first result has steps; results that are the same are one object. */
  sendMany(request: SendRequest, count: number): SendResult[] {
    return throwing(() => this.#engine.sendMany(request, count));
  }

  /** What a program finds when it asks for a name: search list and `ndots` as in its `/etc/resolv.conf`. */
  resolve(request: ResolveRequest): ResolveResult {
    return throwing(() => this.#engine.resolve(request));
  }

  /**
   * The answer of the cluster's DNS server to a query, both as RFC 1035 has them; undefined where it keeps silent. Over
   * UDP an answer may be cut short, and says so.
   */
  dns(query: Uint8Array, transport: "TCP" | "UDP" = "TCP"): Uint8Array | undefined {
    return this.#engine.dns(query, transport === "UDP");
  }

  /** The environment of a pod's first container, or of the one named; undefined if there is none such. */
  variables(pod: string, namespace = "", container = ""): Record<string, string> | undefined {
    const found: unknown = this.#engine.variables(pod, namespace, container);
    return found as Record<string, string> | undefined;
  }

  /**
   * The rules that kube-proxy has written on a node, or would write in another of its modes, as `iptables-save` or
   * `nft list table` prints them; undefined if there is no such node.
   */
  rules(request: RulesRequest | string): string | undefined {
    return throwing(() => this.#engine.rules(typeof request === "string" ? { node: request } : request));
  }

  /**
   * What is wrong with a Service, the worst first; undefined if there is no such Service. Given the files that the
   * cluster's objects were written in, a finding says where in them it is, and its fix what to change there.
   */
  why(service: string, namespace = "", files: readonly TextFile[] = []): Finding[] | undefined {
    return throwing(() => this.#engine.why(service, namespace, [...files]));
  }

  /** What is wrong with all Services, and with what refers to Services. For `files` see {@link Cluster.why}. */
  findings(files: readonly TextFile[] = []): Finding[] {
    return throwing(() => this.#engine.findings([...files]));
  }

  /** Lets each source ask each port of each Service, by its name. Leaves no trace in the cluster. */
  matrix(request: MatrixRequest = {}): Matrix {
    return throwing(() => this.#engine.matrix(request));
  }

  /** Runs `kubectl` with these words after it. What is wrong is told in `stderr` and by `code`, not thrown. */
  kubectl(args: readonly string[], input: KubectlInput = {}): KubectlResult {
    return this.#write(() => this.#engine.kubectl([...args], input));
  }

  /** One HTTP request to the API server. What comes of a watch is fetched with {@link Cluster.watched}. */
  request(request: ApiRequest): ApiResponse {
    return this.#write(() => this.#engine.request(request));
  }

  /** What a watch of the API has seen since the last call. */
  watched(watch: number): Watched {
    return throwing(() => this.#engine.watched(watch));
  }

  /** Ends a watch of the API. */
  unwatch(watch: number): void {
    this.#engine.unwatch(watch);
  }

  /**
   * Calls `callback` from now on after every call that has written something, with what was written. Answers with the
   * function that ends this. When the cluster is restored, `missed` is true: then all there is has to be read anew.
   */
  watch(callback: (changes: Changes) => void): () => void {
    const watcher = { mark: this.revision, callback };
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Nodes, pods and Services as a picture shows them. */
  topology(): Topology {
    return throwing(() => this.#engine.topology());
  }

  /** The cluster as it is now, to come back to. It costs next to nothing; free it when it is not needed any more. */
  snapshot(): Snapshot {
    return this.#engine.snapshot();
  }

  /** Makes the cluster what it was. */
  restore(snapshot: Snapshot): void {
    this.#engine.restore(snapshot);
    for (const watcher of [...this.#watchers]) {
      watcher.mark = this.revision;
      watcher.callback({ changes: [], mark: watcher.mark, missed: true });
    }
  }

  /** Frees the cluster's memory now, rather than when nobody refers to it any more. */
  free(): void {
    this.#engine.free();
  }

  /** Does what may write, and tells those who watch. */
  #write<T>(work: () => T): T {
    const answer = throwing(work);
    for (const watcher of [...this.#watchers]) {
      if (watcher.mark === this.revision) continue;
      const changes = this.changesSince(watcher.mark);
      watcher.mark = changes.mark;
      watcher.callback(changes);
    }
    return answer;
  }
}
