import { describe, expect, it } from "vitest";
import { columns, Prompt, printable } from "./prompt.ts";

/** A prompt of which nothing is seen, and what was run. */
function prompt(history: readonly string[] = []) {
  const ran: string[] = [];
  const own = new Prompt(
    { cols: 40, write: () => undefined },
    {
      run: async (line) => void ran.push(line),
      interrupt: () => void ran.push("interrupted"),
      clear: () => void ran.push("cleared"),
      complete: async (before) => ({ words: [`${before}pods`], last: before, common: `${before}pods` }),
    },
    history,
  );
  const type = async (...keys: string[]) => {
    for (const key of keys) await own.read(key);
    return ran;
  };
  return { own, type };
}

const UP = "\u001b[A";
const LEFT = "\u001b[D";
const ENTER = "\r";

describe("a line that is typed", () => {
  it.each([
    [["abc", ENTER], ["abc"]],
    [["abc", LEFT, "X", ENTER], ["abXc"]],
    [["abc", "\u007f", ENTER], ["ab"]],
    [["abc", "\u0001", "X", "\u0005", "Y", ENTER], ["XabcY"]],
    [["one two", "\u0017", ENTER], ["one"]],
    [["one two", "\u0015", ENTER], []],
    [["abc", "\u0003", "d", ENTER], ["d"]],
    [["  ", ENTER], []],
    [["first\rsecond\r"], ["first", "second"]],
    [
      ["first\r\nsec", "ond", ENTER],
      ["first", "second"],
    ],
    [
      ["a", ENTER, UP, ENTER],
      ["a", "a"],
    ],
    [[UP, UP, ENTER], ["old"]],
    [[UP, "\u001b[B", "new", ENTER], ["new"]],
    [["get ", "\t", ENTER], ["get pods"]],
    [
      ["\u000c", "a", ENTER],
      ["cleared", "a"],
    ],
    [["a\u001b[31mb", ENTER], ["a[31mb"]],
  ])("%j", async (keys, ran) => {
    expect(await prompt(["old"]).type(...keys)).toEqual(ran);
  });

  it("may be typed while another one runs", async () => {
    const { own, type } = prompt();
    const running = own.read("slow\r");
    await type("ab", LEFT, "X", ENTER);
    await running;
    expect(await type("c", ENTER)).toEqual(["slow", "aXb", "c"]);
  });

  it("is remembered once", async () => {
    const { own, type } = prompt();
    await type("a", ENTER, "a", ENTER, "b", ENTER);
    expect(own.history).toEqual(["a", "b"]);
  });
});

describe("what is printed", () => {
  it("obeys nothing that stands in a name", () => {
    expect(printable("a\u001b]0;title\u0007b\u009bc\td")).toBe("a]0;titlebc d");
  });

  it("stands in columns", () => {
    expect(columns(["aa", "b", "c"], 9)).toBe("aa  b   \r\nc\r\n".replace("b   ", "b"));
  });
});
