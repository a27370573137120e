// What was chosen for an import, kept for as long as the tab is open: a reload loses nothing, and a mended file is read
// as the first was.
import { type Choices, NO_CHOICES } from "./mapping";

const name = (id: string) => `import ${id}`;

export function keptChoices(id: string): Choices | null {
  try {
    const text = sessionStorage.getItem(name(id));
    return text ? { ...NO_CHOICES, ...(JSON.parse(text) as Partial<Choices>) } : null;
  } catch {
    return null;
  }
}

export function keepChoices(id: string, choices: Choices): void {
  try {
    sessionStorage.setItem(name(id), JSON.stringify(choices));
  } catch {
    // No room, or none allowed: then only this page remembers.
  }
}
