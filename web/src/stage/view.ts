/** Which part of the stage is seen, and how large: a point of the stage times `scale`, moved by `x` and `y`. */
import type { Box, Room } from "./layout.ts";

export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const PLAIN: View = { scale: 1, x: 0, y: 0 };

const LEAST = 0.1;
const MOST = 12;
/** Smaller than this nobody reads. */
const LEGIBLE = 0.75;

/** All of it, no larger than it is. */
export function fitted(content: Room, room: Room): View {
  const scale = Math.min(1, room.width / content.width, room.height / content.height);
  return { scale, x: (room.width - content.width * scale) / 2, y: 0 };
}

/** What is seen first: all of it if that can be read, else its beginning. */
export function usual(content: Room, room: Room): View {
  const all = fitted(content, room);
  return all.scale >= LEGIBLE ? all : PLAIN;
}

/** Larger or smaller, with a point of the room where it is. */
export function zoomed(view: View, by: number, at: { x: number; y: number }): View {
  const scale = Math.min(MOST, Math.max(LEAST, view.scale * by));
  const factor = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * factor, y: at.y - (at.y - view.y) * factor };
}

/** A part of the stage, as large as the room allows. */
export function onto(box: Box, room: Room): View {
  const scale = Math.min(MOST, (0.9 * room.width) / box.w, (0.9 * room.height) / box.h);
  return {
    scale,
    x: room.width / 2 - (box.x + box.w / 2) * scale,
    y: room.height / 2 - (box.y + box.h / 2) * scale,
  };
}

export const moved = (view: View, dx: number, dy: number): View => ({
  ...view,
  x: view.x + dx,
  y: view.y + dy,
});

/** The same, but not past the edges: what fits into the room stays in it. */
export function within(view: View, content: Room, room: Room): View {
  const keep = (at: number, size: number, space: number) =>
    size <= space ? Math.min(Math.max(0, at), space - size) : Math.min(0, Math.max(space - size, at));
  return {
    scale: view.scale,
    x: keep(view.x, content.width * view.scale, room.width),
    y: keep(view.y, content.height * view.scale, room.height),
  };
}

/** The part of the stage that is seen. */
export const seen = (view: View, room: Room): Box => ({
  x: -view.x / view.scale,
  y: -view.y / view.scale,
  w: room.width / view.scale,
  h: room.height / view.scale,
});

export const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
