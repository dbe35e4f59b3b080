/** A view whose code comes when it is first wanted. */
import type { ComponentType, FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";

export function lazy(load: () => Promise<ComponentType>): FunctionComponent {
  let Loaded: ComponentType | undefined;
  return function Lazy() {
    const [, ready] = useState(Loaded !== undefined);
    useEffect(() => {
      if (Loaded) return;
      void load().then((view) => {
        Loaded = view;
        ready(true);
      });
    }, []);
    return Loaded ? <Loaded /> : null;
  };
}
