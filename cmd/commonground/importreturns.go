package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"commonground/data"
	"commonground/data/intake"
)

type importReturns struct {
	File   string            `arg:"" help:"CSV or an Excel workbook with a row that names the columns: measure (id or title), from (first day; of a period, that of the period), value, or least and most of a range; to (first day after) or last (last day) of a cohort; withdrawn (yes takes a figure back)." type:"existingfile"`
	Agency string            `help:"Whose return it is, as the scheme's measures name it." required:""`
	Map    map[string]string `help:"Columns of fields, such as from=Period,value=Number. Columns with a usual name are found." mapsep:"," placeholder:"FIELD=COLUMN,…"`
	Sheet  string            `help:"Sheet of a workbook. Default: the first that is not hidden."`
	Dates  string            `help:"Order of day and month in dates with slashes: dmy or mdy. Default: found out from the file." enum:",dmy,mdy" default:""`
}

// Run stores all rows of the file, or none.
func (c *importReturns) Run(ctx context.Context, p *program) error {
	return p.withStore(ctx, func(_ store, door *intake.Door, _ *data.Scheme) error {
		file, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer file.Close()
		sum, err := door.Returns(ctx, file, intake.ReturnOptions{
			By:  intake.Returner{Agency: c.Agency, Who: p.entry("", "").Who, At: p.now()},
			Map: c.Map, Dates: intake.DateOrder(c.Dates), Sheet: c.Sheet,
		})
		if err != nil {
			return fmt.Errorf("%s was not put in: %w", c.File, err)
		}
		return c.tell(p, sum)
	})
}

// toldReturns is how many refusals are shown.
const toldReturns = 20

func (c *importReturns) tell(p *program, sum intake.ReturnSummary) error {
	fmt.Fprintf(p.stdout, "Columns read: %s.\n", sum.Mapping)
	if len(sum.Dropped) > 0 {
		fmt.Fprintf(p.stdout, "Columns of which nothing is kept: %s.\n", strings.Join(sum.Dropped, ", "))
	}
	for _, note := range sum.Notes {
		fmt.Fprintln(p.stdout, note)
	}
	if refused := len(sum.Refusals); refused > 0 {
		var lines strings.Builder
		for _, refusal := range sum.Refusals[:min(refused, toldReturns)] {
			fmt.Fprintf(&lines, "\n  %v", refusal)
		}
		if refused > toldReturns {
			fmt.Fprintf(&lines, "\n  and %d more", refused-toldReturns)
		}
		return fmt.Errorf("%s was not put in, for %d of its %d rows are refused; mend them and send the whole file again:%s",
			c.File, refused, sum.Rows, lines.String())
	}
	fmt.Fprintf(p.stdout, "%d rows of %s: %d added, %d corrected, %d there already.\n", sum.Rows, c.Agency, sum.Added, sum.Corrected, sum.Unchanged)
	return nil
}
