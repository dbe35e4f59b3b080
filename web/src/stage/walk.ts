/** Walking the stage with the arrow keys. */
import type { Box, Layout, Target } from "./layout.ts";
import { placeOf } from "./layout.ts";

export interface Direction {
  readonly x: -1 | 0 | 1;
  readonly y: -1 | 0 | 1;
}

export const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** Something on the stage, and where. */
interface Place {
  readonly target: Target;
  readonly box: Box;
}

/** What is next to something in a direction, itself if nothing is; the first client to begin with. */
export function next(layout: Layout, from: Target | null, direction: Direction): Target | null {
  const all = [...layout.places].map(([place, box]) => ({ target: targetOf(place), box }));
  const box = from && layout.places.get(placeOf(from));
  if (!box) return all[0]?.target ?? null;
  const ahead = all.flatMap((place) => {
    const distance = distanceTo({ target: from, box }, place, direction);
    return distance === null ? [] : [{ target: place.target, distance }];
  });
  ahead.sort((a, b) => a.distance - b.distance);
  return ahead[0]?.target ?? from;
}

/** How far it is, if it lies ahead: what is straight ahead is nearer than what is aside. */
function distanceTo(from: Place, to: Place, d: Direction): number | null {
  const dx = centre(to).x - centre(from).x;
  const dy = centre(to).y - centre(from).y;
  const ahead = dx * d.x + dy * d.y;
  const aside = Math.abs(dx * d.y) + Math.abs(dy * d.x);
  return ahead > 1 ? ahead + 2 * aside : null;
}

/** A node is where its name stands: what is in it lies below that. */
const centre = (at: Place) => ({
  x: at.box.x + (at.target.kind === "node" ? 60 : at.box.w / 2),
  y: at.box.y + (at.target.kind === "node" ? 17 : at.box.h / 2),
});

function targetOf(place: string): Target {
  const [kind, key] = place.split(" ") as [Target["kind"], string];
  return { kind, key };
}
