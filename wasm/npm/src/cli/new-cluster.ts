/** The cluster that a command works on: a new one, shaped by options that many commands have. */

import { Cluster, ManifestError, StatusError, type Applied, type ClusterOptions, type Place, type TextFile } from "../index.js";
import { UsageError, type Input } from "./command.js";
import { manifests } from "./files.js";

/** Options of all commands that start a cluster. */
export const CLUSTER_OPTIONS = {
  filename: { type: "string", short: "f", multiple: true },
  recursive: { type: "boolean", short: "R" },
  seed: { type: "string" },
  nodes: { type: "string" },
  "load-balancer": { type: "boolean" },
  "service-cidr": { type: "string" },
  "pod-cidr": { type: "string" },
} as const;

/** So long everything has to come up. */
export const SETTLES_MS = 10 * 60 * 1000;

type Options = Input["options"];

/** A cluster as the options say. */
export async function newCluster(options: Options, more: ClusterOptions = {}): Promise<Cluster> {
  const shape: ClusterOptions = { ...more, loadBalancer: options["load-balancer"] === true };
  for (const [option, field] of [["seed", "seed"], ["nodes", "nodes"]] as const) {
    const value = options[option];
    if (value === undefined) continue;
    const number = Number(value);
    if (value === "" || !Number.isInteger(number)) throw new UsageError(`--${option}: ${JSON.stringify(value)} is no whole number`);
    shape[field] = number;
  }
  const text = (name: string): string | undefined => (typeof options[name] === "string" ? options[name] : undefined);
  const [serviceCIDR, podCIDR] = [text("service-cidr"), text("pod-cidr")];
  if (serviceCIDR !== undefined) shape.serviceCIDR = serviceCIDR;
  if (podCIDR !== undefined) shape.podCIDR = podCIDR;
  try {
    return await Cluster.create(shape);
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}

/** A cluster with what the files of `-f` say; nothing, once it is said what is wrong with them, if anything is. */
export async function filledCluster(options: Options, more: ClusterOptions = {}): Promise<Cluster | undefined> {
  const cluster = await newCluster(options, more);
  const outcomes = applyAll(cluster, await manifests(all(options["filename"]), options["recursive"] === true));
  const problems = outcomes.flatMap((outcome) => outcome.problems);
  for (const problem of problems) console.error(positioned(problem));
  return problems.length > 0 ? undefined : cluster;
}

/** The values of an option that may be given several times. */
export function all(value: Options[string]): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Something that is wrong with a file. */
export interface Problem extends Place {
  readonly file: string;
  /** `NotAManifest`, or the reason that the API server gives: `Invalid`, `NotFound`. */
  readonly reason: string;
}

/** What became of a file. */
export interface FileOutcome {
  readonly file: string;
  readonly applied: readonly Applied[];
  /** If there are any, nothing of the file was applied. */
  readonly problems: readonly Problem[];
}

/**
 * Applies files, each as a whole. What one needs of another, such as its namespace, may stand behind it: those that
 * are refused are tried again for as long as others have gone through.
 */
export function applyAll(cluster: Cluster, files: readonly TextFile[]): FileOutcome[] {
  let outcomes = files.map((file) => applyOne(cluster, file));
  for (;;) {
    const left = outcomes.filter(refused).length;
    if (left === 0 || left === outcomes.length) return outcomes;
    outcomes = outcomes.map((outcome, i) => (refused(outcome) ? applyOne(cluster, files[i]!) : outcome));
    if (outcomes.filter(refused).length === left) return outcomes;
  }
}

const refused = ({ problems }: FileOutcome): boolean => problems.some(({ reason }) => reason !== "NotAManifest");

export function applyOne(cluster: Cluster, { name, text }: TextFile): FileOutcome {
  try {
    return { file: name, applied: cluster.apply(text), problems: [] };
  } catch (error) {
    if (!(error instanceof ManifestError || error instanceof StatusError)) throw error;
    const reason = error instanceof StatusError ? (error.status.reason ?? "Unknown") : "NotAManifest";
    return { file: name, applied: [], problems: error.places.map((place) => ({ ...place, file: name, reason })) };
  }
}

/** `svc.yml:7:13: …`: what editors and CI know how to follow. */
export function positioned({ file, line, column, message }: { file: string; line: number; column: number; message: string }): string {
  return `${file}:${line}:${column}: ${message}`;
}
