/** Line icons of one family, inline. */
import type { JSX } from "preact";

const icon = (path: JSX.Element): JSX.Element => (
  <svg
    width="16"
    height="16"
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    stroke-width="1.6"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    {path}
  </svg>
);

export const Play = () => icon(<path d="M5 3.5v9l7-4.5z" />);
export const Pause = () => icon(<path d="M5.5 3.5v9M10.5 3.5v9" />);
export const Step = () => icon(<path d="M4 3.5v9l6-4.5zM12 3.5v9" />);
export const Sun = () =>
  icon(
    <>
      <circle cx="8" cy="8" r="3" />
      <path d="M8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M3.4 12.6l1.1-1.1M11.5 4.5l1.1-1.1" />
    </>,
  );
export const Moon = () => icon(<path d="M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5z" />);
export const Table = () => icon(<path d="M2 3h12v10H2zM2 6.5h12M2 9.8h12M6.5 3v10" />);
export const Diagram = () =>
  icon(
    <>
      <rect x="1.5" y="6" width="4" height="4" rx="1" />
      <rect x="10.5" y="2" width="4" height="4" rx="1" />
      <rect x="10.5" y="10" width="4" height="4" rx="1" />
      <path d="M5.5 8h2.5V4h2.5M8 8v4h2.5" />
    </>,
  );
export const Plus = () => icon(<path d="M8 3v10M3 8h10" />);
export const Close = () => icon(<path d="M4 4l8 8M12 4l-8 8" />);
export const Send = () => icon(<path d="M2 8h10M8 3.5L12.5 8 8 12.5" />);
export const Bin = () => icon(<path d="M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5" />);
