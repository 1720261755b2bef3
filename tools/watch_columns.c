// SPDX-License-Identifier: GPL-2.0
#include "watch_columns.h"
#include "output_array.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The columns of a finding are given an event as if it were one. */
static_assert(!offsetof(struct watch_event, row), "the row comes first");

static char *show_time(const struct output_style *style, const void *object,
		       int field)
{
	const struct watch_event *event = object;

	return moment_date(event->row.finding->timestamp, &event->now);
}

static char *show_timestamp(const struct output_style *style,
			    const void *object, int field)
{
	const struct watch_event *event = object;

	return output_count(event->row.finding->timestamp);
}

static char *show_over(const struct output_style *style, const void *object,
		       int field)
{
	const struct watch_event *event = object;

	return strdup(event->row.finding->ended ? "true" : "false");
}

/* What JSON writes as it is, are numbers here. */
static const struct output_column event_columns[] = {
	{
		.name = "TIME",
		.key = "time",
		.help = "when the sample was taken that shows it",
		.value = show_time,
	},
	{
		.name = "TIMESTAMP",
		.key = "timestamp",
		.number = true,
		.help = "the same in ns of the kernel's clock (CLOCK_MONOTONIC)",
		.value = show_timestamp,
	},
	{
		.name = "OVER",
		.key = "over",
		.number = true,
		.help = "true if the problem is gone",
		.value = show_over,
	},
	{ 0 },
};

static char *show_samples(const struct output_style *style, const void *object,
			  int field)
{
	return output_count(*(const uint64_t *)object);
}

int watch_missed_line(uint64_t samples)
{
	static const struct output_column missed = {
		.key = "samples",
		.number = true,
		.value = show_samples,
	};
	const struct output_column *column = &missed;
	const struct output_choice choice = { 1, &column };

	return output_lines("missed", &choice, &samples, 1, sizeof(samples));
}

static size_t add_columns(const struct output_column *columns,
			  struct output_choice *choice)
{
	size_t count = 0;

	for (; columns[count].name; count++)
		if (choice)
			choice->column[choice->count++] = &columns[count];
	return count;
}

int watch_event_columns(struct output_choice *choice)
{
	size_t count = add_columns(event_columns, NULL) +
		       add_columns(finding_object.columns, NULL);

	*choice = (struct output_choice){ 0 };
	choice->column = calloc(count, sizeof(*choice->column));
	if (!choice->column)
		return -ENOMEM;
	add_columns(event_columns, choice);
	add_columns(finding_object.columns, choice);
	return 0;
}
