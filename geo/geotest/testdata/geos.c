/*
 * Answers which polygon a point belongs to with GEOS: a tree of boxes, and
 * prepared polygons that are asked whether they cover it. The peer of our
 * classifier, on one thread.
 *
 * Standard input, in 32-bit integers of the machine:
 *
 *     polygons; for each: rank, rings; for each ring: points, then lon lat …
 *     batches;  for each: points, then lon lat …
 *
 * Standard output, in 64-bit integers:
 *
 *     nanoseconds to prepare, bytes of what is prepared, invalid polygons;
 *     for each batch: nanoseconds, then for each point the lowest rank of the
 *     polygons that cover it, or -1
 *
 * An invalid polygon is made valid by the linework method first; that and the
 * making of points are left out of the times.
 */
#include <geos_c.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static GEOSContextHandle_t h;

static void die(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	exit(1);
}

static void *need(void *p, const char *doing)
{
	if (!p)
		die("%s failed", doing);
	return p;
}

static int32_t word(void)
{
	int32_t n;
	if (fread(&n, sizeof n, 1, stdin) != 1)
		die("the input ends early");
	return n;
}

static void answer(int64_t n)
{
	if (fwrite(&n, sizeof n, 1, stdout) != 1)
		die("writing failed");
}

static int64_t now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t allocated(void)
{
	struct mallinfo2 m = mallinfo2();
	return (int64_t)(m.uordblks + m.hblkhd);
}

/* Polygons, each a single one, with the rank of its area. */
struct shape {
	int32_t rank;
	const GEOSGeometry *polygon;
	const GEOSPreparedGeometry *prepared;
};

static struct shape *shapes;
static size_t count, room;

static void keep(int32_t rank, const GEOSGeometry *g)
{
	if (GEOSisEmpty_r(h, g))
		return;
	int type = GEOSGeomTypeId_r(h, g);
	if (type == GEOS_MULTIPOLYGON || type == GEOS_GEOMETRYCOLLECTION) {
		for (int i = 0; i < GEOSGetNumGeometries_r(h, g); i++)
			keep(rank, GEOSGetGeometryN_r(h, g, i));
		return;
	}
	if (type != GEOS_POLYGON)
		return; /* a line or point left over by making valid */
	if (count == room) {
		room = room ? 2 * room : 1024;
		shapes = need(realloc(shapes, room * sizeof *shapes), "realloc");
	}
	shapes[count++] = (struct shape){rank, g, NULL};
}

static GEOSGeometry *ring(void)
{
	int32_t n = word();
	double *at = need(malloc((size_t)n * 2 * sizeof *at), "malloc");
	for (int32_t i = 0; i < 2 * n; i++)
		at[i] = word();
	GEOSCoordSequence *s = need(GEOSCoordSeq_copyFromBuffer_r(h, at, n, 0, 0), "sequence");
	free(at);
	return need(GEOSGeom_createLinearRing_r(h, s), "ring");
}

static int polygon(void)
{
	int32_t rank = word(), rings = word();
	GEOSGeometry *shell = ring();
	GEOSGeometry **others = need(malloc((size_t)rings * sizeof *others), "malloc");
	for (int32_t i = 1; i < rings; i++)
		others[i - 1] = ring();
	GEOSGeometry *g = need(GEOSGeom_createPolygon_r(h, shell, others, rings - 1), "polygon");
	free(others);
	if (GEOSisValid_r(h, g) == 1) {
		keep(rank, g);
		return 0;
	}
	GEOSMakeValidParams *linework = need(GEOSMakeValidParams_create_r(h), "parameters");
	GEOSMakeValidParams_setMethod_r(h, linework, GEOS_MAKE_VALID_LINEWORK);
	keep(rank, need(GEOSMakeValidWithParams_r(h, g, linework), "making valid"));
	GEOSMakeValidParams_destroy_r(h, linework);
	return 1;
}

static GEOSGeometry *point(double lon, double lat)
{
	return need(GEOSGeom_createPointFromXY_r(h, lon, lat), "point");
}

struct question {
	const GEOSGeometry *point;
	int32_t best;
};

static void ask(void *item, void *data)
{
	struct shape *s = item;
	struct question *q = data;
	if (q->best >= 0 && s->rank >= q->best)
		return;
	if (GEOSPreparedCovers_r(h, s->prepared, q->point) == 1)
		q->best = s->rank;
}

/* prepare asks each polygon, and then the tree, for a vertex, since an index is
 * built at the first question. */
static GEOSSTRtree *prepare(void)
{
	GEOSSTRtree *tree = need(GEOSSTRtree_create_r(h, 10), "tree");
	struct question q = {point(0, 0), -1};
	for (size_t i = 0; i < count; i++) {
		shapes[i].prepared = need((void *)GEOSPrepare_r(h, shapes[i].polygon), "preparing");
		const GEOSCoordSequence *s = GEOSGeom_getCoordSeq_r(h, GEOSGetExteriorRing_r(h, shapes[i].polygon));
		double lon, lat;
		GEOSCoordSeq_getXY_r(h, s, 0, &lon, &lat);
		GEOSGeometry *vertex = point(lon, lat);
		if (GEOSPreparedCovers_r(h, shapes[i].prepared, vertex) != 1)
			die("a polygon does not cover its own vertex");
		GEOSGeom_destroy_r(h, vertex);
		GEOSSTRtree_insert_r(h, tree, shapes[i].polygon, &shapes[i]);
	}
	GEOSSTRtree_query_r(h, tree, q.point, ask, &q);
	return tree;
}

/* The points are made a few at a time, so that they are as near in memory as a
 * program that makes one, asks and forgets it would have them. */
enum { few = 1024 };

static void batch(GEOSSTRtree *tree)
{
	static GEOSGeometry *points[few];
	int32_t n = word();
	int32_t *best = need(malloc((size_t)n * sizeof *best + 1), "malloc");
	int64_t spent = 0;
	for (int32_t from = 0; from < n; from += few) {
		int32_t some = n - from < few ? n - from : few;
		for (int32_t i = 0; i < some; i++) {
			double lon = word(), lat = word();
			points[i] = point(lon, lat);
		}
		int64_t start = now();
		for (int32_t i = 0; i < some; i++) {
			struct question q = {points[i], -1};
			GEOSSTRtree_query_r(h, tree, points[i], ask, &q);
			best[from + i] = q.best;
		}
		spent += now() - start;
		for (int32_t i = 0; i < some; i++)
			GEOSGeom_destroy_r(h, points[i]);
	}
	answer(spent);
	for (int32_t i = 0; i < n; i++)
		answer(best[i]);
	free(best);
}

int main(void)
{
	h = GEOS_init_r();
	int invalid = 0;
	for (int32_t n = word(); n > 0; n--)
		invalid += polygon();
	int64_t before = allocated(), start = now();
	GEOSSTRtree *tree = prepare();
	answer(now() - start);
	answer(allocated() - before);
	answer(invalid);
	for (int32_t n = word(); n > 0; n--)
		batch(tree);
	if (fflush(stdout))
		die("writing failed");
	return 0;
}
