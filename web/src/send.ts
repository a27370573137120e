// Requests that change something, and the way out.
import { forgetCrew } from "./crew/kept";
import { asTrouble, problemOf, signInAddress } from "./hooks";

/** Sends JSON and returns the answer's, undefined where it has none. Throws a Trouble. */
export async function sendJson<T>(method: "POST" | "PUT" | "DELETE", url: string, body?: unknown): Promise<T | undefined> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer: Response;
  try {
    answer = await fetch(url, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  } catch (reason) {
    throw asTrouble(reason);
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer.status === 204 ? undefined : ((await answer.json()) as T);
}

/** Signs out here and, where the provider of sign-ins knows how, there. Throws a Trouble. */
export async function signOut(): Promise<void> {
  const answer = await sendJson<{ to: string }>("POST", "/staff/sign-out");
  forgetCrew();
  location.assign(answer?.to ?? signInAddress(location));
}
