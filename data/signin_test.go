package data_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"commonground/data"
)

const signInText = schemeText + `
[sign_in]
claim = "groups"
idle_minutes = 20
absolute_hours = 8
[sign_in.roles]
planner = ["cleansing", "office"]
police = ["tasking", "office"]
`

func TestRolesFollowFromTheValuesOfTheClaim(t *testing.T) {
	scheme, err := data.ParseScheme(signInText)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ claims, want string }{
		{"", ""}, {"staff", ""}, {"cleansing", "planner"}, {"tasking,cleansing", "planner, police"}, {"staff,office", "planner, police"},
		{"Cleansing", ""}, {"clean", ""}, {"planner", ""},
	} {
		if got := scheme.SignIn.Roles(strings.Split(test.claims, ",")).String(); got != test.want {
			t.Errorf("%s: roles %q, want %q", test.claims, got, test.want)
		}
	}
	if s := scheme.SignIn; s.Claim != "groups" || s.Idle != 20*time.Minute || s.Absolute != 8*time.Hour {
		t.Errorf("read %+v", s)
	}
}

func TestASchemeWithoutSignInGivesNobodyARole(t *testing.T) {
	scheme, err := data.ParseScheme(schemeText)
	if err != nil {
		t.Fatal(err)
	}
	if s := scheme.SignIn; s.Claim != "groups" || s.Idle != 30*time.Minute || s.Absolute != 10*time.Hour {
		t.Errorf("read %+v", s)
	}
	for _, s := range []data.SignIn{scheme.SignIn, {}} {
		if roles := s.Roles([]string{"", "planner", "police"}); roles != nil {
			t.Errorf("roles %v", roles)
		}
	}
}

func TestTheDefaultSchemeGivesNobodyTwoRoles(t *testing.T) {
	scheme, err := data.ParseScheme(data.DefaultScheme)
	if err != nil {
		t.Fatal(err)
	}
	var given data.Roles
	for _, claim := range []string{"cleansing-crew", "cleansing-planners", "tasking", "information-governance"} {
		roles := scheme.SignIn.Roles([]string{claim})
		if len(roles) != 1 {
			t.Errorf("%s: roles %v", claim, roles)
		}
		given = append(given, roles...)
	}
	if want := (data.Roles{data.Crew, data.Planner, data.Police, data.Steward}); !slices.Equal(given, want) {
		t.Errorf("roles %v", given)
	}
}

func TestSignInIsRefusedWithLineAndReason(t *testing.T) {
	first := strings.Count(schemeText, "\n")
	for _, test := range []struct {
		name, old, new string
		line           int
		key, reason    string
	}{
		{"no claim", `"groups"`, `""`, 3, "sign_in.claim", "is empty"},
		{"never idle", `idle_minutes = 20`, `idle_minutes = 0`, 4, "sign_in.idle_minutes", "write 1 to 240"},
		{"idle for a morning", `idle_minutes = 20`, `idle_minutes = 241`, 4, "sign_in.idle_minutes", "write 1 to 240"},
		{"no hours", `absolute_hours = 8`, `absolute_hours = -1`, 5, "sign_in.absolute_hours", "write 1 to 24"},
		{"days", `absolute_hours = 8`, `absolute_hours = 25`, 5, "sign_in.absolute_hours", "write 1 to 24"},
		{"a role that there isn't", `planner =`, `planer =`, 7, "sign_in.roles.planer", `no role "planer"; there are crew`},
		{"the public as a role", `planner =`, `public =`, 7, "sign_in.roles.public", "no role"},
		{"nobody", `["cleansing", "office"]`, `[]`, 7, "sign_in.roles.planner", "has no value"},
		{"an empty value", `"cleansing"`, `""`, 7, "sign_in.roles.planner", "is empty"},
		{"a value twice", `"cleansing"`, `"office"`, 7, "sign_in.roles.planner", "is there twice"},
		{"a text for a list", `["cleansing", "office"]`, `"office"`, 7, "sign_in.roles.planner", ""},
		{"an unknown setting", `claim =`, `claims =`, 3, "sign_in.claims", "no such setting"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := data.ParseScheme(strings.Replace(signInText, test.old, test.new, 1))
			var refused *data.SchemeError
			if !errors.As(err, &refused) {
				t.Fatalf("got %v", err)
			}
			if refused.Line != first+test.line || refused.Key != test.key || !strings.Contains(refused.Reason, test.reason) {
				t.Errorf("got %q, want line %d, %s and %q", refused, first+test.line, test.key, test.reason)
			}
		})
	}
}
