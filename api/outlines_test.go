package api

import (
	"testing"

	"commonground/data/sample"
	"commonground/geo"
)

func TestOutlinesAreKeptForTheClassifiersLastAskedFor(t *testing.T) {
	var classifiers []*geo.Classifier
	for range mostOutlines + 1 {
		classifier, err := geo.NewClassifier(sample.Areas(1))
		if err != nil {
			t.Fatal(err)
		}
		classifiers = append(classifiers, classifier)
	}
	var o outlines
	first, second := o.of(classifiers[0]), o.of(classifiers[1])
	if first == second {
		t.Error("two classifiers have the same outlines")
	}
	for _, classifier := range classifiers[2:] {
		o.of(classifier)
		if o.of(classifiers[0]) != first {
			t.Error("the outlines asked for all the time were made again")
		}
	}
	if o.of(classifiers[1]) == second {
		t.Error("outlines not asked for while others were are kept all the same")
	}
	if len(o.kept) != mostOutlines {
		t.Errorf("%d are kept", len(o.kept))
	}
}
