// The icons of the app's bar and console: our own strokes on a grid of 16

const icon = (path) =>
  '<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" ' +
  `stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${path}"/></svg>`;

export const ICONS = {
  back: icon("M9.500 3.500L5 8l4.500 4.500"),
  reload: icon("M13 8a5 5 0 11-1.600-3.700M13 2.500v3h-3"),
  lock: icon("M4 7.500h8v6H4zM5.500 7.500V5a2.500 2.500 0 015 0v2.500"),
  phone: icon("M5 2h6v12H5zM7.200 12h1.600"),
  tablet: icon("M3.500 2.500h9v11h-9zM7 11.500h2"),
  pane: icon("M2 3h12v8H2zM6 13.500h4M8 11v2.500"),
  data: icon(
    "M3 4c0-1 2.200-1.800 5-1.800S13 3 13 4s-2.200 1.800-5 1.800S3 5 3 4zM3 4v8c0 1 2.200 1.800 5 1.800s5-.8 5-1.800V4M3 8c0 1 2.200 1.800 5 1.800S13 9 13 8",
  ),
  save: icon("M8 2.500v7.500M5 7.500l3 3 3-3M3 13.500h10"),
  full: icon("M9.500 2.500h4v4M6.500 13.500h-4v-4M13.500 2.500L9 7M2.500 13.500L7 9"),
  tab: icon("M9 3h4v4M13 3L7.500 8.500M11 9v4H3V5h4"),
  trash: icon("M3 4.500h10M6.500 4.500v-2h3v2M4.500 4.500l.5 9h6l.5-9"),
  fold: icon("M4 6l4 4 4-4"),
};
