/** The picture: a canvas that follows the state, and the clock below it. */
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { inspect } from "../state/actions.ts";
import * as s from "../state/store.ts";
import { draw, palette, type Scene } from "./draw.ts";
import { onLaunch } from "./flight.ts";
import { hit, type Layout, layout, podKey } from "./layout.ts";

export function Stage() {
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const element = canvas.current;
    const room = element?.parentElement;
    const ctx = element?.getContext("2d");
    if (!element || !room || !ctx) return;
    let plan: Layout = layout(s.topology.peek(), [], room.clientWidth);
    let colours = palette();
    let frame = 0;
    const seen = new Map<string, number>();
    const calm = matchMedia("(prefers-reduced-motion: reduce)");

    const paint = (now: number) => {
      frame = 0;
      const scene: Scene = {
        layout: plan,
        hits: s.hits.peek(),
        hovered: s.hovered.peek(),
        selected: s.selected.peek(),
        pointed: pointedPlace(),
        stale: s.stale.peek(),
        calm: calm.matches,
        seen,
      };
      const ratio = devicePixelRatio;
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      if (draw(ctx, scene, colours, now)) wake();
    };
    const wake = () => {
      frame ||= requestAnimationFrame(paint);
    };
    const arrange = () => {
      const width = room.clientWidth;
      plan = layout(s.topology.value, clients(), width);
      const now = performance.now();
      const pods = new Set(plan.nodes.flatMap((n) => n.tiles.map((t) => podKey(t.pod))));
      for (const key of pods) if (!seen.has(key)) seen.set(key, s.started.peek() ? now : 0);
      for (const key of seen.keys()) if (!pods.has(key)) seen.delete(key);
      const height = Math.max(plan.height, room.clientHeight - 8);
      const ratio = devicePixelRatio;
      if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
        element.width = Math.round(width * ratio);
        element.height = Math.round(height * ratio);
        element.style.height = `${height}px`;
      }
      wake();
    };

    const stops = [
      effect(arrange),
      effect(() => {
        s.hits.value;
        s.hovered.value;
        s.selected.value;
        s.step.value;
        s.stale.value;
        wake();
      }),
      effect(() => {
        s.theme.value;
        colours = palette();
        wake();
      }),
      onLaunch(wake),
    ];
    const observer = new ResizeObserver(arrange);
    observer.observe(room);

    const at = (event: PointerEvent) => hit(plan, event.offsetX, event.offsetY);
    const move = (event: PointerEvent) => {
      const target = at(event);
      const before = s.hovered.peek();
      if (target?.kind !== before?.kind || target?.key !== before?.key) s.hovered.value = target;
      element.style.cursor = target ? "pointer" : "default";
    };
    const leave = () => {
      s.hovered.value = null;
    };
    const press = (event: PointerEvent) => void inspect(at(event));
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerleave", leave);
    element.addEventListener("pointerup", press);
    return () => {
      for (const stop of stops) stop();
      observer.disconnect();
      cancelAnimationFrame(frame);
    };
  }, []);

  return (
    <div class="canvas">
      <canvas ref={canvas} aria-hidden="true" />
    </div>
  );
}

/** Who sends: always somebody outside, and the pod or node that was chosen. */
function clients() {
  const outside = { id: "outside", title: "outside", detail: "192.168.1.1" };
  const from = s.from.value;
  if (from === "outside") return [outside];
  const [kind, ...rest] = from.split("/");
  const name = rest.at(-1) ?? "";
  const pod = s.topology.value.pods.find((p) => `pod/${podKey(p)}` === from);
  const node = s.topology.value.nodes.find((n) => `node/${n.name}` === from);
  return [outside, { id: from, title: name, detail: pod?.ip ?? node?.address ?? kind ?? "" }];
}

function pointedPlace() {
  const index = s.step.peek();
  const step = index === null ? undefined : s.burst.peek()?.sample.steps[index];
  return step?.place ?? null;
}
