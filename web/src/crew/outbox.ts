// Visits that are not known to be stored, in the browser's database on this phone. All tabs share it.
import type { Refusal, Visit } from "./visit";

const DATABASE = "crew";
const VISITS = "visits";

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(VISITS, { keyPath: "ref" });
  return result(request);
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Does something in one transaction, and returns once that is on the disk. */
async function inOne<T>(mode: IDBTransactionMode, run: (visits: IDBObjectStore) => Promise<T>): Promise<T> {
  const database = await opened();
  try {
    const transaction = database.transaction(VISITS, mode, { durability: "strict" });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    const [value] = await Promise.all([run(transaction.objectStore(VISITS)), done]);
    return value;
  } finally {
    database.close();
  }
}

/** Every visit on the phone, of whoever saved it. */
export function allVisits(): Promise<Visit[]> {
  return inOne("readonly", (visits) => result(visits.getAll() as IDBRequest<Visit[]>));
}

export async function addVisit(visit: Visit): Promise<void> {
  await inOne("readwrite", (visits) => result(visits.put(visit)));
}

export async function dropVisits(refs: string[]): Promise<void> {
  await inOne("readwrite", (visits) => Promise.all(refs.map((ref) => result(visits.delete(ref)))));
}

/** Notes why a visit was not taken. One that is not there any more stays away: another tab had it stored. */
export async function refuseVisit(ref: string, refusal: Refusal): Promise<void> {
  await inOne("readwrite", async (visits) => {
    const visit = await result(visits.get(ref) as IDBRequest<Visit | undefined>);
    if (visit) await result(visits.put({ ...visit, refusal }));
  });
}
