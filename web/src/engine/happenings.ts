/** What has happened in a cluster: its Events, as a list shows them. */
import type { Cluster, KubernetesObject } from "svcscope";
import type { Happening } from "./protocol.ts";

/** Nobody reads further back. */
const MOST = 200;

/** Answers, each time, with what has happened until then, newest first. */
export function happeningsOf(cluster: Cluster): () => readonly Happening[] {
  const beginning = cluster.now;
  let mark = cluster.revision;
  let count = 0;
  let list: readonly Happening[] = [];

  return () => {
    const { changes, mark: next } = cluster.changesSince(mark);
    mark = next;
    const events = changes.filter((change) => change.kind === "Event" && change.type !== "deleted");
    const fresh = events.map((change) => happening(++count, change.object, beginning));
    if (fresh.length > 0) list = [...fresh.reverse(), ...list].slice(0, MOST);
    return list;
  };
}

/** The fields of an Event that are read here. */
interface CoreEvent {
  readonly reason: string;
  readonly message: string;
  readonly type: string;
  readonly lastTimestamp?: string;
  readonly involvedObject: { readonly kind: string; readonly name: string; readonly namespace?: string };
}

function happening(id: number, object: KubernetesObject, beginning: number): Happening {
  const event = object as unknown as CoreEvent;
  const { kind, name, namespace = "" } = event.involvedObject;
  const time = Date.parse(event.lastTimestamp ?? "") - beginning;
  return {
    id,
    time: Number.isNaN(time) ? 0 : Math.max(0, time),
    kind,
    name,
    namespace,
    reason: event.reason,
    message: event.message,
    warning: event.type === "Warning",
  };
}
