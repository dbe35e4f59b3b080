/** Keeping what has not changed: views that compare by identity then know it. */

type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/** `after`, made of the parts of `before` wherever they are the same; `before` itself if nothing is different. */
export function shared<T>(before: T, after: T): T {
  return share(before as Json, after as Json) as T;
}

function share(before: Json, after: Json): Json {
  if (before === after || !isNode(before) || !isNode(after)) return after;
  if (Array.isArray(after)) return Array.isArray(before) ? shareList(before, after) : after;
  if (Array.isArray(before)) return after;
  return shareObject(before as Fields, after as Fields);
}

type Fields = { readonly [key: string]: Json };

const isNode = (value: Json): value is readonly Json[] | Fields =>
  typeof value === "object" && value !== null;

function shareObject(before: Fields, after: Fields): Json {
  const keys = Object.keys(after);
  const result: Record<string, Json> = {};
  let same = keys.length === Object.keys(before).length;
  for (const key of keys) {
    result[key] = share(before[key], after[key]);
    same &&= result[key] === before[key];
  }
  return same ? before : result;
}

/** Things that have names are found by them: where one goes, the others move up. */
function shareList(before: readonly Json[], after: readonly Json[]): Json {
  const named = new Map(before.map((item, i) => [nameOf(item, i), item]));
  const result = after.map((item, i) => share(named.get(nameOf(item, i)), item));
  const same = before.length === after.length && result.every((item, i) => item === before[i]);
  return same ? before : result;
}

function nameOf(item: Json, index: number): string | number {
  if (!isNode(item) || Array.isArray(item)) return index;
  const { namespace, name } = item as Fields;
  return typeof name === "string" && name !== "" ? `${String(namespace)}/${name}` : index;
}
