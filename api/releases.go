package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"commonground/data"
	"commonground/data/audit"
	"commonground/data/release"
)

// Desk drafts, signs, seals and takes back editions for the public. A person is
// named by who, as in the audit log.
type Desk interface {
	Calendar(context.Context) (release.Calendar, error)
	// Draft makes the edition of a period as it would be sealed now; who looks at
	// it, for Signed.Yours.
	Draft(ctx context.Context, period data.Date, who string) (*release.Draft, error)
	// Sign stands for a draft, which is named by its hash.
	Sign(ctx context.Context, period data.Date, draft, who, name string) error
	// Seal publishes a draft for good.
	Seal(ctx context.Context, period data.Date, draft, who string) (data.Sealing, error)
	Withdraw(ctx context.Context, period data.Date, why, who string) (data.Sealing, error)
	// Verify returns what is wrong with archive and chain, in sentences; none
	// where all is well.
	Verify(context.Context) ([]string, error)
}

// theDesk returns an error where the server has none.
func (s *staff) theDesk() (Desk, error) {
	if s.Desk == nil {
		return nil, huma.Error503ServiceUnavailable("this server was started without an archive of editions, so nothing can be released from it")
	}
	return s.Desk, nil
}

// atDesk makes a handler of what looks at all records, as a draft does, and all
// that is done with one. One thing is done at a time; others wait in line and
// hold up nobody else. Nobody may keep the answers.
func atDesk[I any](s *staff, handle func(context.Context, Desk, *I) (answer, error), example any) func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		describe(api, &op, example)
		huma.Register(api, op, func(ctx context.Context, in *I) (*reply, error) {
			a, err := atDeskInTurn(ctx, s, in, handle)
			if err != nil {
				return nil, s.fail(ctx, err)
			}
			a.cacheControl = noStore
			return a.reply(), nil
		})
	}
}

// atDeskInTurn waits for the desk first, and only then takes a turn from those
// who ask other things.
func atDeskInTurn[I any](ctx context.Context, s *staff, in *I, handle func(context.Context, Desk, *I) (answer, error)) (answer, error) {
	desk, err := s.theDesk()
	if err != nil {
		return answer{}, err
	}
	end, err := s.desk.take(ctx)
	if err != nil {
		return answer{}, err
	}
	defer end()
	return ask(ctx, s, in, func(ctx context.Context, in *I) (answer, error) { return handle(ctx, desk, in) })
}

func (s *staff) releases(ctx context.Context, _ *schemeInput) (answer, error) {
	desk, err := s.theDesk()
	if err != nil {
		return answer{}, err
	}
	calendar, err := desk.Calendar(ctx)
	if err != nil {
		return answer{}, err
	}
	return asJSON(calendar)
}

// ReleasePeriod is the part of an address that names a period. It is exported
// because huma reads only exported fields.
type ReleasePeriod struct {
	From string `path:"from" example:"2019-04-24" doc:"first day of the period"`
}

func (p ReleasePeriod) period() (data.Date, error) {
	day, err := data.ParseDate(p.From)
	if err != nil {
		return 0, huma.Error422UnprocessableEntity("from: " + err.Error())
	}
	return day, nil
}

func (s *staff) draft(ctx context.Context, desk Desk, in *ReleasePeriod) (answer, error) {
	period, err := in.period()
	if err != nil {
		return answer{}, err
	}
	draft, err := desk.Draft(ctx, period, callerOf(ctx).ID)
	if err != nil {
		return answer{}, err
	}
	return asJSON(draft)
}

// maxDeskBody bounds what is sent to the desk: 500 letters, each escaped.
const maxDeskBody = 8 << 10

// draftInput names the draft of a period.
type draftInput struct {
	ReleasePeriod
	Body struct {
		Draft string `json:"draft" pattern:"^[0-9a-f]{64}$" doc:"the sha256 of the draft that was looked at"`
	}
}

func (s *staff) sign(ctx context.Context, desk Desk, in *draftInput) (answer, error) {
	period, err := s.recordRelease(ctx, in.ReleasePeriod, "signs the draft "+in.Body.Draft, "")
	if err != nil {
		return answer{}, err
	}
	caller := callerOf(ctx)
	return answer{status: http.StatusNoContent}, desk.Sign(ctx, period, in.Body.Draft, caller.ID, caller.Name)
}

func (s *staff) seal(ctx context.Context, desk Desk, in *draftInput) (answer, error) {
	period, err := s.recordRelease(ctx, in.ReleasePeriod, "seals the draft "+in.Body.Draft, "")
	if err != nil {
		return answer{}, err
	}
	return linked(desk.Seal(ctx, period, in.Body.Draft, callerOf(ctx).ID))
}

// withdrawalInput takes an edition back.
type withdrawalInput struct {
	ReleasePeriod
	Body struct {
		Why string `json:"why" doc:"the reason, 10 to 500 letters in one line; it stands in the log and is not published"`
	}
}

func (s *staff) withdraw(ctx context.Context, desk Desk, in *withdrawalInput) (answer, error) {
	why := strings.TrimSpace(in.Body.Why)
	if n := utf8.RuneCountInString(why); n < 10 || n > 500 || strings.ContainsFunc(why, unicode.IsControl) {
		return answer{}, huma.Error422UnprocessableEntity("why: write 10 to 500 letters in one line")
	}
	period, err := s.recordRelease(ctx, in.ReleasePeriod, "withdraws the edition", why)
	if err != nil {
		return answer{}, err
	}
	return linked(desk.Withdraw(ctx, period, why, callerOf(ctx).ID))
}

// recordRelease puts what is to be done with the edition of a period into the
// audit log, before it is done. Only people do it: who makes themselves a
// steward's key could sign for two.
func (s *staff) recordRelease(ctx context.Context, in ReleasePeriod, what, why string) (data.Date, error) {
	caller := callerOf(ctx)
	if strings.HasPrefix(caller.ID, "key:") {
		return 0, huma.Error403Forbidden("editions are signed, sealed and withdrawn by people who are signed in, not with a key")
	}
	period, err := in.period()
	if err != nil {
		return 0, err
	}
	return period, s.append(ctx, audit.Entry{
		Who: caller.ID, Name: caller.Name, Roles: caller.Roles.String(), Action: audit.Release, Subject: "release:" + period.String(), What: what, Why: why,
	})
}

// linkAnswer is a link of the chain of editions.
type linkAnswer struct {
	Number    int64     `json:"number"`
	Period    string    `json:"period"`
	Withdrawn bool      `json:"withdrawn"`
	SHA256    string    `json:"manifest_sha256"`
	At        time.Time `json:"at"`
}

func linked(link data.Sealing, err error) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	a, err := asJSON(linkAnswer{link.Number, link.Period.String(), link.Withdrawn, link.SHA256, link.At})
	a.status = http.StatusCreated
	return a, err
}

type verificationAnswer struct {
	OK       bool     `json:"ok"`
	Findings []string `json:"findings" doc:"what is wrong, in sentences"`
}

func (s *staff) verification(ctx context.Context, desk Desk, _ *struct{}) (answer, error) {
	findings, err := desk.Verify(ctx)
	if err != nil {
		return answer{}, fmt.Errorf("verifying the archive: %w", err)
	}
	return asJSON(verificationAnswer{len(findings) == 0, append([]string{}, findings...)})
}
