/** The rules that kube-proxy has written on a node; the lines that the last packet hit are marked. */
import { useEffect, useRef } from "preact/hooks";
import type { Side } from "../engine/protocol.ts";
import { look } from "../state/actions.ts";
import { rules } from "../state/store.ts";
import { Text } from "./Yaml.tsx";

export function Rules({ side }: { side: Extract<Side, { side: "rules" }> }) {
  const place = useRef<HTMLDivElement>(null);
  const first = side.hits[0];
  useEffect(() => {
    if (first !== undefined)
      place.current?.querySelector("mark")?.scrollIntoView({ block: "center", inline: "nearest" });
  }, [first]);
  return (
    <div class="rules" ref={place}>
      <div class="choices">
        <Choice name="mode" values={["nftables", "iptables"]} />
        <Choice name="family" values={["IPv4", "IPv6"]} />
        <span class="muted">
          {side.hits.length === 0
            ? "The last packet met no rule here."
            : "Marked: what the last packet met here."}
        </span>
      </div>
      <Text text={side.text} hits={side.hits} />
    </div>
  );
}

function Choice<K extends keyof typeof rules.value>({
  name,
  values,
}: {
  name: K;
  values: readonly (typeof rules.value)[K][];
}) {
  return (
    <fieldset class="choice" aria-label={name}>
      {values.map((value) => (
        <button
          type="button"
          class="small"
          key={value}
          aria-pressed={rules.value[name] === value}
          onClick={() => {
            rules.value = { ...rules.value, [name]: value };
            void look();
          }}
        >
          {value}
        </button>
      ))}
    </fieldset>
  );
}
