// SPDX-License-Identifier: GPL-2.0
#include "_tally.h"

#include "_patience.h"

#include <errno.h>
#include <string.h>
#include <time.h>

void tally_free(struct tally *tally)
{
	int i;

	report_free_reasons(&tally->reasons);
	report_free_matrix(&tally->all);
	for (i = 0; i < TALLY_REASONS; i++)
		report_free_matrix(&tally->matrix[i]);
}

static int read_module(struct client *client, struct tally *tally)
{
	size_t i;
	int ret;

	ret = client_reasons(client, &tally->reasons);
	for (i = 0; !ret && i < tally->reasons.count; i++) {
		uint32_t reason = tally->reasons.reason[i].reason;

		ret = client_migrations(client, reason, &tally->matrix[reason]);
	}
	if (!ret)
		ret = client_matrix(client, NUMATRACE_MATRIX_KIND_MIGRATION,
				    &tally->all);
	errno = -ret;
	return ret ? -1 : 0;
}

static bool same_cells(const struct report_matrix *a,
		       const struct report_matrix *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (a->cell[i].events != b->cell[i].events ||
		    a->cell[i].pages != b->cell[i].pages)
			return false;
	return true;
}

/*
 * Nothing migrated while the module was read: neither does a total of the
 * kernel change, nor a cell, as one does before its migration is complete.
 */
static int tally_try(struct client *client, struct tally *tally, bool *quiet)
{
	struct report_matrix first = { 0 };
	uint64_t before[VMSTAT_KEYS];
	int ret;

	memset(tally, 0, sizeof(*tally));
	if (vmstat_read(before) ||
	    client_matrix(client, NUMATRACE_MATRIX_KIND_MIGRATION, &first))
		return -1;
	ret = read_module(client, tally) || vmstat_read(tally->vmstat);
	*quiet = !ret && same_cells(&first, &tally->all) &&
		 before[VMSTAT_MIGRATE_SUCCESS] ==
			 tally->vmstat[VMSTAT_MIGRATE_SUCCESS] &&
		 before[VMSTAT_MIGRATE_FAIL] ==
			 tally->vmstat[VMSTAT_MIGRATE_FAIL] &&
		 before[VMSTAT_PAGES_MIGRATED] ==
			 tally->vmstat[VMSTAT_PAGES_MIGRATED];
	report_free_matrix(&first);
	return ret ? -1 : 0;
}

int tally_take(struct client *client, struct tally *tally)
{
	time_t deadline = time(NULL) + PATIENCE;
	bool quiet;

	do {
		if (tally_try(client, tally, &quiet)) {
			tally_free(tally);
			return -1;
		}
		if (quiet)
			return 0;
		tally_free(tally);
	} while (time(NULL) < deadline);
	errno = ETIMEDOUT;
	return -1;
}

int tally_again(struct client *client, struct tally *tally)
{
	tally_free(tally);
	return tally_take(client, tally);
}

/* All zeros where the kernel lacks it. */
static struct report_reason of_reason(const struct tally *tally,
				      uint32_t reason)
{
	const struct report_reason *found =
		report_find_reason(&tally->reasons, reason);

	return found ? *found : (struct report_reason){ .reason = reason };
}

uint64_t tally_calls(const struct tally *before, const struct tally *after,
		     uint32_t reason)
{
	return of_reason(after, reason).calls - of_reason(before, reason).calls;
}

uint64_t tally_migrated(const struct tally *before, const struct tally *after,
			uint32_t reason)
{
	return of_reason(after, reason).migrated_pages -
	       of_reason(before, reason).migrated_pages;
}

uint64_t tally_failed(const struct tally *before, const struct tally *after,
		      uint32_t reason)
{
	return of_reason(after, reason).failed_pages -
	       of_reason(before, reason).failed_pages;
}

uint64_t tally_cell(const struct tally *before, const struct tally *after,
		    uint32_t reason, int row, int column)
{
	return reading_cell_growth(&before->matrix[reason],
				   &after->matrix[reason], row, column);
}

uint64_t tally_matrix(const struct tally *before, const struct tally *after,
		      uint32_t reason)
{
	const struct report_matrix *matrix = &after->matrix[reason];
	uint64_t pages = 0;
	size_t i;

	for (i = 0; i < matrix->count; i++)
		pages += tally_cell(before, after, reason, matrix->cell[i].row,
				    matrix->cell[i].column);
	return pages;
}

uint64_t tally_growth(const struct tally *before, const struct tally *after,
		      enum vmstat_key key)
{
	return after->vmstat[key] - before->vmstat[key];
}

uint64_t tally_sum(const struct tally *tally, const struct report_cell *cell,
		   bool in_pages)
{
	const struct report_cell *part;
	uint64_t sum = 0;
	int i;

	for (i = 0; i < TALLY_REASONS; i++) {
		part = report_find_cell(&tally->matrix[i], cell->row,
					cell->column);
		if (part)
			sum += in_pages ? part->pages : part->events;
	}
	return sum;
}
