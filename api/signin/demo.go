package signin

import (
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"commonground/api/plain"
	"commonground/data"
)

// Demo lets people choose their role. It is for one's own machine only: nothing
// is asked of them. The zero value is ready.
type Demo struct{}

// demoCookie carries what was chosen, and the reason that was given.
const demoCookie = "demo"

// Caller returns who the cookie says.
func (Demo) Caller(r *http.Request) (Caller, error) {
	values := chosen(r)
	roles, err := data.NewRoles(values["role"])
	if err != nil || len(roles) == 0 || r.Header.Get("X-Forwarded-For")+r.Header.Get("Forwarded") != "" {
		return Caller{}, nil // what comes by a proxy may come from anywhere
	}
	source := values.Get("source")
	if source == "" && len(roles) == 1 && roles.Has(data.Sender) {
		source = "demo"
	}
	return Caller{
		ID: "demo:" + strings.ReplaceAll(roles.String(), ", ", "+"), Name: "Demonstration", Roles: roles, Source: source, Why: values.Get("why"),
	}, nil
}

func chosen(r *http.Request) url.Values {
	cookie, err := r.Cookie(demoCookie)
	if err != nil {
		return url.Values{}
	}
	values, err := url.ParseQuery(cookie.Value)
	if err != nil {
		return url.Values{}
	}
	return values
}

// GiveReason keeps the reason in the cookie.
func (Demo) GiveReason(w http.ResponseWriter, r *http.Request, why string) error {
	values := chosen(r)
	values.Set("why", why)
	setChosen(w, values)
	return nil
}

func setChosen(w http.ResponseWriter, values url.Values) {
	cookie := &http.Cookie{Name: demoCookie, Value: values.Encode(), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode}
	if len(values) == 0 {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

// Wait returns at once: nothing goes on beside requests.
func (Demo) Wait() {}

// Mount puts the page on which a role is chosen on a router.
func (d Demo) Mount(router chi.Router) {
	router.Get(Path, d.page)
	router.Post(Path, d.choose)
	router.Post(OutPath, d.signOut)
	router.Get(StylePath, plain.Style)
}

// Addresses of every way to sign in.
const (
	Path    = "/staff/sign-in"
	OutPath = "/staff/sign-out"
	// CallbackPath is where a provider sends people back to.
	CallbackPath = callbackPath
	// StylePath is that of the style sheet of its pages.
	StylePath = "/staff/sign-in/plain.css"
)

//go:embed demo.html
var demoHTML string

var demoPage = template.Must(template.New("demo").Parse(demoHTML))

// demoRoles says what each role is for, in the order of the page.
var demoRoles = []struct {
	Role        data.Role
	Title, Does string
}{
	{data.Planner, "Cleansing planner", "Pickups, hotspots and weekly counts. Of incidents only counts by class and week."},
	{data.Police, "Police tasking", "Incidents with their place, each look logged; needles. No condoms by place."},
	{data.Steward, "Steward", "Boundaries, retention, keys and the audit log. No incident's place."},
	{data.Crew, "Cleansing crew", "Sends pickups."},
	{data.Sender, "Sender", "Sends records by program, and reads nothing."},
}

func (d Demo) page(w http.ResponseWriter, r *http.Request) {
	caller, _ := d.Caller(r) // of a cookie alone: it can't fail
	w.Header().Set("Cache-Control", "no-store")
	plain.Page(w, demoPage, map[string]any{"Roles": demoRoles, "To": Target(r.URL.Query().Get("to")), "Caller": caller})
}

func (d Demo) choose(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4096)
	err := r.ParseForm()
	roles, unknown := data.NewRoles(r.PostForm["role"])
	if err != nil || unknown != nil || len(roles) == 0 {
		http.Redirect(w, r, Path, http.StatusSeeOther)
		return
	}
	values := url.Values{}
	for _, role := range roles {
		values.Add("role", string(role))
	}
	setChosen(w, values)
	http.Redirect(w, r, Target(r.PostForm.Get("to")), http.StatusSeeOther)
}

func (d Demo) signOut(w http.ResponseWriter, r *http.Request) {
	setChosen(w, nil)
	http.Redirect(w, r, Path, http.StatusSeeOther)
}

// Target returns the address of our own to which someone goes on after a
// sign-in: the one asked for where it is a staff page, else the first.
func Target(asked string) string {
	if to, ours := target(asked); ours {
		return to
	}
	return home
}
