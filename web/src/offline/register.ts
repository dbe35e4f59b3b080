/** Asks the browser to keep the site; not before it has nothing more urgent to do. */
export function keepOffline(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const register = () =>
    // A browser that keeps nothing, in a private window for example, shows the page all the same.
    void navigator.serviceWorker.register("./sw.js").catch(() => undefined);
  // The first visit has fetched everything that it needs by then.
  setTimeout(register, 2500);
}
