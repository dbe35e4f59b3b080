/**
 * How pods come, move and go. A pod grows where it was scheduled, glides where the others make room, flashes when its
 * state changes, and fades where it was last seen.
 */
import type { PodState } from "svcscope";
import { type Box, type Layout, type PodTile, podKey } from "./layout.ts";

/** A pod as it is drawn at an instant. */
export interface Sprite extends Box {
  readonly tile: PodTile;
  /** From 0, not there, to 1. */
  readonly presence: number;
  /** From 1, its state has just changed, to 0. */
  readonly flash: number;
}

export interface Motion {
  /** Takes over a new layout; with `still` everything is at once where it belongs. */
  arrange(layout: Layout, now: number, still: boolean): void;
  sprites(now: number): Sprite[];
  /** Whether anything moves. */
  moving(now: number): boolean;
}

const COME_MS = 240;
const GLIDE_MS = 220;
const GO_MS = 360;
const FLASH_MS = 700;

interface Track {
  tile: PodTile;
  from: Box;
  since: number;
  born: number;
  changed: number;
  state: PodState;
  gone: number | null;
}

export function motion(): Motion {
  const tracks = new Map<string, Track>();

  return {
    arrange(layout, now, still) {
      const past = still ? Number.NEGATIVE_INFINITY : now;
      const there = new Set<string>();
      for (const tile of layout.nodes.flatMap((n) => n.tiles)) {
        const key = podKey(tile.pod);
        there.add(key);
        const track = tracks.get(key);
        if (!track || track.gone !== null) {
          tracks.set(key, {
            tile,
            from: tile,
            since: past,
            born: past,
            changed: Number.NEGATIVE_INFINITY,
            state: tile.pod.state,
            gone: null,
          });
          continue;
        }
        if (track.tile.x !== tile.x || track.tile.y !== tile.y) {
          track.from = glided(track, now);
          track.since = past;
        }
        if (track.state !== tile.pod.state) track.changed = past;
        track.state = tile.pod.state;
        track.tile = tile;
      }
      for (const [key, track] of tracks) {
        if (!there.has(key)) track.gone ??= past;
        if (track.gone !== null && now - track.gone > GO_MS) tracks.delete(key);
      }
    },

    sprites(now) {
      return [...tracks.values()].map((track) => ({
        ...glided(track, now),
        tile: track.tile,
        presence:
          track.gone === null ? ease((now - track.born) / COME_MS) : 1 - clamp((now - track.gone) / GO_MS),
        flash: 1 - clamp((now - track.changed) / FLASH_MS),
      }));
    },

    moving(now) {
      for (const [key, t] of tracks) {
        if (t.gone !== null && now - t.gone > GO_MS) tracks.delete(key);
        else if (
          t.gone !== null ||
          now - t.born < COME_MS ||
          now - t.since < GLIDE_MS ||
          now - t.changed < FLASH_MS
        ) {
          return true;
        }
      }
      return false;
    },
  };
}

function glided(track: Track, now: number): Box {
  const t = ease((now - track.since) / GLIDE_MS);
  const { from, tile } = track;
  const mix = (a: number, b: number) => a + (b - a) * t;
  return { x: mix(from.x, tile.x), y: mix(from.y, tile.y), w: mix(from.w, tile.w), h: mix(from.h, tile.h) };
}

const clamp = (t: number): number => Math.min(1, Math.max(0, t));

/** Ease-out. */
export const ease = (t: number): number => 1 - (1 - clamp(t)) ** 3;
