/** Names, and a question to the cluster's DNS from any pod, with what the resolver does. */
import { useState } from "preact/hooks";
import type { Lookup, Side } from "../engine/protocol.ts";
import type { Target } from "../stage/layout.ts";
import { call } from "../state/actions.ts";
import { ownPods } from "../state/store.ts";
import { Text } from "./Yaml.tsx";

const TYPES = ["A", "AAAA", "SRV", "CNAME", "PTR"];

export function Dns({ side, target }: { side: Extract<Side, { side: "dns" }>; target: Target }) {
  const own = target.kind === "pod" ? `pod/${target.key}` : side.asker;
  const [from, setFrom] = useState(own);
  const [name, setName] = useState(target.key.split("/").at(-1) ?? "");
  const [type, setType] = useState("A");
  const [answer, setAnswer] = useState<Lookup | null>(null);
  const pods = ownPods.value.filter((p) => p.ip !== "");
  const ask = async (e: Event) => {
    e.preventDefault();
    setAnswer((await call("resolve", { from, name, type }).catch(() => undefined)) ?? null);
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section class="scrolls" tabIndex={0} aria-label="DNS">
      {target.kind === "service" && <Text text={lines(side.records) || "It has no records."} />}
      <form class="lookup" onSubmit={(e) => void ask(e)}>
        <label class="wide">
          <span>Ask for</span>
          <input
            type="text"
            class="mono"
            value={name}
            spellcheck={false}
            onInput={(e) => setName(e.currentTarget.value)}
          />
        </label>
        <label>
          <span class="visually-hidden">Type</span>
          <select value={type} onChange={(e) => setType(e.currentTarget.value)}>
            {TYPES.map((t) => (
              <option key={t}>{t}</option>
            ))}
          </select>
        </label>
        <label class="wide">
          <span>from pod</span>
          <select value={from} onChange={(e) => setFrom(e.currentTarget.value)}>
            {pods.slice(0, 200).map((p) => (
              <option key={`${p.namespace}/${p.name}`} value={`pod/${p.namespace}/${p.name}`}>
                {p.name}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" disabled={name === "" || from === ""}>
          Ask
        </button>
      </form>
      {answer && (
        <div class="answer" role="status">
          <Text text={lines(answer.records) || answer.error || "No records."} />
          <ol>
            {answer.steps.map((step, i) => (
              // The steps never change places.
              <li key={i}>{step}</li>
            ))}
          </ol>
        </div>
      )}
    </section>
  );
}

const lines = (records: Lookup["records"]): string =>
  records.map((r) => `${r.name}  ${r.ttl}  IN  ${r.type}  ${r.data}`).join("\n");
