/** A line that is typed: what keys do to it, and how it stands in a terminal. Knows nothing of what it means. */

export interface Screen {
  readonly cols: number;
  write(text: string): void;
}

export interface Asker {
  /** Runs a line; until it is done nothing is read but Ctrl+C. */
  run(line: string): Promise<void>;
  interrupt(): void;
  clear(): void;
  /** What may stand for the last word of this; `start` is where that word begins. */
  complete(
    before: string,
  ): Promise<{ readonly words: readonly string[]; readonly last: string; readonly common: string }>;
}

const SIGN = "$ ";
const ESC = "\u001b";
/** As terminals send them. */
const KEYS: Readonly<
  Record<
    string,
    keyof Prompt &
      ("up" | "down" | "left" | "right" | "home" | "end" | "rub" | "wordLeft" | "wordRight" | "rubWord")
  >
> = {
  [`${ESC}[A`]: "up",
  [`${ESC}[B`]: "down",
  [`${ESC}[C`]: "right",
  [`${ESC}[D`]: "left",
  [`${ESC}[H`]: "home",
  [`${ESC}[F`]: "end",
  [`${ESC}OA`]: "up",
  [`${ESC}OB`]: "down",
  [`${ESC}OC`]: "right",
  [`${ESC}OD`]: "left",
  [`${ESC}OH`]: "home",
  [`${ESC}OF`]: "end",
  [`${ESC}[1~`]: "home",
  [`${ESC}[4~`]: "end",
  [`${ESC}[3~`]: "rub",
  [`${ESC}[1;5D`]: "wordLeft",
  [`${ESC}[1;5C`]: "wordRight",
  [`${ESC}[1;3D`]: "wordLeft",
  [`${ESC}[1;3C`]: "wordRight",
  [`${ESC}b`]: "wordLeft",
  [`${ESC}f`]: "wordRight",
  "\u0001": "home",
  "\u0005": "end",
  "\u0002": "left",
  "\u0006": "right",
  "\u0010": "up",
  "\u000e": "down",
  "\u0017": "rubWord",
};

export class Prompt {
  readonly #screen: Screen;
  readonly #asker: Asker;
  readonly history: string[];
  #line = "";
  #cursor = 0;
  /** The place in the history; its length stands for the line that is being typed. */
  #place: number;
  #draft = "";
  /** Rows from the one where the line begins to the one with the cursor. */
  #row = 0;
  #busy = false;
  readonly #ahead: string[] = [];

  constructor(screen: Screen, asker: Asker, history: readonly string[]) {
    this.#screen = screen;
    this.#asker = asker;
    this.history = [...history];
    this.#place = this.history.length;
  }

  /** A new, empty line. */
  fresh(): void {
    this.#set("", 0);
    this.#row = 0;
    this.#place = this.history.length;
    this.#draw();
  }

  /** The terminal is as wide as never before, or has been emptied. */
  redraw(): void {
    this.#row = 0;
    if (!this.#busy) this.#draw();
  }

  /** What the terminal sends: a key, or text that was pasted. */
  async read(data: string): Promise<void> {
    if (data === "\u0003") return this.#break();
    // Hands are faster than some commands: what is typed meanwhile is read after them.
    if (this.#busy) {
      this.#ahead.push(data);
      return;
    }
    const key = KEYS[data];
    if (key) return this[key]();
    if (data === "\t") return this.#complete();
    if (data === "\u007f" || data === "\b") return this.#erase(1);
    if (data === "\u0015") return this.#cut(0, this.#cursor);
    if (data === "\u000c") {
      this.#asker.clear();
      return this.redraw();
    }
    if (data.startsWith(ESC)) return;
    // What is pasted may be many lines: each is a command.
    const lines = data.replace(/\r\n?/g, "\n").split("\n");
    for (const [i, text] of lines.entries()) {
      this.#insert(printable(text));
      if (i < lines.length - 1) await this.#enter();
    }
  }

  up(): void {
    if (this.#place === 0) return;
    if (this.#place === this.history.length) this.#draft = this.#line;
    this.#recall(this.#place - 1);
  }

  down(): void {
    if (this.#place < this.history.length) this.#recall(this.#place + 1);
  }

  left(): void {
    this.#move(this.#cursor - 1);
  }

  right(): void {
    this.#move(this.#cursor + 1);
  }

  home(): void {
    this.#move(0);
  }

  end(): void {
    this.#move(this.#line.length);
  }

  wordLeft(): void {
    this.#move(this.#wordStart());
  }

  wordRight(): void {
    const rest = /^\s*\S*/.exec(this.#line.slice(this.#cursor))?.[0] ?? "";
    this.#move(this.#cursor + rest.length);
  }

  rub(): void {
    this.#cut(this.#cursor, this.#cursor + 1);
  }

  rubWord(): void {
    this.#cut(this.#wordStart(), this.#cursor);
  }

  #wordStart(): number {
    return this.#line.slice(0, this.#cursor).replace(/\S*\s*$/, "").length;
  }

  #recall(place: number): void {
    this.#place = place;
    const line = this.history[place] ?? this.#draft;
    this.#set(line, line.length);
    this.#draw();
  }

  #insert(text: string): void {
    if (text === "") return;
    const { length } = this.#line;
    this.#set(
      this.#line.slice(0, this.#cursor) + text + this.#line.slice(this.#cursor),
      this.#cursor + text.length,
    );
    // At the end of a row's middle the terminal itself does what is needed: that is quick, and readers hear it.
    const plain =
      this.#cursor === length + text.length && (SIGN.length + this.#cursor) % this.#screen.cols > text.length;
    if (plain) this.#screen.write(text);
    else this.#draw();
  }

  #erase(count: number): void {
    this.#cut(Math.max(0, this.#cursor - count), this.#cursor);
  }

  #cut(from: number, to: number): void {
    this.#set(this.#line.slice(0, from) + this.#line.slice(to), from);
    this.#draw();
  }

  #move(cursor: number): void {
    this.#set(this.#line, Math.max(0, Math.min(cursor, this.#line.length)));
    this.#draw();
  }

  #set(line: string, cursor: number): void {
    this.#line = line;
    this.#cursor = cursor;
  }

  async #enter(): Promise<void> {
    this.end();
    this.#screen.write("\r\n");
    const line = this.#line.trim();
    if (line !== "") {
      if (this.history.at(-1) !== line) this.history.push(line);
      this.#busy = true;
      await this.#asker.run(line);
      this.#busy = false;
    }
    this.fresh();
    const ahead = this.#ahead.splice(0);
    for (const data of ahead) await this.read(data);
  }

  #break(): void {
    if (this.#busy) {
      this.#ahead.length = 0;
      this.#asker.interrupt();
      return;
    }
    this.end();
    this.#screen.write("^C\r\n");
    this.fresh();
  }

  async #complete(): Promise<void> {
    const before = this.#line.slice(0, this.#cursor);
    const { words, last, common } = await this.#asker.complete(before);
    // Who has typed on meanwhile knows already.
    if (before !== this.#line.slice(0, this.#cursor)) return;
    const [only] = words;
    if (only !== undefined && words.length === 1) {
      return this.#insert(`${only.slice(last.length)}${/[=/]$/.test(only) ? "" : " "}`);
    }
    if (common.length > last.length) return this.#insert(common.slice(last.length));
    if (words.length === 0) return;
    const cursor = this.#cursor;
    this.end();
    this.#screen.write(`\r\n${columns(words, this.#screen.cols)}`);
    this.#set(this.#line, cursor);
    this.#row = 0;
    this.#draw();
  }

  /** Writes the line over what stands there of it. */
  #draw(): void {
    const { cols } = this.#screen;
    const at = (offset: number) => ({ row: Math.floor(offset / cols), column: offset % cols });
    const end = at(SIGN.length + this.#line.length);
    const cursor = at(SIGN.length + this.#cursor);
    const up = this.#row > 0 ? `${ESC}[${this.#row}A` : "";
    // A row that is full to the last column has no next one yet.
    const full = end.column === 0 && end.row > 0 ? "\r\n" : "";
    const back = end.row > cursor.row ? `${ESC}[${end.row - cursor.row}A` : "";
    const right = cursor.column > 0 ? `${ESC}[${cursor.column}C` : "";
    this.#screen.write(`${up}\r${ESC}[J${ESC}[1;34m${SIGN}${ESC}[0m${this.#line}${full}${back}\r${right}`);
    this.#row = cursor.row;
  }
}

/** Nothing that a terminal would obey. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are taken out
  text.replaceAll("\t", " ").replace(/[\u0000-\u001f\u007f-\u009f]/g, "");

/** Words side by side, as many as there is room for; a very long list is cut. */
export function columns(words: readonly string[], cols: number): string {
  const most = 120;
  const shown = words.slice(0, most).map(printable);
  const width = Math.max(...shown.map((word) => word.length)) + 2;
  const perRow = Math.max(1, Math.floor(cols / width));
  let out = "";
  shown.forEach((word, i) => {
    const last = (i + 1) % perRow === 0 || i === shown.length - 1;
    out += last ? `${word}\r\n` : word.padEnd(width);
  });
  return words.length > most ? `${out}and ${words.length - most} more\r\n` : out;
}
