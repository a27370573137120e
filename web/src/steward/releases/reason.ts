// The reason for a withdrawal, as the server takes it.

/** In letters. */
export const REASON_LENGTH = { min: 10, max: 500 };

/** A reason as one line. */
export function reasonLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
