/** The picture: a canvas that follows the state, and can be zoomed and moved. */
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { makerOf, workloadKey } from "../acts/target.ts";
import { inspect, pass, point } from "../state/actions.ts";
import * as s from "../state/store.ts";
import { Fit, Minus, Plus } from "../ui/icons.tsx";
import { type Palette, palette } from "./canvas.ts";
import { draw, sceneOf } from "./draw.ts";
import { isOver, progress, stepAt } from "./flight.ts";
import { type Gestures, listen } from "./gestures.ts";
import { groupAt, hit, type Layout, layout, placeOf, type Target } from "./layout.ts";
import { motion } from "./motion.ts";
import { fitted, moved, onto, overlap, seen, usual, type View, within, zoomed } from "./view.ts";
import { DIRECTIONS, next } from "./walk.ts";

const STEP = 1.4;

export function Stage() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const stage = useRef<Gestures | null>(null);
  useEffect(() => {
    const element = canvas.current;
    const ctx = element?.getContext("2d");
    if (!element || !ctx) return;
    const { gestures, stop } = follow(element, ctx);
    stage.current = gestures;
    return stop;
  }, []);
  return (
    <div class="stage">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: arrows walk the picture */}
      <section class="canvas" tabIndex={0} aria-label="Topology. Arrow keys walk it, Enter inspects.">
        <canvas ref={canvas} />
      </section>
      <fieldset class="zoom" aria-label="Zoom">
        <button
          type="button"
          class="icon small"
          aria-label="Larger"
          title="Larger (+)"
          onClick={() => stage.current?.zoom(STEP)}
        >
          <Plus />
        </button>
        <button
          type="button"
          class="icon small"
          aria-label="Smaller"
          title="Smaller (-)"
          onClick={() => stage.current?.zoom(1 / STEP)}
        >
          <Minus />
        </button>
        <button
          type="button"
          class="icon small"
          aria-label="All in sight"
          title="All in sight (0)"
          onClick={() => stage.current?.fit()}
        >
          <Fit />
        </button>
      </fieldset>
    </div>
  );
}

/** Draws whenever something is different or moves; `stop` ends it. */
function follow(element: HTMLCanvasElement, ctx: CanvasRenderingContext2D) {
  const room = element.parentElement ?? element;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const pods = motion();
  /** Asked of the page only when it changes: asking makes it lay out everything. */
  let space = { width: room.clientWidth, height: room.clientHeight };
  const size = () => space;
  let plan: Layout = layout(s.topology.peek(), [], size());
  let view: View = usual(plan, size());
  /** Whether somebody has chosen what is seen. */
  let chosen = false;
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
        reached: s.reached.peek(),
        scale: view.scale,
        seen: seen(view, size()),
      },
      lit,
    );
    const dots = devicePixelRatio;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, element.width, element.height);
    ctx.setTransform(dots * view.scale, 0, 0, dots * view.scale, dots * view.x, dots * view.y);
    draw(ctx, scene, colours, now);
    const last = flights.at(-1);
    pass(last && !last.steady && progress(last, now) < 1 ? stepAt(last, now) : null);
    if (pods.moving(now) || flights.some((f) => !isOver(f, now) && !(f.steady && calm.matches))) wake();
  };
  const wake = () => {
    frame ||= requestAnimationFrame(paint);
  };
  const look = (wanted: View) => {
    const next = within(wanted, plan, size());
    if (next.scale === view.scale && next.x === view.x && next.y === view.y) return;
    chosen = true;
    view = next;
    wake();
  };
  const arrange = () => {
    // On a phone the stage may be out of sight; it is arranged when it comes back.
    s.topology.value;
    s.clients.value;
    if (space.width === 0) return;
    plan = layout(s.topology.value, s.clients.value, size());
    view = chosen ? within(view, plan, size()) : usual(plan, size());
    pods.arrange(plan, performance.now(), calm.matches || !s.started.peek());
    resize(element, size());
    wake();
  };
  /** What was walked to comes into sight. */
  const show = (target: Target | null) => {
    const box = target && plan.places.get(placeOf(target));
    if (!box) return;
    const part = seen(view, size());
    if (!overlap({ ...box, w: Math.min(box.w, 40), h: Math.min(box.h, 30) }, part)) {
      look(
        moved(view, (part.x + part.w / 2 - box.x) * view.scale, (part.y + part.h / 2 - box.y) * view.scale),
      );
    }
  };

  const stops = [
    effect(arrange),
    effect(() => {
      for (const one of [s.hits, s.hovered, s.selected, s.pointed, s.stale, s.flights, s.reached]) one.value;
      wake();
    }),
    effect(() => {
      // Another example is another picture.
      s.example.value;
      chosen = false;
    }),
    effect(() => {
      s.theme.value;
      colours = palette();
      wake();
    }),
  ];
  const observer = new ResizeObserver(() => {
    space = { width: room.clientWidth, height: room.clientHeight };
    arrange();
  });
  observer.observe(room);

  const at = (x: number, y: number) => ({ x: (x - view.x) / view.scale, y: (y - view.y) / view.scale });
  const under = (x: number, y: number) => hit(plan, at(x, y).x, at(x, y).y, view.scale);
  const gestures: Gestures = {
    point(x, y) {
      const target = under(x, y);
      point(target);
      element.style.cursor = target && target.kind !== "client" ? "pointer" : "default";
    },
    leave: () => point(null),
    press(x, y) {
      const group = groupAt(plan, at(x, y).x, at(x, y).y);
      const target = under(x, y);
      if (!group || target?.kind === "pod") return void inspect(target);
      const [first] = group.pods;
      const maker = first && makerOf(first, s.workloads.peek());
      if (maker) void inspect({ kind: "workload", key: workloadKey(maker) });
    },
    open(x, y) {
      const group = groupAt(plan, at(x, y).x, at(x, y).y);
      if (group) look(onto(group, size()));
    },
    move: (dx, dy) => {
      const before = view;
      look(moved(view, dx, dy));
      return before.x !== view.x || before.y !== view.y;
    },
    zoom(by, x = space.width / 2, y = space.height / 2) {
      look(zoomed(view, by, { x, y }));
    },
    fit() {
      look(fitted(plan, size()));
      chosen = false;
    },
    key(name) {
      const direction = DIRECTIONS[name];
      if (direction) {
        const target = next(plan, s.hovered.peek(), direction);
        point(target);
        show(target);
      } else if (name === "Enter") void inspect(s.hovered.peek());
      else if (name === "+" || name === "=") gestures.zoom(STEP);
      else if (name === "-") gestures.zoom(1 / STEP);
      else if (name === "0") gestures.fit();
      else return false;
      return true;
    },
  };
  const deafen = listen(room, element, gestures);
  const stop = () => {
    for (const end of stops) end();
    observer.disconnect();
    deafen();
    cancelAnimationFrame(frame);
    point(null);
  };
  return { gestures, stop };
}

function resize(element: HTMLCanvasElement, { width, height }: { width: number; height: number }): void {
  const [w, h] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
  if (element.width !== w) element.width = w;
  if (element.height !== h) element.height = h;
  element.style.height = `${height}px`;
}
