/** What has happened in a cluster: its Events, as a list shows them. */
import type { Changes, KubernetesObject } from "svcscope";
import type { Happening } from "./protocol.ts";

/** Nobody reads further back. */
const MOST = 200;

export interface Happenings {
  /** Newest first. */
  list: readonly Happening[];
  follow(changes: Changes): void;
  /** What comes after `time` has not happened. */
  forget(time: number): void;
}

export function happeningsOf(beginning: number): Happenings {
  let count = 0;
  let list: readonly Happening[] = [];

  return {
    get list() {
      return list;
    },
    set list(to) {
      list = to;
    },
    follow({ changes }) {
      const events = changes.filter((change) => change.kind === "Event" && change.type !== "deleted");
      const fresh = events.map((change) => happening(++count, change.object, beginning));
      if (fresh.length > 0) list = [...fresh.reverse(), ...list].slice(0, MOST);
    },
    forget(time) {
      list = list.filter((h) => h.time <= time);
    },
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
