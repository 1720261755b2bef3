// SPDX-License-Identifier: GPL-2.0
#include "_reading.h"

#include "_patience.h"
#include "_rows.h"
#include "locality.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Each total of the kernel, and the node counter that splits it, for laws. */
static const struct {
	const char *name;
	enum node_field field;
} totals[VMSTAT_KEYS] = {
	[VMSTAT_PGFAULT] = { "pgfault", NODE_FAULTS },
	[VMSTAT_PGMAJFAULT] = { "pgmajfault", NODE_MAJOR_FAULTS },
	[VMSTAT_HINT_FAULTS] = { "numa_hint_faults", NODE_HINT_FAULTS },
	[VMSTAT_HINT_FAULTS_LOCAL] = { "numa_hint_faults_local",
				       NODE_HINT_FAULTS_LOCAL },
	[VMSTAT_PTE_UPDATES] = { "numa_pte_updates", NODE_PTE_UPDATES },
	[VMSTAT_HUGE_PTE_UPDATES] = { "numa_huge_pte_updates",
				      NODE_HUGE_PTE_UPDATES },
	[VMSTAT_PAGES_MIGRATED] = { "numa_pages_migrated",
				    NODE_NUMA_PAGES_MIGRATED },
	[VMSTAT_MIGRATE_SUCCESS] = { "pgmigrate_success",
				     NODE_MIGRATE_SUCCESS },
	[VMSTAT_MIGRATE_FAIL] = { "pgmigrate_fail", NODE_MIGRATE_FAIL },
	[VMSTAT_THP_SUCCESS] = { "thp_migration_success",
				 NODE_THP_MIGRATE_SUCCESS },
	[VMSTAT_THP_FAIL] = { "thp_migration_fail", NODE_THP_MIGRATE_FAIL },
	[VMSTAT_THP_SPLIT] = { "thp_migration_split", NODE_THP_MIGRATE_SPLIT },
	[VMSTAT_COMPACT_ISOLATED] = { .name = "compact_isolated" },
};

int vmstat_read(uint64_t value[VMSTAT_KEYS])
{
	FILE *file = fopen("/proc/vmstat", "r");
	int found = 0, key;
	uint64_t count;
	char name[64];

	if (!file)
		return -1;
	while (fscanf(file, "%63s %" SCNu64, name, &count) == 2) {
		for (key = 0; key < VMSTAT_KEYS; key++) {
			if (strcmp(name, totals[key].name))
				continue;
			value[key] = count;
			found++;
		}
	}
	fclose(file);
	errno = ENODATA;
	return found == VMSTAT_KEYS ? 0 : -1;
}

static int read_module(struct client *client, struct reading *reading)
{
	int ret;

	ret = client_nodes(client, &reading->nodes);
	if (!ret)
		ret = client_matrix(client, NUMATRACE_MATRIX_KIND_ACCESS,
				    &reading->access);
	if (!ret)
		ret = client_matrix(client, NUMATRACE_MATRIX_KIND_MIGRATION,
				    &reading->migration);
	if (!ret)
		ret = client_processes(client, NULL, &reading->processes);
	if (!ret)
		ret = client_cgroups(client, &reading->cgroups);
	if (ret == -EPERM && geteuid())
		ret = 0;
	if (ret) {
		reading_free(reading);
		errno = -ret;
		return -1;
	}
	return 0;
}

int reading_take(struct client *client, struct reading *reading)
{
	time_t deadline = time(NULL) + PATIENCE;
	uint64_t before[VMSTAT_KEYS];

	do {
		memset(reading, 0, sizeof(*reading));
		client_interrupted(client);
		if (vmstat_read(before) || read_module(client, reading))
			return -1;
		if (vmstat_read(reading->vmstat))
			return -1;
		if (!memcmp(before, reading->vmstat, sizeof(before)) &&
		    !client_interrupted(client))
			return 0;
		reading_free(reading);
	} while (time(NULL) < deadline);
	errno = ETIMEDOUT;
	return -1;
}

void reading_free(struct reading *reading)
{
	report_free_nodes(&reading->nodes);
	report_free_matrix(&reading->access);
	report_free_matrix(&reading->migration);
	report_free_processes(&reading->processes);
	report_free_cgroups(&reading->cgroups);
}

uint64_t reading_growth(const struct reading *before,
			const struct reading *after, enum vmstat_key key)
{
	return after->vmstat[key] - before->vmstat[key];
}

uint64_t reading_cell_growth(const struct report_matrix *before,
			     const struct report_matrix *after, int row,
			     int column)
{
	const struct report_cell *from = report_find_cell(before, row, column);
	const struct report_cell *to = report_find_cell(after, row, column);

	return (to ? to->pages : 0) - (from ? from->pages : 0);
}

struct verdict {
	char *text;
	size_t size;
	int broken;
};

static void expect(struct verdict *verdict, uint64_t seen, uint64_t law,
		   const char *format, ...)
{
	va_list args;
	int used;

	if (seen == law)
		return;
	verdict->broken++;
	va_start(args, format);
	used = vsnprintf(verdict->text, verdict->size, format, args);
	va_end(args);
	if (used >= (int)verdict->size)
		return;
	verdict->text += used;
	verdict->size -= used;
	used = snprintf(verdict->text, verdict->size,
			": %" PRIu64 " instead of %" PRIu64 "\n", seen, law);
	if (used >= (int)verdict->size)
		used = verdict->size - 1;
	verdict->text += used;
	verdict->size -= used;
}

static uint64_t node_sum(const struct report_nodes *nodes,
			 enum node_field field)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < nodes->count; i++)
		sum += nodes->node[i].value[field];
	return sum;
}

static uint64_t matrix_sum(const struct report_matrix *matrix,
			   enum locality_unit unit)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < matrix->count; i++)
		sum += locality_cell(&matrix->cell[i], unit);
	return sum;
}

static uint64_t diagonal(const struct report_matrix *matrix)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < matrix->count; i++)
		if (matrix->cell[i].row == matrix->cell[i].column)
			sum += matrix->cell[i].events;
	return sum;
}

static uint64_t column_sum(const struct report_matrix *matrix, uint32_t column,
			   enum locality_unit unit)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < matrix->count; i++)
		if (matrix->cell[i].column == column)
			sum += locality_cell(&matrix->cell[i], unit);
	return sum;
}

uint64_t reading_migrated(const struct reading *before,
			  const struct reading *after)
{
	return matrix_sum(&after->migration, LOCALITY_PAGES) -
	       matrix_sum(&before->migration, LOCALITY_PAGES);
}

/*
 * The kernel counts a page as migrated that was freed after compaction had
 * isolated it (mm/migrate.c, "freed from under us"): it went nowhere. Whoever
 * ends processes while memory is compacted sees some of these.
 */
static void check_migrations(struct verdict *verdict,
			     const struct reading *before,
			     const struct reading *after)
{
	uint64_t seen = reading_migrated(before, after);
	uint64_t law = reading_growth(before, after, VMSTAT_MIGRATE_SUCCESS);
	uint64_t isolated =
		reading_growth(before, after, VMSTAT_COMPACT_ISOLATED);

	if (seen < law && law - seen <= isolated)
		return;
	expect(verdict, seen, law,
	       "migration matrix against pgmigrate_success");
}

/* The kernel's hinting faults on a node's CPUs are that node's row. */
static void check_rows(struct verdict *verdict, const struct reading *before,
		       const struct reading *after)
{
	size_t i;

	for (i = 0; i < after->nodes.count; i++) {
		const struct report_node *node = &after->nodes.node[i];
		const struct report_node *old =
			report_find_node(&before->nodes, node->id);
		uint64_t row = locality_row_sum(&after->access, node->id,
						LOCALITY_EVENTS, true);

		row -= locality_row_sum(&before->access, node->id,
					LOCALITY_EVENTS, true);
		expect(verdict, row,
		       node->value[NODE_HINT_FAULTS] -
			       (old ? old->value[NODE_HINT_FAULTS] : 0),
		       "accesses from node %u against its hint_faults",
		       node->id);
	}
}

/* Where rows have no matrix, their sums are those of the matrix. */
static void check_node_sums(struct verdict *verdict, const char *rows,
			    const struct report_usage *sum,
			    const struct reading *after)
{
	size_t i;

	for (i = 0; i < after->nodes.count; i++) {
		uint32_t id = after->nodes.node[i].id;
		struct report_share from =
			rows_share(sum, id, REPORT_ALL_NODES);
		struct report_share to = rows_share(sum, REPORT_ALL_NODES, id);

		expect(verdict, from.faults,
		       locality_row_sum(&after->access, id, LOCALITY_EVENTS,
					true),
		       "faults of all %s from node %u", rows, id);
		expect(verdict, from.pages,
		       locality_row_sum(&after->access, id, LOCALITY_PAGES,
					true),
		       "pages of all %s from node %u", rows, id);
		expect(verdict, to.faults,
		       column_sum(&after->access, id, LOCALITY_EVENTS),
		       "faults of all %s to node %u", rows, id);
		expect(verdict, to.pages,
		       column_sum(&after->access, id, LOCALITY_PAGES),
		       "pages of all %s to node %u", rows, id);
	}
}

static void check_cells(struct verdict *verdict, const char *rows,
			const struct report_usage *sum,
			const struct report_matrix *access)
{
	size_t i;

	for (i = 0; i < access->count; i++) {
		const struct report_cell *cell = &access->cell[i];
		struct report_share share =
			rows_share(sum, cell->row, cell->column);

		expect(verdict, share.faults, cell->events,
		       "faults of all %s from node %u to %u", rows, cell->row,
		       cell->column);
		expect(verdict, share.pages, cell->pages,
		       "pages of all %s from node %u to %u", rows, cell->row,
		       cell->column);
	}
}

/*
 * All rows together are the access matrix: not only their growth, since both
 * count from the moment the module was loaded.
 */
static void check_sum(struct verdict *verdict, const char *rows,
		      const struct report_usage *old,
		      const struct report_usage *sum,
		      const struct reading *before, const struct reading *after)
{
	if (rows_have_matrix(sum))
		check_cells(verdict, rows, sum, &after->access);
	else
		check_node_sums(verdict, rows, sum, after);
	expect(verdict, sum->local_faults, diagonal(&after->access),
	       "local accesses of all %s", rows);
	expect(verdict, rows_faults(sum),
	       matrix_sum(&after->access, LOCALITY_EVENTS),
	       "accesses of all %s", rows);
	expect(verdict, rows_pages(sum),
	       matrix_sum(&after->access, LOCALITY_PAGES),
	       "accessed pages of all %s", rows);
	expect(verdict, sum->migrated_pages - old->migrated_pages,
	       sum->outcomes
		       ? reading_growth(before, after, VMSTAT_PAGES_MIGRATED)
		       : 0,
	       "migrated pages of all %s", rows);
}

static void check_processes(struct verdict *verdict,
			    const struct reading *before,
			    const struct reading *after)
{
	struct report_usage old, sum;

	expect(verdict, rows_sum_processes(&before->processes, &old), 0,
	       "adding up processes");
	expect(verdict, rows_sum_processes(&after->processes, &sum), 0,
	       "adding up processes");
	check_sum(verdict, "processes", &old, &sum, before, after);
	rows_free_usage(&old);
	rows_free_usage(&sum);
}

static void check_cgroups(struct verdict *verdict, const struct reading *before,
			  const struct reading *after)
{
	struct report_usage old, sum;

	if (!before->cgroups.count || !after->cgroups.count)
		return;
	expect(verdict, rows_sum_cgroups(&before->cgroups, &old), 0,
	       "adding up cgroups");
	expect(verdict, rows_sum_cgroups(&after->cgroups, &sum), 0,
	       "adding up cgroups");
	check_sum(verdict, "cgroups", &old, &sum, before, after);
	rows_free_usage(&old);
	rows_free_usage(&sum);
}

int reading_broken_laws(const struct reading *before,
			const struct reading *after, char *text, size_t size)
{
	struct verdict verdict = { text, size, 0 };
	int key;

	text[0] = '\0';
	for (key = 0; key < VMSTAT_LAWS; key++)
		expect(&verdict,
		       node_sum(&after->nodes, totals[key].field) -
			       node_sum(&before->nodes, totals[key].field),
		       reading_growth(before, after, key), "%s over the nodes",
		       totals[key].name);
	expect(&verdict,
	       matrix_sum(&after->access, LOCALITY_EVENTS) -
		       matrix_sum(&before->access, LOCALITY_EVENTS),
	       reading_growth(before, after, VMSTAT_HINT_FAULTS),
	       "access matrix against numa_hint_faults");
	expect(&verdict, diagonal(&after->access) - diagonal(&before->access),
	       reading_growth(before, after, VMSTAT_HINT_FAULTS_LOCAL),
	       "diagonal of the access matrix against numa_hint_faults_local");
	check_migrations(&verdict, before, after);
	check_rows(&verdict, before, after);
	check_processes(&verdict, before, after);
	check_cgroups(&verdict, before, after);
	return verdict.broken;
}
