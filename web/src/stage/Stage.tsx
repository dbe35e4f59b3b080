/** The picture: a canvas that follows the state. */
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { inspect, pass, point } from "../state/actions.ts";
import * as s from "../state/store.ts";
import { type Palette, palette } from "./canvas.ts";
import { draw, sceneOf } from "./draw.ts";
import { isOver, progress, stepAt } from "./flight.ts";
import { hit, type Layout, layout } from "./layout.ts";
import { motion } from "./motion.ts";
import { DIRECTIONS, next } from "./walk.ts";

export function Stage() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const ctx = element?.getContext("2d");
    return element && ctx ? follow(element, ctx) : undefined;
  }, []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows walk the picture, and it scrolls
    <section class="canvas" tabIndex={0} aria-label="Topology. Arrow keys walk it, Enter inspects.">
      <canvas ref={canvas} />
    </section>
  );
}

/** Draws whenever something is different or moves; the answer ends it. */
function follow(element: HTMLCanvasElement, ctx: CanvasRenderingContext2D): () => void {
  const room = element.parentElement ?? element;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const pods = motion();
  let plan: Layout = layout(s.topology.peek(), [], { width: room.clientWidth, height: room.clientHeight });
  let colours: Palette = palette();
  let frame = 0;

  const paint = (now: number) => {
    frame = 0;
    const flights = s.flights.peek();
    const lit = [s.hovered.peek(), s.selected.peek(), s.pointed.peek()];
    const scene = sceneOf(
      {
        layout: plan,
        sprites: pods.sprites(now),
        flights,
        hits: s.hits.peek(),
        telling: s.telling.peek(),
        stale: s.stale.peek(),
        calm: calm.matches,
      },
      lit,
    );
    ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    draw(ctx, scene, colours, now);
    const last = flights.at(-1);
    pass(last && progress(last, now) < 1 ? stepAt(last, now) : null);
    if (pods.moving(now) || flights.some((f) => !isOver(f, now))) wake();
  };
  const wake = () => {
    frame ||= requestAnimationFrame(paint);
  };
  const arrange = () => {
    // On a phone the stage may be out of sight; it is arranged when it comes back.
    s.topology.value;
    s.clients.value;
    if (room.clientWidth === 0) return;
    plan = layout(s.topology.value, s.clients.value, { width: room.clientWidth, height: room.clientHeight });
    pods.arrange(plan, performance.now(), calm.matches || !s.started.peek());
    resize(element, plan.width, Math.max(plan.height, room.clientHeight));
    wake();
  };

  const stops = [
    effect(arrange),
    effect(() => {
      for (const one of [s.hits, s.hovered, s.selected, s.pointed, s.stale, s.flights]) one.value;
      wake();
    }),
    effect(() => {
      s.theme.value;
      colours = palette();
      wake();
    }),
  ];
  const observer = new ResizeObserver(arrange);
  observer.observe(room);

  const under = (event: PointerEvent) => hit(plan, event.offsetX, event.offsetY);
  const move = (event: PointerEvent) => {
    const target = under(event);
    point(target);
    element.style.cursor = target && target.kind !== "client" ? "pointer" : "default";
  };
  const leave = () => point(null);
  const press = (event: PointerEvent) => void inspect(under(event));
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerleave", leave);
  element.addEventListener("click", press);
  const key = (event: KeyboardEvent) => {
    const direction = DIRECTIONS[event.key];
    if (direction) point(next(plan, s.hovered.peek(), direction));
    else if (event.key === "Enter") void inspect(s.hovered.peek());
    else return;
    event.preventDefault();
  };
  room.addEventListener("keydown", key);
  room.addEventListener("blur", leave);
  return () => {
    for (const stop of stops) stop();
    observer.disconnect();
    room.removeEventListener("keydown", key);
    room.removeEventListener("blur", leave);
    cancelAnimationFrame(frame);
    point(null);
  };
}

function resize(element: HTMLCanvasElement, width: number, height: number): void {
  const [w, h] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
  if (element.width !== w) element.width = w;
  if (element.height !== h) element.height = h;
  element.style.height = `${height}px`;
}
