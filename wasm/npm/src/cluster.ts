/** A Kubernetes cluster in memory. */

import { init } from "./engine.js";
import { throwing } from "./errors.js";
import { Engine } from "./wasm/svcscope.js";
import type { Applied, Changes, ClusterOptions, KubernetesObject, Snapshot, Topology } from "./wasm/svcscope.js";

/** So much simulated time is enough for anything that comes to rest at all. */
const LONG_MS = 60 * 60 * 1000;

/**
 * A Kubernetes cluster in memory: an API server, controllers, a scheduler, nodes with kubelets and kube-proxies, DNS.
 *
 * Time stands still but for {@link Cluster.advance}. Kinds go by all the names that kubectl knows them by: `Service`,
 * `services`, `svc`. Where no namespace is given it is `default`.
 */
export class Cluster {
  readonly #engine: Engine;

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
    return throwing(() => this.#engine.apply(manifests));
  }

  /** Lets so many milliseconds of simulated time pass; 0 lets controllers do what can be done at once. */
  advance(ms: number): void {
    throwing(() => this.#engine.advance(ms));
  }

  /** Lets time pass until the cluster has come to rest, for at most so many milliseconds. */
  advanceUntilQuiet(limit: number = LONG_MS): void {
    throwing(() => this.#engine.advanceUntilQuiet(limit));
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

  /** The objects of a kind, in one namespace or in all. */
  list(kind: string, namespace = ""): KubernetesObject[] {
    return throwing(() => this.#engine.list(kind, namespace));
  }

  /** Deletes an object; what depends on it goes after it. */
  delete(kind: string, name: string, namespace = ""): void {
    throwing(() => this.#engine.delete(kind, name, namespace));
  }

  /** Asks a workload for so many pods, as `kubectl scale` does. */
  scale(kind: string, name: string, replicas: number, namespace = ""): void {
    throwing(() => this.#engine.scale(kind, name, replicas, namespace));
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
  }

  /** Frees the cluster's memory now, rather than when nobody refers to it any more. */
  free(): void {
    this.#engine.free();
  }
}
