package main

import (
	"context"
	"errors"
	"strings"

	"commonground/data/audit"
)

// loggedCommands are the commands that go into the audit log, with what they do,
// by their first two words. serve, copy, backup, restore and retention see
// to it by themselves.
var loggedCommands = map[string]audit.Action{
	"import scheme":      audit.ChangeScheme,
	"import boundaries":  audit.ChangeBoundary,
	"import pickups":     audit.Collect,
	"import incidents":   audit.Collect,
	"import returns":     audit.Correct,
	"pull open311":       audit.Collect,
	"boundaries preview": audit.Preview,
	"boundaries undo":    audit.ChangeBoundary,
	"export tiles":       audit.Export,
	"export squares":     audit.Export,
	"export locations":   audit.Export,
	"export weeks":       audit.Export,
	"export pickups":     audit.Export,
	"export areas":       audit.Export,
	"report":             audit.Export,
	"report <period>":    audit.Export,
	"release epoch":      audit.Release,
	"release preview":    audit.Preview,
	"release sign":       audit.Release,
	"release seal":       audit.Release,
	"release withdraw":   audit.Release,
	"keys create":        audit.ChangeKey,
	"keys revoke":        audit.ChangeKey,
	"gis <role>":         audit.ChangeKey,
}

// logged puts a command into the audit log before it does anything. args are
// those that were given; none is a secret but a password in the address of a
// database, which is left out.
func (p *program) logged(ctx context.Context, command string, args []string) error {
	words := strings.Fields(command)
	action, is := loggedCommands[strings.Join(words[:min(2, len(words))], " ")]
	if !is {
		return nil
	}
	store, _, err := p.open(ctx)
	if err != nil {
		return err
	}
	log, err := p.openAudit(ctx, store)
	if err == nil {
		err = log.Append(ctx, p.entry(action, commandLine(args)))
		err = errors.Join(err, log.Close(ctx))
	}
	return errors.Join(err, store.Close())
}

// commandLine is a command for people to read.
func commandLine(args []string) string {
	words := []string{"commonground"}
	for _, arg := range args {
		words = append(words, withoutPasswords(arg))
	}
	return strings.Join(words, " ")
}
