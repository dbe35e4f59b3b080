/** What can be done to what is there, by name. */
import { itemsFor, type Known } from "../acts/menu.ts";
import { workloadKey } from "../acts/target.ts";
import { podKey, serviceKey, type Target } from "../stage/layout.ts";
import { inspect } from "../state/actions.ts";
import { fill, act as perform } from "../state/acts.ts";
import * as s from "../state/store.ts";
import type { Command } from "./commands.ts";

export function targetCommands(): Command[] {
  const targets = [
    ...s.ownServices.value.map((service) => named("service", serviceKey(service), `Service ${service.name}`)),
    ...s.workloads.value.map((w) => named("workload", workloadKey(w), `${w.kind} ${w.name}`)),
    ...s.topology.value.nodes.map((node) => named("node", node.name, `node ${node.name}`)),
    ...s.ownPods.value.map((pod) => named("pod", podKey(pod), `pod ${pod.name}`)),
  ];
  const known = { topology: s.topology.value, workloads: s.workloads.value };
  const inspections = targets.map(({ target, name }) => ({
    title: `Inspect ${name}`,
    run: () => void inspect(target),
  }));
  return [...inspections, ...targets.flatMap((t) => actsOn(t, known))];
}

interface Named {
  readonly target: Target;
  readonly name: string;
}

const named = (kind: Target["kind"], key: string, name: string): Named => ({ target: { kind, key }, name });

/** Acts by their names; what wants a value opens its form, where the values are few each is a command. */
function actsOn({ target, name }: Named, known: Known): Command[] {
  return itemsFor(target, known).flatMap(({ title, act: wanted, form }): Command[] => {
    if (wanted) return [{ title: `${title} ${name}`, run: () => void perform(wanted) }];
    if (!form?.choices) return [{ title: `${title} of ${name}…`, run: () => void fill(target, title) }];
    return form.choices.flatMap((choice) => {
      const made = form.make(choice);
      return made ? [{ title: `${title} of ${name}: ${choice}`, run: () => void perform(made) }] : [];
    });
  });
}
