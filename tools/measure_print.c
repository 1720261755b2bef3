// SPDX-License-Identifier: GPL-2.0
#include "measure.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "locality.h"
#include "printable.h"
#include "record.h"

static char *command_line(char *const *argv)
{
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	if (!stream)
		return NULL;
	for (size_t i = 0; argv[i]; i++)
		fprintf(stream, "%s%s", i ? " " : "", argv[i]);
	if (fclose(stream)) {
		free(text);
		return NULL;
	}
	return text;
}

/* Numbers from accesses are "-" where these were not measured. */
static void print_count(FILE *file, bool known, uint64_t value,
			const char *what)
{
	if (known)
		fprintf(file, "%18llu  %s\n", (unsigned long long)value, what);
	else
		fprintf(file, "%18s  %s\n", "-", what);
}

static void print_locality(FILE *file, const struct measure *measure)
{
	double ratio;

	if (measure->measured &&
	    locality_ratio(locality_of_usage(&measure->usage, LOCALITY_EVENTS),
			   &ratio))
		fprintf(file, "%17.1f%%  locality\n", ratio * 100);
	else
		fprintf(file, "%18s  locality\n", "-");
}

/* Which node a share belongs to; on large machines only sums are known. */
static void print_share(FILE *file, const struct report_share *share)
{
	fprintf(file, "%18llu    ", (unsigned long long)share->faults);
	if (share->memory_node == REPORT_ALL_NODES)
		fprintf(file, "from node %u\n", share->cpu_node);
	else if (share->cpu_node == REPORT_ALL_NODES)
		fprintf(file, "to node %u\n", share->memory_node);
	else
		fprintf(file, "from node %u to node %u\n", share->cpu_node,
			share->memory_node);
}

static void print_accesses(FILE *file, const struct measure *measure)
{
	const struct report_usage *usage = &measure->usage;

	print_count(file, measure->measured, usage->local_faults,
		    "local accesses");
	print_count(file, measure->measured, usage->remote_faults,
		    "remote accesses");
	print_locality(file, measure);
	for (size_t i = 0; measure->measured && i < usage->shares; i++)
		print_share(file, &usage->share[i]);
	print_count(file, usage->outcomes, usage->migrated_pages,
		    "pages migrated by balancing");
	print_count(file, usage->outcomes, usage->failed_pages,
		    "pages that it could not migrate");
}

static void print_times(FILE *file, const struct measure *measure)
{
	fprintf(file, "\n%18.6f  seconds elapsed\n",
		clock_seconds(measure->child.elapsed));
	fprintf(file, "%18.6f  seconds user\n", clock_seconds(measure->user));
	fprintf(file,
		"%18.6f  seconds system: faults and migrations are a part of them\n",
		clock_seconds(measure->system));
	if (measure->timed)
		fprintf(file,
			"%18.6f  seconds for migrations, by the clock\n\n",
			clock_seconds(measure->migration_time));
	else
		fprintf(file, "%18s  seconds for migrations, by the clock\n\n",
			"-");
}

int measure_print_text(const struct measure *measure, char *const *argv,
		       FILE *file)
{
	const struct rusage *usage = &measure->child.usage;
	char *line = command_line(argv), *shown = printable(line);

	free(line);
	if (!shown)
		return -ENOMEM;
	fprintf(file, "\n NUMA statistics of '%s'%s:\n\n", shown,
		measure->all ? ", with all its descendants" : "");
	free(shown);
	print_accesses(file, measure);
	print_count(file, true, (uint64_t)usage->ru_minflt, "minor faults");
	print_count(file, true, (uint64_t)usage->ru_majflt, "major faults");
	print_times(file, measure);
	for (size_t i = 0; i < measure->notes.count; i++)
		fprintf(file, " %s\n", measure->notes.text[i]);
	if (measure->notes.count)
		fputc('\n', file);
	return 0;
}

static struct json_object *seconds_json(uint64_t ns)
{
	char text[32];

	snprintf(text, sizeof(text), "%.6f", clock_seconds(ns));
	return json_object_new_double_s(clock_seconds(ns), text);
}

static struct json_object *number(bool known, uint64_t value)
{
	return known ? json_object_new_uint64(value) : NULL;
}

static struct json_object *node_number(uint32_t node)
{
	return number(node != REPORT_ALL_NODES, node);
}

static struct json_object *share_json(const struct report_share *share)
{
	struct json_object *json = json_object_new_object();

	json_object_object_add(json, "cpu_node", node_number(share->cpu_node));
	json_object_object_add(json, "memory_node",
			       node_number(share->memory_node));
	json_object_object_add(json, "faults", number(true, share->faults));
	json_object_object_add(json, "pages", number(true, share->pages));
	return json;
}

static struct json_object *locality_json(const struct report_usage *usage)
{
	struct locality locality = locality_of_usage(usage, LOCALITY_EVENTS);
	double ratio;

	return locality_ratio(locality, &ratio) ? json_object_new_double(ratio)
						: NULL;
}

static struct json_object *accesses_json(const struct measure *measure)
{
	const struct report_usage *usage = &measure->usage;
	struct json_object *json, *matrix;

	if (!measure->measured)
		return NULL;
	json = json_object_new_object();
	matrix = json_object_new_array();
	for (size_t i = 0; i < usage->shares; i++)
		json_object_array_add(matrix, share_json(&usage->share[i]));
	json_object_object_add(json, "local_faults",
			       number(true, usage->local_faults));
	json_object_object_add(json, "remote_faults",
			       number(true, usage->remote_faults));
	json_object_object_add(json, "local_pages",
			       number(true, usage->local_pages));
	json_object_object_add(json, "remote_pages",
			       number(true, usage->remote_pages));
	json_object_object_add(json, "locality", locality_json(usage));
	json_object_object_add(json, "matrix", matrix);
	return json;
}

static void add_numbers(struct json_object *json, const struct measure *measure)
{
	const struct report_usage *usage = &measure->usage;
	const struct rusage *faults = &measure->child.usage;

	json_object_object_add(json, "accesses", accesses_json(measure));
	json_object_object_add(json, "migrated_pages",
			       number(usage->outcomes, usage->migrated_pages));
	json_object_object_add(json, "failed_pages",
			       number(usage->outcomes, usage->failed_pages));
	json_object_object_add(json, "minor_faults",
			       number(true, (uint64_t)faults->ru_minflt));
	json_object_object_add(json, "major_faults",
			       number(true, (uint64_t)faults->ru_majflt));
	json_object_object_add(json, "elapsed_seconds",
			       seconds_json(measure->child.elapsed));
	json_object_object_add(json, "user_seconds",
			       seconds_json(measure->user));
	json_object_object_add(json, "system_seconds",
			       seconds_json(measure->system));
	json_object_object_add(json, "migration_seconds",
			       measure->timed
				       ? seconds_json(measure->migration_time)
				       : NULL);
}

int measure_print_json(const struct measure *measure, char *const *argv,
		       FILE *file)
{
	struct json_object *json = json_object_new_object();
	int err, code = child_exit_code(&measure->child);
	char *line = command_line(argv);
	const char *text;

	json_object_object_add(json, "command", record_string(line));
	json_object_object_add(json, "exit_status", json_object_new_int(code));
	json_object_object_add(json, "descendants",
			       json_object_new_boolean(measure->all));
	add_numbers(json, measure);
	json_object_object_add(json, "notes", sentences_json(&measure->notes));
	text = json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY);
	err = printable_json(text, file);
	json_object_put(json);
	free(line);
	return line ? err : -ENOMEM;
}
