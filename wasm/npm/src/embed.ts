/**
 * The playground within a page: `<svcscope-view>`, and the address that it shows. The playground itself is a static
 * site (`cargo xtask site`) that may lie anywhere; `playground` says where.
 *
 * ```html
 * <script type="module" src="…/svcscope/embed.js"></script>
 * <svcscope-view playground="/playground/" src="deploy.yml svc.yml" show="topology traffic" theme="dark"></svcscope-view>
 * ```
 */

/** A manifest with its name. */
export interface EmbeddedFile {
  readonly name: string;
  readonly text: string;
}

/** The parts of the playground. */
export type EmbeddedPart = "manifest" | "topology" | "traffic" | "kubectl";

export interface EmbedOptions {
  /** What is shown; topology and traffic if it is not given. */
  readonly show?: readonly EmbeddedPart[];
  /** The reader's own if it is not given. */
  readonly theme?: "light" | "dark";
  /** The request that is under way in the beginning: who asks, whom, at which port. */
  readonly send?: { readonly from: string; readonly to: string; readonly port: number };
}

/** The address of a playground that shows these files: they are all in it, no server is asked for them. */
export async function embedAddress(
  playground: string,
  files: readonly EmbeddedFile[],
  options: EmbedOptions = {},
): Promise<string> {
  const show = (options.show ?? ["topology", "traffic"]).join(",");
  const theme = options.theme === undefined ? "" : `&theme=${options.theme}`;
  const send = options.send ?? { from: "outside", to: "", port: 0 };
  const hash = await packed(JSON.stringify({ example: "own", files, send }));
  return `${playground.replace(/[?#].*$/s, "")}?show=${show}${theme}#v1=${hash}`;
}

/** Deflated, in the letters that an address may have. */
async function packed(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const letters = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return letters.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

const PARTS: readonly EmbeddedPart[] = ["manifest", "topology", "traffic", "kubectl"];

/** Makes `<svcscope-view>` known, if there are elements at all and nobody has done it. */
export function defineView(name = "svcscope-view"): void {
  if (typeof customElements === "undefined" || customElements.get(name) !== undefined) return;
  customElements.define(name, viewElement());
}

/**
 * Manifests come from `src`, names of files separated by blanks, and from `<script type="application/yaml">` within
 * the element; `from`, `to` and `port` say which request is under way.
 */
function viewElement(): CustomElementConstructor {
  return class SvcscopeView extends HTMLElement {
    static readonly observedAttributes = ["playground", "src", "show", "theme", "from", "to", "port"];
    /** How often it was drawn: what comes late is not wanted any more. */
    #turn = 0;

    connectedCallback(): void {
      void this.#draw();
    }

    attributeChangedCallback(): void {
      if (this.isConnected) void this.#draw();
    }

    async #draw(): Promise<void> {
      const turn = ++this.#turn;
      // All attributes that are set together are one change.
      await Promise.resolve();
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      try {
        const address = await embedAddress(this.getAttribute("playground") ?? "./", await this.#files(), this.#options());
        if (turn !== this.#turn) return;
        const frame = document.createElement("iframe");
        frame.src = address;
        frame.title = this.getAttribute("title") ?? "Kubernetes Services in svcscope";
        frame.style.cssText = "display:block;width:100%;height:100%;min-height:360px;border:0";
        root.replaceChildren(frame);
      } catch (error) {
        if (turn === this.#turn) root.textContent = error instanceof Error ? error.message : String(error);
      }
    }

    async #files(): Promise<EmbeddedFile[]> {
      const names = words(this.getAttribute("src"));
      const fetched = names.map(async (name): Promise<EmbeddedFile> => {
        const response = await fetch(name);
        if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
        return { name: name.split(/[?#]/)[0]?.split("/").at(-1) || "manifest.yml", text: await response.text() };
      });
      const within = [...this.querySelectorAll("script[type='application/yaml']")].map((script, i) => ({
        name: script.getAttribute("name") ?? `manifest-${i + 1}.yml`,
        text: script.textContent ?? "",
      }));
      const files = [...(await Promise.all(fetched)), ...within];
      return files.length > 0 ? files : [{ name: "manifest.yml", text: "" }];
    }

    #options(): EmbedOptions {
      const asked = words(this.getAttribute("show"));
      const show = PARTS.filter((part) => asked.includes(part));
      const theme = this.getAttribute("theme");
      const to = this.getAttribute("to");
      return {
        ...(show.length > 0 && { show }),
        ...((theme === "light" || theme === "dark") && { theme }),
        ...(to !== null && {
          send: { from: this.getAttribute("from") ?? "outside", to, port: Number(this.getAttribute("port") ?? 80) },
        }),
      };
    }
  };
}

const words = (text: string | null): string[] => (text ?? "").split(/[\s,]+/).filter((word) => word !== "");

defineView();
