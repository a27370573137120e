import { formatRange } from "../format";
import { useJson } from "../hooks";
import { TroubleBox, Waiting } from "../panel/states";
import { start } from "../start";
import { type Reports, formsOf, stateOf } from "./contract";

function ReportsPage() {
  const reports = useJson<Reports>("/v1/reports");
  return (
    <main class="report">
      <div class="head">
        <h1>Reports</h1>
        <p>
          One for each reporting period, worked out anew each time from all records and returns. What you open is logged with your name, and bears it.
        </p>
      </div>
      {reports.trouble && <TroubleBox what="The list of reports" trouble={reports.trouble} onRetry={reports.retry} />}
      {!reports.trouble && !reports.data && <Waiting />}
      {reports.data && <Periods reports={reports.data} />}
    </main>
  );
}

function Periods({ reports }: { reports: Reports }) {
  if (reports.periods.length === 0) {
    return (
      <section class="part">
        <p>There are no records yet, so there is nothing to report. Records come in by a file, on the page “Import a file”.</p>
      </section>
    );
  }
  return (
    <section class="part">
      <div class="table-scroll whole-height">
        <table class="numbers records periods reports">
          <caption class="quiet">Reporting periods, the latest first</caption>
          <thead>
            <tr>
              {["Period", "State", "Report"].map((title) => (
                <th key={title} scope="col" class="words">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {reports.periods.map((period) => (
              <tr key={period.from}>
                <th scope="row">{formatRange(period)}</th>
                <td class="words">{stateOf(period)}</td>
                <td class="words">
                  <ul class="forms">
                    {formsOf(reports.formats).map((form) => (
                      <li key={form.format}>
                        <a
                          href={`/v1/reports/${period.from}?format=${form.format}`}
                          aria-label={`${form.title}: report, ${formatRange(period)}`}
                        >
                          {form.title}
                        </a>
                      </li>
                    ))}
                  </ul>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

start("reports", ReportsPage);
