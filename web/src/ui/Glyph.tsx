/** A small mark of twelve units that stands in a line of text; what it means is said beside it. */
import type { ComponentChildren } from "preact";

export function Glyph(props: { colour: string; stroke: number; children: ComponentChildren }) {
  return (
    <svg
      class={`mark ${props.colour}`}
      width="12"
      height="12"
      viewBox="0 0 12 12"
      fill="none"
      stroke="currentColor"
      stroke-width={props.stroke}
      aria-hidden="true"
    >
      {props.children}
    </svg>
  );
}
