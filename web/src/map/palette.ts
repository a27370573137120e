// The colours of the map, once for each theme; the same values stand in styles/tokens.css for what CSS draws.

export interface Palette {
  name: "light" | "dark";
  paper: string;
  ink: string;
  quiet: string;
  accent: string;
  residential: string;
  residentialLine: string;
  nonResidential: string;
  nonResidentialLine: string;
  /** few to many */
  ramp: [string, string, string, string, string];
}

export const LIGHT: Palette = {
  name: "light",
  paper: "#fbfaf7",
  ink: "#1d2430",
  quiet: "#5b6472",
  accent: "#1f5f8b",
  residential: "#f7efdd",
  residentialLine: "#8f7a55",
  nonResidential: "#dde8ef",
  nonResidentialLine: "#5d7688",
  ramp: ["#f9dca6", "#efb06c", "#d98442", "#ab5527", "#6a2b11"],
};

// On a dark ground few must stay close to the ground and many stand out, so the ramp runs from dark to light.
export const DARK: Palette = {
  name: "dark",
  paper: "#151a22",
  ink: "#ece8df",
  quiet: "#a9b1bd",
  accent: "#86bfe4",
  residential: "#2f2a1f",
  residentialLine: "#9c8a66",
  nonResidential: "#1f2e3a",
  nonResidentialLine: "#7f9aad",
  ramp: ["#613516", "#985224", "#bd7135", "#e3a665", "#fbe2b8"],
};

export function paletteFor(dark: boolean): Palette {
  return dark ? DARK : LIGHT;
}
