/** Which sides things have, in their order. */
import type { Side } from "../engine/protocol.ts";
import type { Target } from "../stage/layout.ts";

type Name = Side["side"];

const SIDES: Readonly<Record<Target["kind"], readonly Name[]>> = {
  client: [],
  pod: ["yaml", "dns", "environment", "events"],
  service: ["yaml", "endpoints", "reach", "dns", "findings", "events"],
  node: ["yaml", "rules", "events"],
  workload: ["yaml", "events"],
};

export const TITLES: Readonly<Record<Name, string>> = {
  yaml: "YAML",
  endpoints: "Endpoints",
  reach: "Reach",
  dns: "DNS",
  rules: "Rules",
  environment: "Environment",
  findings: "Findings",
  events: "Events",
};

export const sidesOf = (target: Target): readonly Name[] => SIDES[target.kind];
