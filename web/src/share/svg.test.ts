import { describe, expect, it } from "vitest";
import { SvgCanvas } from "./svg.ts";

function drawn(draw: (canvas: SvgCanvas) => void): string[] {
  const canvas = new SvgCanvas(100, 50, (text) => text.length * 7);
  draw(canvas);
  return canvas.toString("#fff", "two & two").split("\n");
}

describe("a drawing as SVG", () => {
  it("has a title, a ground, and its elements in order", () => {
    const lines = drawn((canvas) => {
      canvas.beginPath();
      canvas.moveTo(1, 2);
      canvas.lineTo(3.14126, 4);
      canvas.strokeStyle = "red";
      canvas.setLineDash([4, 2]);
      canvas.stroke();
    });
    expect(lines[1]).toBe("<title>two &amp; two</title>");
    expect(lines[3]).toBe(
      '<path d="M1 2L3.14 4" fill="none" stroke="red" stroke-width="1" stroke-dasharray="4 2"/>',
    );
  });

  it("runs nothing that stands in a name", () => {
    const lines = drawn((canvas) => canvas.fillText('<script>alert("1")</script>\u0000', 1, 2));
    expect(lines[3]).toContain(">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;</text>");
  });

  it("draws circles whole and arcs in part", () => {
    const lines = drawn((canvas) => {
      canvas.beginPath();
      canvas.arc(10, 10, 5, 0, 2 * Math.PI);
      canvas.fill();
      canvas.beginPath();
      canvas.arc(10, 10, 5, 0, Math.PI / 2);
      canvas.fill();
    });
    expect(lines[3]).toContain('d="M15 10A5 5 0 0 1 5 10A5 5 0 0 1 15 10Z"');
    expect(lines[4]).toContain('d="M15 10A5 5 0 0 1 10 15"');
  });

  it("comes back to what was saved", () => {
    const lines = drawn((canvas) => {
      canvas.save();
      canvas.translate(5, 5);
      canvas.scale(2, 2);
      canvas.globalAlpha = 0.5;
      canvas.fillRect(0, 0, 1, 1);
      canvas.restore();
      canvas.fillRect(0, 0, 1, 1);
    });
    expect(lines[3]).toContain('opacity="0.5" transform="matrix(2 0 0 2 5 5)"');
    expect(lines[4]).toBe('<rect x="0" y="0" width="1" height="1" fill="#000"/>');
  });
});
