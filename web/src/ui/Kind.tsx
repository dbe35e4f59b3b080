/** The mark of what happened: shape and colour, the same in the list and on the line of time. */
import type { JSX } from "preact";
import type { Moment } from "../engine/protocol.ts";
import { Glyph } from "./Glyph.tsx";

type What = Moment["what"];

export const COLOURS: Record<What, string> = {
  act: "accent",
  manifest: "accent",
  rollout: "accent",
  ready: "ready",
  unready: "waiting",
  endpoints: "gone",
  failed: "failed",
};

const SHAPES: Record<What, JSX.Element> = {
  act: <path d="M3 2.5l6 3.5-6 3.5z" fill="currentColor" />,
  manifest: <path d="M3 2h6v8H3zM5 4.5h2M5 7h2" />,
  rollout: <path d="M6 10V2.5M2.5 6L6 2.5 9.5 6" />,
  ready: <circle cx="6" cy="6" r="3.5" fill="currentColor" />,
  unready: <circle cx="6" cy="6" r="3.5" />,
  endpoints: <path d="M6 2l4 4-4 4-4-4z" />,
  failed: <path d="M3 3l6 6M9 3l-6 6" />,
};

export function Kind({ of }: { of: What }) {
  return (
    <Glyph colour={COLOURS[of]} stroke={1.6}>
      {SHAPES[of]}
    </Glyph>
  );
}
