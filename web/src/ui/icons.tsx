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
export const Back = () => icon(<path d="M12 3.5v9L6 8zM4 3.5v9" />);
export const Undo = () => icon(<path d="M6 3L2.5 6.5 6 10M2.5 6.5H10a3.5 3.5 0 0 1 0 7H6" />);
export const Copy = () => icon(<path d="M5.5 5.5h7v8h-7zM3.5 10.5v-8h7" />);
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
export const Minus = () => icon(<path d="M3 8h10" />);
export const Fit = () => icon(<path d="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10" />);
export const Close = () => icon(<path d="M4 4l8 8M12 4l-8 8" />);
export const Restart = () => icon(<path d="M13 8a5 5 0 1 1-1.5-3.5L13 6M13 2.5V6H9.5" />);
export const Send = () => icon(<path d="M2 8h10M8 3.5L12.5 8 8 12.5" />);
export const Bin = () => icon(<path d="M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5" />);
export const Link = () =>
  icon(
    <path d="M7 4.5l1.2-1.2a3 3 0 0 1 4.3 4.3L11.3 8.8M9 11.5l-1.2 1.2a3 3 0 0 1-4.3-4.3l1.2-1.2M6.2 9.8l3.6-3.6" />,
  );
export const Keys = () =>
  icon(
    <path d="M6 6h4v4H6zM6 6H4.2A1.8 1.8 0 1 1 6 4.2zM10 6V4.2A1.8 1.8 0 1 1 11.8 6zM10 10h1.8A1.8 1.8 0 1 1 10 11.8zM6 10v1.8A1.8 1.8 0 1 1 4.2 10z" />,
  );
export const Check = () => icon(<path d="M2.500 8.500l3.500 3.500 7.500-8" />);
export const Book = () =>
  icon(
    <path d="M8 4C6.500 2.800 4.500 2.500 2 2.500v10c2.500 0 4.500.300 6 1.500 1.500-1.200 3.500-1.500 6-1.500v-10c-2.500 0-4.500.300-6 1.500zM8 4v10" />,
  );
export const Prompt = () => icon(<path d="M2.500 4l4 4-4 4M8.500 12.500h5" />);
export const Folder = () => icon(<path d="M1.800 12.500v-9h4.500l1.500 2h6.400v7z" />);
export const Save = () => icon(<path d="M8 2.500v8M4.500 7.500L8 11l3.500-3.500M2.500 13.500h11" />);
export const Logo = () => (
  <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="7" fill="#326ce5" />
    <g fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round">
      <circle cx="9" cy="16" r="3.2" />
      <path d="M12.6 16h3.2m0 0c3 0 2.4-7 6-7m-6 7c3 0 2.4 7 6 7m-6-7h6" />
    </g>
    <g fill="#fff">
      <circle cx="24" cy="9" r="2.4" />
      <circle cx="24" cy="16" r="2.4" />
      <circle cx="24" cy="23" r="2.4" />
    </g>
  </svg>
);
