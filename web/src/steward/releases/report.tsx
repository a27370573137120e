import { formatDate } from "../../format";
import type { Report, ReportNode, ReportReturn } from "./contract";

/** The monitoring report as it would be published with the edition. */
export function PublishedReport({ report }: { report: Report | null }) {
  return (
    <section class="part" aria-labelledby="report-title">
      <h2 id="report-title">The monitoring report that the public would see</h2>
      {report ? (
        <>
          <ul class="plain-list reading">
            {report.items.map(({ id, sentence }) => (
              <li key={id}>{sentence}</li>
            ))}
          </ul>
          <div class="sides">
            <Contacts line={report.dedicated_line} />
            <Returns returns={report.returns} />
          </div>
        </>
      ) : (
        <p>None: see above what the rules say of it.</p>
      )}
    </section>
  );
}

interface Row {
  node: ReportNode;
  depth: number;
}

/** The nodes of a tree as rows, each before its parts. */
export function rowsOf(node: ReportNode, depth = 0): Row[] {
  return [{ node, depth }, ...(node.of_which ?? []).flatMap((part) => rowsOf(part, depth + 1))];
}

/** What a node is called, and what it stands for. */
export function nodeWords({ title, stands_for }: ReportNode): string {
  return stands_for?.length ? `Others, in one number: ${stands_for.map((o) => o.title).join("; ")}` : title;
}

function Contacts({ line }: { line: ReportNode }) {
  return (
    <div class="side">
      <h3>Contacts and what came of them</h3>
      <div class="table-scroll whole-height" tabIndex={0} role="region" aria-label="Table of contacts">
        <table class="numbers records wrapped">
          <thead>
            <tr>
              <th scope="col" class="words">
                What came of it
              </th>
              <th scope="col">Contacts</th>
            </tr>
          </thead>
          <tbody>
            {rowsOf(line).map(({ node, depth }) => (
              <tr key={node.id || nodeWords(node)}>
                <th scope="row" class={`words depth-${depth}`}>
                  {nodeWords(node)}
                </th>
                <td>{node.text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

interface Days {
  words: string;
  figures: ReportReturn["figures"];
}

/** Figures about the same days of one agency, side by side. */
function daysOf(returns: ReportReturn[]): Days[] {
  const all: Days[] = [];
  for (const { agency, about, since, figures } of returns) {
    const words = `Returned by ${agency.replaceAll("_", " ")}, ${about}${since ? `; as in the edition of the period from ${formatDate(since)}` : ""}`;
    const last = all.at(-1);
    if (last?.words === words) last.figures = [...last.figures, ...figures];
    else all.push({ words, figures });
  }
  return all;
}

function Returns({ returns }: { returns: ReportReturn[] }) {
  return (
    <div class="side">
      <h3>What agencies returned</h3>
      {daysOf(returns).map(({ words, figures }) => (
        <table key={words} class="numbers records wrapped">
          <caption>{words}</caption>
          <thead>
            <tr>
              <th scope="col" class="words">
                What
              </th>
              <th scope="col">Number</th>
            </tr>
          </thead>
          <tbody>
            {figures.map((f) => (
              <tr key={f.id}>
                <th scope="row" class={`words depth-${f.part_of ? 1 : 0}`}>
                  {f.title}
                </th>
                <td>{f.text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  );
}
