/** A part of the page that is fetched when it is first wanted. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Until it is there, nothing stands in its place; if it cannot be fetched, that is said. */
export function lazy(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | undefined;
  return function Lazy() {
    const [, setState] = useState(loaded ? "there" : "");
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (part) => {
          loaded = part;
          setState("there");
        },
        () => setFailed(true),
      );
    }, []);
    if (failed) return <p class="unfetched">This part of the page could not be fetched. Are you offline?</p>;
    const Part = loaded;
    return Part ? <Part /> : null;
  };
}
