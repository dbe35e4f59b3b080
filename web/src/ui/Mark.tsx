/** The state of a pod as shape and colour, the same as on the stage. */

import type { JSX } from "preact";
import type { PodState } from "svcscope";
import { Glyph } from "./Glyph.tsx";

const half = (
  <>
    <circle cx="6" cy="6" r="4.5" />
    <path d="M6 1.5a4.5 4.5 0 0 1 0 9z" fill="currentColor" />
  </>
);
const broken = <circle cx="6" cy="6" r="4.5" stroke-dasharray="2.4 2.3" />;

const SHAPES: Record<PodState, JSX.Element> = {
  ready: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  starting: half,
  "not-ready": <circle cx="6" cy="6" r="4.5" />,
  failed: <path d="M2.5 2.5l7 7M9.5 2.5l-7 7" />,
  succeeded: <path d="M1.5 6.5l3 3 6-7" />,
  pending: broken,
  terminating: broken,
};

const COLOURS: Record<PodState, string> = {
  ready: "ready",
  starting: "waiting",
  "not-ready": "waiting",
  pending: "waiting",
  failed: "failed",
  succeeded: "gone",
  terminating: "gone",
};

export function Mark({ state }: { state: PodState }) {
  return (
    <Glyph colour={COLOURS[state]} stroke={1.7}>
      {SHAPES[state]}
    </Glyph>
  );
}
