// The published numbers of one family, ready to be drawn. Pure.
import type { Edition, Titled } from "./contract";

export interface FamilyTable {
  classes: Titled[];
  /** the weeks in their order; a figure for each class, "" where there is none */
  rows: { week: string; figures: string[] }[];
  /** null where none is published */
  total: string | null;
}

export function familyTable({ period, tables }: Edition, family: string): FamilyTable {
  const classes = tables.classes ?? [];
  const figures = new Map((tables.rows ?? []).filter((r) => r.family === family).map((r) => [`${r.week} ${r.class}`, r.items]));
  return {
    classes,
    rows: (period.weeks ?? []).map((week) => ({ week, figures: classes.map(({ id }) => figures.get(`${week} ${id}`) ?? "") })),
    total: tables.totals?.find((t) => t.family === family)?.items ?? null,
  };
}
