// What the inspector says; the catalogues have the same keys.
export const english = {
  "inspectorTitle": "Choose an element to track",
  "inspectorHint": "Click it, or move with the arrow keys and press Enter.",
  "inspectorChosen": "Chosen: {selector}",
  "inspectorExit": "Exit",
  "inspectorRefused": "This link is not valid any more. Open a new one.",
  "inspectorUnsent": "Couldn't reach the server. Choose it again."
};
