/** A command line as its words, as a POSIX shell splits it. Of the rest of a shell's language there is nothing here. */

export type Split =
  | {
      readonly words: readonly string[] /** What the last word is so far; empty after a space. */;
      readonly last: string;
    }
  | { readonly problem: string };

/** What a shell would make something of, and this is none. */
const FOREIGN: Readonly<Record<string, string>> = {
  "|": "There are no pipes here: kubectl's own -o, -l and --field-selector choose what is printed.",
  ">": "There are no redirections here: select the text and copy it.",
  "<": "There are no redirections here: -f takes the name of a file in the editor.",
  "&": "There are no background jobs here: one command at a time.",
  ";": "One command at a time, please.",
  "`": "There are no substitutions here.",
};

export function split(line: string): Split {
  const words: string[] = [];
  let word = "";
  let begun = false;
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const c = line.charAt(i);
    if (quote === "'") {
      if (c === "'") quote = "";
      else word += c;
    } else if (c === "\\") {
      i++;
      word += line.charAt(i);
      begun = true;
    } else if (quote === '"') {
      if (c === '"') quote = "";
      else word += c;
    } else if (c === "'" || c === '"') {
      quote = c;
      begun = true;
    } else if (c === " " || c === "\t") {
      if (begun) words.push(word);
      word = "";
      begun = false;
    } else if (c === "#" && !begun) {
      break;
    } else if (FOREIGN[c] !== undefined) {
      return { problem: FOREIGN[c] };
    } else if (c === "$" && line.charAt(i + 1) === "(") {
      return { problem: "There are no substitutions here." };
    } else {
      word += c;
      begun = true;
    }
  }
  if (quote !== "") return { problem: `A quotation mark is missing: ${quote}` };
  if (begun) words.push(word);
  return { words, last: begun ? word : "" };
}
