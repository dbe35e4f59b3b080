/** What was clicked: a sentence first, then what can be done to it, then its sides. */
import { useEffect, useRef } from "preact/hooks";
import type { Side } from "../engine/protocol.ts";
import type { Target } from "../stage/layout.ts";
import { inspect, showSide } from "../state/actions.ts";
import { seen, selected, side } from "../state/store.ts";
import { Close } from "../ui/icons.tsx";
import { Acts } from "./Acts.tsx";
import { Dns } from "./Dns.tsx";
import { Endpoints } from "./Endpoints.tsx";
import { Environment } from "./Environment.tsx";
import { Findings } from "./Findings.tsx";
import { Happened } from "./Happened.tsx";
import { Reach } from "./Reach.tsx";
import { Rules } from "./Rules.tsx";
import { Sentence } from "./Sentence.tsx";
import { sidesOf, TITLES } from "./sides.ts";
import { Yaml } from "./Yaml.tsx";
import "../style/inspector.css";

const KINDS: Record<Target["kind"], string> = {
  pod: "Pod",
  service: "Service",
  node: "Node",
  client: "",
  workload: "",
};

export function Inspector() {
  const pane = useRef<HTMLElement>(null);
  const target = selected.value;
  const place = target && `${target.kind} ${target.key}`;
  useEffect(() => {
    // Who came by keys goes on from here, and back to where they came from.
    const before = document.activeElement;
    if (!place || pane.current?.contains(before)) return;
    pane.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [place]);
  if (!target) return null;
  const parts = target.key.split("/");
  const kind = target.kind === "workload" ? parts[0] : KINDS[target.kind];
  return (
    // What was clicked stays in sight: pods and nodes stand on the right.
    <aside
      class={`inspector ${target.kind === "service" ? "" : "left"}`}
      aria-label="Inspector"
      ref={pane}
      tabIndex={-1}
    >
      <header>
        <h2 title={parts.at(-1)}>
          <span class="muted">{kind}</span> {parts.at(-1)}
        </h2>
        <span class="spacer" />
        <button
          type="button"
          class="quiet icon"
          aria-label="Close"
          title="Close (Esc)"
          onClick={() => void inspect(null)}
        >
          <Close />
        </button>
      </header>
      <Sentence target={target} />
      <Acts target={target} />
      <Tabs target={target} />
      <div class="side" role="tabpanel" aria-label={TITLES[side.value]} id="side">
        <Content target={target} />
      </div>
    </aside>
  );
}

/** Arrows go from tab to tab. */
function Tabs({ target }: { target: Target }) {
  const sides = sidesOf(target);
  const move = (by: number) => {
    const next = sides[(sides.indexOf(side.value) + by + sides.length) % sides.length];
    if (!next) return;
    showSide(next);
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>("[role=tab][aria-selected=true]")?.focus(),
    );
  };
  const keys: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };
  return (
    <div
      class="aspects"
      role="tablist"
      aria-label="Sides"
      onKeyDown={(e) => {
        const by = keys[e.key];
        if (by !== undefined) move(by);
      }}
    >
      {sides.map((name) => (
        <button
          type="button"
          class="quiet"
          role="tab"
          key={name}
          aria-selected={name === side.value}
          aria-controls="side"
          tabIndex={name === side.value ? 0 : -1}
          onClick={() => showSide(name)}
        >
          {TITLES[name]}
        </button>
      ))}
    </div>
  );
}

function Content({ target }: { target: Target }) {
  const found = seen.value;
  if (side.value === "events") return <Happened target={target} />;
  if (!found || found.side !== side.value) return null;
  return <Shown target={target} found={found} />;
}

function Shown({ target, found }: { target: Target; found: Side }) {
  switch (found.side) {
    case "yaml":
      return <Yaml side={found} />;
    case "endpoints":
      return <Endpoints side={found} />;
    case "reach":
      return <Reach side={found} />;
    case "dns":
      return <Dns side={found} target={target} />;
    case "rules":
      return <Rules side={found} />;
    case "environment":
      return <Environment side={found} />;
    case "findings":
      return <Findings side={found} />;
    case "events":
      return <Happened target={target} />;
  }
}
