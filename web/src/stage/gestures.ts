/** What hands do on the stage: mouse, wheel, fingers and keys become a few wishes. */

export interface Gestures {
  point(x: number, y: number): void;
  leave(): void;
  press(x: number, y: number): void;
  /** A double click. */
  open(x: number, y: number): void;
  /** Whether it made a difference. */
  move(dx: number, dy: number): boolean;
  zoom(by: number, x?: number, y?: number): void;
  fit(): void;
  /** Whether the key meant something. */
  key(name: string): boolean;
}

/** A hand that trembles does not drag. */
const TREMBLE = 5;

interface Finger {
  x: number;
  y: number;
}

/** Listens until the answer is called. */
export function listen(room: HTMLElement, canvas: HTMLCanvasElement, wishes: Gestures): () => void {
  const fingers = new Map<number, Finger>();
  let dragged = 0;
  const local = (e: MouseEvent): Finger => {
    const box = room.getBoundingClientRect();
    return { x: e.clientX - box.left, y: e.clientY - box.top };
  };
  const apart = ([a, b]: readonly Finger[]) => (a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0);
  const middle = (all: readonly Finger[]): Finger => ({
    x: all.reduce((sum, f) => sum + f.x, 0) / Math.max(1, all.length),
    y: all.reduce((sum, f) => sum + f.y, 0) / Math.max(1, all.length),
  });

  const handlers: { [K in keyof HTMLElementEventMap]?: (e: HTMLElementEventMap[K]) => void } = {
    pointerdown(e) {
      if (e.button !== 0) return;
      if (fingers.size === 0) dragged = 0;
      fingers.set(e.pointerId, local(e));
    },
    pointermove(e) {
      const at = local(e);
      const finger = fingers.get(e.pointerId);
      if (!finger) return wishes.point(at.x, at.y);
      const before = [...fingers.values()];
      const [wide, centre] = [apart(before), middle(before)];
      dragged += Math.hypot(at.x - finger.x, at.y - finger.y);
      fingers.set(e.pointerId, at);
      if (dragged < TREMBLE) return;
      if (!canvas.hasPointerCapture(e.pointerId)) canvas.setPointerCapture(e.pointerId);
      const now = [...fingers.values()];
      const to = middle(now);
      wishes.move(to.x - centre.x, to.y - centre.y);
      if (now.length > 1 && wide > 0) wishes.zoom(apart(now) / wide, to.x, to.y);
    },
    pointerup: (e) => void fingers.delete(e.pointerId),
    pointercancel: (e) => void fingers.delete(e.pointerId),
    pointerleave(e) {
      fingers.delete(e.pointerId);
      wishes.leave();
    },
    click(e) {
      const { x, y } = local(e);
      if (dragged < TREMBLE) wishes.press(x, y);
    },
    dblclick(e) {
      const { x, y } = local(e);
      wishes.open(x, y);
    },
    wheel(e) {
      const { x, y } = local(e);
      if (e.ctrlKey || e.metaKey) wishes.zoom(Math.exp(-e.deltaY / 200), x, y);
      else if (!wishes.move(-e.deltaX, -e.deltaY)) return;
      e.preventDefault();
    },
  };
  const ends = Object.entries(handlers).map(([type, handler]) => {
    const listener = handler as (e: Event) => void;
    canvas.addEventListener(type, listener, { passive: false });
    return () => canvas.removeEventListener(type, listener);
  });
  const key = (e: KeyboardEvent) => {
    if (!e.ctrlKey && !e.metaKey && !e.altKey && wishes.key(e.key)) e.preventDefault();
  };
  const blur = () => wishes.leave();
  room.addEventListener("keydown", key);
  room.addEventListener("blur", blur);
  return () => {
    for (const end of ends) end();
    room.removeEventListener("keydown", key);
    room.removeEventListener("blur", blur);
  };
}
