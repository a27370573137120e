import type { ClassId } from "../../api";
import { formatDate } from "../../format";
import { ClassMark } from "../../marks";
import type { Edition, Titled } from "./contract";
import { familyTable } from "./tables";

/** The tables as they would be published: one for each family, weeks down, classes across. */
export function PublishedTables({ edition }: { edition: Edition }) {
  return (
    <section class="part" aria-labelledby="tables-title">
      <h2 id="tables-title">The tables that the public would see</h2>
      <div class="sides">
        {(edition.tables.families ?? []).map((family) => (
          <FamilyTable key={family.id} edition={edition} family={family} />
        ))}
      </div>
    </section>
  );
}

function FamilyTable({ edition, family }: { edition: Edition; family: Titled }) {
  const { classes, rows, total } = familyTable(edition, family.id);
  return (
    <div class="side">
      <h3>{family.title}</h3>
      <div class="table-scroll whole-height" tabIndex={0} role="region" aria-label={`Table of ${family.title}`}>
        <table class="numbers records">
          <thead>
            <tr>
              <th scope="col" class="words">
                Week from
              </th>
              {classes.map(({ id, title }) => (
                <th key={id} scope="col">
                  <ClassMark id={id as ClassId} /> {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ week, figures }) => (
              <tr key={week}>
                <th scope="row">{formatDate(week)}</th>
                {figures.map((text, i) => (
                  <td key={classes[i]?.id}>{text}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>{total ? `Whole area and period: ${total}.` : "No total is published, for it would give something away."}</p>
    </div>
  );
}
