/** Just enough of a canvas to draw the stage as SVG: the same drawing, written down instead of painted. */

interface State {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  globalAlpha: number;
  font: string;
  textAlign: string;
  lineDashOffset: number;
  dash: readonly number[];
  matrix: readonly [number, number, number, number, number, number];
}

const PLAIN: State = {
  fillStyle: "#000",
  strokeStyle: "#000",
  lineWidth: 1,
  globalAlpha: 1,
  font: "10px sans-serif",
  textAlign: "left",
  lineDashOffset: 0,
  dash: [],
  matrix: [1, 0, 0, 1, 0, 0],
};

const ANCHORS: Readonly<Record<string, string>> = { right: "end", end: "end", center: "middle" };

/** What it draws becomes elements; texts are measured by `measure`, which knows the fonts. */
export class SvgCanvas {
  fillStyle = PLAIN.fillStyle;
  strokeStyle = PLAIN.strokeStyle;
  lineWidth = PLAIN.lineWidth;
  globalAlpha = PLAIN.globalAlpha;
  font = PLAIN.font;
  textAlign = PLAIN.textAlign;
  lineDashOffset = PLAIN.lineDashOffset;
  textBaseline = "alphabetic";
  lineCap = "butt";
  lineJoin = "miter";
  readonly canvas: { readonly width: number; readonly height: number };
  readonly #measure: (text: string, font: string) => number;
  readonly #elements: string[] = [];
  readonly #saved: State[] = [];
  #dash: readonly number[] = [];
  #matrix: State["matrix"] = PLAIN.matrix;
  #path: string[] = [];

  constructor(width: number, height: number, measure: (text: string, font: string) => number) {
    this.canvas = { width, height };
    this.#measure = measure;
  }

  /** The whole drawing, on a ground of that colour. */
  toString(ground: string, title: string): string {
    const { width, height } = this.canvas;
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}" role="img">`,
      `<title>${escaped(title)}</title>`,
      `<rect width="100%" height="100%" fill="${escaped(ground)}"/>`,
      ...this.#elements,
      "</svg>",
      "",
    ].join("\n");
  }

  beginPath(): void {
    this.#path = [];
  }

  moveTo(x: number, y: number): void {
    this.#path.push(`M${n(x)} ${n(y)}`);
  }

  lineTo(x: number, y: number): void {
    this.#path.push(`L${n(x)} ${n(y)}`);
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.#path.push(`C${n(x1)} ${n(y1)} ${n(x2)} ${n(y2)} ${n(x)} ${n(y)}`);
  }

  quadraticCurveTo(x1: number, y1: number, x: number, y: number): void {
    this.#path.push(`Q${n(x1)} ${n(y1)} ${n(x)} ${n(y)}`);
  }

  closePath(): void {
    this.#path.push("Z");
  }

  rect(x: number, y: number, w: number, h: number): void {
    this.#path.push(`M${n(x)} ${n(y)}h${n(w)}v${n(h)}h${n(-w)}Z`);
  }

  roundRect(x: number, y: number, w: number, h: number, radius: number | readonly number[] = 0): void {
    const given = typeof radius === "number" ? radius : (radius[0] ?? 0);
    const r = Math.max(0, Math.min(given, w / 2, h / 2));
    const corner = (dx: number, dy: number) => `a${n(r)} ${n(r)} 0 0 1 ${n(dx)} ${n(dy)}`;
    this.#path.push(
      `M${n(x + r)} ${n(y)}h${n(w - 2 * r)}${corner(r, r)}v${n(h - 2 * r)}${corner(-r, r)}h${n(2 * r - w)}${corner(-r, -r)}v${n(2 * r - h)}${corner(r, -r)}Z`,
    );
  }

  arc(x: number, y: number, r: number, from: number, to: number, counter = false): void {
    const at = (angle: number) => `${n(x + r * Math.cos(angle))} ${n(y + r * Math.sin(angle))}`;
    const start = `${this.#path.length > 0 ? "L" : "M"}${at(from)}`;
    const turn = Math.abs(to - from);
    const sweep = counter ? 0 : 1;
    const half = (angle: number, large: number) => `A${n(r)} ${n(r)} 0 ${large} ${sweep} ${at(angle)}`;
    if (turn >= 2 * Math.PI - 1e-6) {
      // One arc cannot come back to where it began.
      this.#path.push(`M${at(from)}${half(from + Math.PI, 0)}${half(from, 0)}Z`);
      return;
    }
    const along = counter ? from - to : to - from;
    const angle = ((along % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI);
    this.#path.push(`${start}${half(to, angle > Math.PI ? 1 : 0)}`);
  }

  fill(): void {
    this.#add("path", `d="${this.#path.join("")}" fill="${escaped(this.fillStyle)}"`);
  }

  stroke(): void {
    const dash = this.#dash.length > 0 ? ` stroke-dasharray="${this.#dash.map(n).join(" ")}"` : "";
    const offset =
      this.#dash.length > 0 && this.lineDashOffset !== 0
        ? ` stroke-dashoffset="${n(this.lineDashOffset)}"`
        : "";
    this.#add(
      "path",
      `d="${this.#path.join("")}" fill="none" stroke="${escaped(this.strokeStyle)}" stroke-width="${n(this.lineWidth)}"${dash}${offset}`,
    );
  }

  fillRect(x: number, y: number, w: number, h: number): void {
    this.#add(
      "rect",
      `x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" fill="${escaped(this.fillStyle)}"`,
    );
  }

  clearRect(): void {
    // Nothing stands there yet.
  }

  fillText(text: string, x: number, y: number): void {
    if (text === "") return;
    const anchor = ANCHORS[this.textAlign];
    const where = anchor ? ` text-anchor="${anchor}"` : "";
    this.#add(
      "text",
      `x="${n(x)}" y="${n(y)}"${where} fill="${escaped(this.fillStyle)}" style="font:${escaped(this.font)}" xml:space="preserve"`,
      escaped(text),
    );
  }

  measureText(text: string): { readonly width: number } {
    return { width: this.#measure(text, this.font) };
  }

  setLineDash(dash: readonly number[]): void {
    this.#dash = dash;
  }

  getLineDash(): readonly number[] {
    return this.#dash;
  }

  save(): void {
    const { fillStyle, strokeStyle, lineWidth, globalAlpha, font, textAlign, lineDashOffset } = this;
    this.#saved.push({
      fillStyle,
      strokeStyle,
      lineWidth,
      globalAlpha,
      font,
      textAlign,
      lineDashOffset,
      dash: this.#dash,
      matrix: this.#matrix,
    });
  }

  restore(): void {
    const saved = this.#saved.pop();
    if (!saved) return;
    const { dash, matrix, ...rest } = saved;
    Object.assign(this, rest);
    this.#dash = dash;
    this.#matrix = matrix;
  }

  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void {
    this.#matrix = [a, b, c, d, e, f];
  }

  translate(x: number, y: number): void {
    const [a, b, c, d, e, f] = this.#matrix;
    this.#matrix = [a, b, c, d, a * x + c * y + e, b * x + d * y + f];
  }

  scale(x: number, y: number): void {
    const [a, b, c, d, e, f] = this.#matrix;
    this.#matrix = [a * x, b * x, c * y, d * y, e, f];
  }

  clip(): void {
    // What is outside of its box is outside of the picture, too.
  }

  #add(tag: string, attributes: string, content?: string): void {
    const alpha = this.globalAlpha < 1 ? ` opacity="${n(this.globalAlpha)}"` : "";
    const moved = this.#matrix.some((value, i) => value !== PLAIN.matrix[i]);
    const transform = moved ? ` transform="matrix(${this.#matrix.map(n).join(" ")})"` : "";
    const end = content === undefined ? "/>" : `>${content}</${tag}>`;
    this.#elements.push(`<${tag} ${attributes}${alpha}${transform}${end}`);
  }
}

const n = (value: number): string => String(Math.round(value * 100) / 100);

/** Names come from strangers; and some characters no XML may have. */
export const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are taken out
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
