/** The stage as a picture to take away: all of it, whatever part of it is in sight. */
import { type Context, palette } from "../stage/canvas.ts";
import { draw, type Scene, sceneOf } from "../stage/draw.ts";
import { layout } from "../stage/layout.ts";
import { motion } from "../stage/motion.ts";
import * as s from "../state/store.ts";
import { SvgCanvas } from "./svg.ts";

/** As wide as a page of a document wants it. */
const ROOM = { width: 1200, height: 480 };
/** Pictures of pixels are shown on screens that have many. */
const DENSITY = 2;
/** Browsers refuse larger ones. */
const MOST_PIXELS = 16_000;

function whole(): Scene {
  const plan = layout(s.topology.peek(), s.clients.peek(), ROOM);
  const pods = motion();
  const now = performance.now();
  pods.arrange(plan, now, true);
  return sceneOf(
    {
      layout: plan,
      sprites: pods.sprites(now),
      // What is under way has arrived: a picture stands still.
      flights: s.flights.peek().slice(-1),
      hits: s.hits.peek(),
      telling: s.telling.peek(),
      stale: false,
      calm: true,
      reached: null,
      scale: 1,
      seen: { x: 0, y: 0, w: plan.width, h: plan.height },
    },
    [s.selected.peek()],
  );
}

const heightOf = (scene: Scene): number => Math.ceil(scene.layout.height);
const widthOf = (scene: Scene): number => Math.ceil(scene.layout.width);
/** Long after everything that moves has come to rest. */
const later = (): number => performance.now() + 60_000;

export function svgOf(): string {
  const scene = whole();
  const ruler = document.createElement("canvas").getContext("2d");
  const canvas = new SvgCanvas(widthOf(scene), heightOf(scene), (text, font) => {
    if (!ruler) return text.length * 7;
    ruler.font = font;
    return ruler.measureText(text).width;
  });
  const colours = palette();
  draw(canvas as unknown as Context, scene, colours, later());
  return canvas.toString(colours.ground, s.standing.peek());
}

export async function pngOf(): Promise<Blob> {
  const scene = whole();
  const [width, height] = [widthOf(scene), heightOf(scene)];
  const density = Math.min(DENSITY, MOST_PIXELS / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  const ctx = canvas.getContext("2d");
  if (!ctx) throw new Error("This browser does not draw.");
  ctx.setTransform(density, 0, 0, density, 0, 0);
  const colours = palette();
  draw(ctx, scene, colours, later());
  // The ground comes last, and behind: drawing begins with a clean sheet.
  ctx.globalCompositeOperation = "destination-over";
  ctx.fillStyle = colours.ground;
  ctx.fillRect(0, 0, width, height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("The picture is too large for this browser.");
  return blob;
}
