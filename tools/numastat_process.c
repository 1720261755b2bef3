// SPDX-License-Identifier: GPL-2.0
/*
 * The part of numastat(8) that tells of processes.
 */
#include "numastat.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "notes.h"
#include "printable.h"
#include "proc.h"
#include "residency.h"
#include "residency_text.h"

#define MIB (1024.0 * 1024.0)

/* Below the rows that tell of something: a rule and the total. */
#define LAST_ROWS 2

enum kind {
	HUGE_PAGES,
	HEAP,
	STACK,
	PRIVATE,
	KINDS
};

static const char *const kind_labels[KINDS] = {
	[HUGE_PAGES] = "Huge",
	[HEAP] = "Heap",
	[STACK] = "Stack",
	[PRIVATE] = "Private",
};

/* The memory of a process, by what it is for, and its name as it is shown. */
struct memory {
	struct proc proc;
	char *name;
	struct residency kind[KINDS];
};

static bool has_word(const char *line, const char *word)
{
	size_t length = strlen(word);
	const char *found = line;

	while ((found = strstr(found, word))) {
		if (found > line && found[-1] == ' ' &&
		    (found[length] == ' ' || found[length] == '\n'))
			return true;
		found += length;
	}
	return false;
}

static enum kind kind_of(const char *line)
{
	if (has_word(line, "huge"))
		return HUGE_PAGES;
	if (has_word(line, "heap"))
		return HEAP;
	return has_word(line, "stack") ? STACK : PRIVATE;
}

/* Of a line of an unknown kind there is nothing to add. */
static int read_maps(FILE *file, struct memory *memory)
{
	char *line = NULL;
	size_t room = 0;
	int err = 0;

	while (!err && getline(&line, &room, file) > 0) {
		struct residency *kind = &memory->kind[kind_of(line)];

		if (residency_parse_numa_maps(line, kind) == -ENOMEM)
			err = -ENOMEM;
	}
	if (!err && ferror(file))
		err = -errno;
	free(line);
	return err;
}

static int read_memory(pid_t pid, struct memory *memory)
{
	int err = proc_read(pid, &memory->proc);
	char path[64];
	FILE *file;

	if (err)
		return err;
	memory->name = printable(memory->proc.comm);
	if (!memory->name)
		return -ENOMEM;
	snprintf(path, sizeof(path), "/proc/%d/numa_maps", pid);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	err = read_maps(file, memory);
	fclose(file);
	return err;
}

static void free_memory(struct memory *memory)
{
	for (int i = 0; i < KINDS; i++)
		residency_free(&memory->kind[i]);
	proc_free(&memory->proc);
	free(memory->name);
}

static void report(pid_t pid, int err)
{
	switch (err) {
	case -ESRCH:
	case -ENOENT:
		pr_notice("there is no process %d", pid);
		return;
	case -EACCES:
	case -EPERM:
		pr_notice("process %d is somebody else's: try it as root", pid);
		return;
	default:
		pr_notice("cannot read /proc/%d/numa_maps: %s", pid,
			  strerror(-err));
	}
}

static void add(const struct numastat *asked, struct numastat_table *table,
		size_t row, const struct residency *residency)
{
	for (size_t i = 0; i < residency->count; i++) {
		const struct residency_node *node = &residency->node[i];

		for (size_t k = 0; k < asked->topology.count; k++) {
			if (asked->topology.node[k].id != node->id)
				continue;
			numastat_table_add(table, row, k, node->bytes / MIB);
			numastat_table_add(table, table->rows - 1, k,
					   node->bytes / MIB);
		}
	}
}

static void set_label(struct numastat_row *row, const char *label)
{
	snprintf(row->label, sizeof(row->label), "%s", label);
}

static int prepare(const struct numastat *asked, size_t rows,
		   struct numastat_table *table)
{
	int err = numastat_table(asked, rows + LAST_ROWS, table);

	if (err)
		return err;
	for (size_t i = 0; i < table->rows; i++)
		table->row[i].known = true;
	table->row[rows].rule = true;
	table->row[rows].known = false;
	set_label(&table->row[rows + 1], "Total");
	return 0;
}

static void clear(struct numastat_table *table)
{
	for (size_t i = 0; i < table->rows; i++)
		memset(table->row[i].value, 0,
		       table->columns * sizeof(*table->row[i].value));
}

static void show_table(const struct numastat *asked,
		       struct numastat_table *table)
{
	if (!asked->look.compact)
		numastat_table_fit_labels(table, 16, 24);
	numastat_show(asked, table->rows - LAST_ROWS, table);
}

/* A table for each. They share one, as zeros are hidden where all have them. */
static int show_each(const struct numastat *asked, const struct memory *memory,
		     size_t count)
{
	struct numastat_table table;
	int err = prepare(asked, KINDS, &table);

	for (int i = 0; !err && i < KINDS; i++)
		set_label(&table.row[i], kind_labels[i]);
	for (size_t i = 0; !err && i < count; i++) {
		printf("\nPer-node process memory usage (in MBs) for PID %d (%s)\n",
		       memory[i].proc.pid, memory[i].name);
		clear(&table);
		for (int k = 0; k < KINDS; k++)
			add(asked, &table, k, &memory[i].kind[k]);
		show_table(asked, &table);
	}
	numastat_table_free(&table);
	return err;
}

static int show_together(const struct numastat *asked,
			 const struct memory *memory, size_t count)
{
	struct numastat_table table;
	int err = prepare(asked, count, &table);

	table.corner = "PID";
	for (size_t i = 0; !err && i < count; i++) {
		snprintf(table.row[i].label, sizeof(table.row[i].label),
			 "%d (%s)", memory[i].proc.pid, memory[i].name);
		for (int k = 0; k < KINDS; k++)
			add(asked, &table, i, &memory[i].kind[k]);
	}
	if (!err) {
		puts("\nPer-node process memory usage (in MBs)");
		show_table(asked, &table);
	}
	numastat_table_free(&table);
	return err;
}

static int by_number(const void *a, const void *b)
{
	const pid_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void sort_and_unite(struct numastat_pids *pids)
{
	size_t count = 0;

	qsort(pids->pid, pids->count, sizeof(*pids->pid), by_number);
	for (size_t i = 0; i < pids->count; i++)
		if (!count || pids->pid[count - 1] != pids->pid[i])
			pids->pid[count++] = pids->pid[i];
	pids->count = count;
}

/* The number of processes that could be read. */
static size_t read_all(const struct numastat_pids *pids, struct memory *memory)
{
	size_t count = 0;

	for (size_t i = 0; i < pids->count; i++) {
		int err = read_memory(pids->pid[i], &memory[count]);

		if (!err) {
			count++;
			continue;
		}
		report(pids->pid[i], err);
		free_memory(&memory[count]);
		memset(&memory[count], 0, sizeof(*memory));
	}
	return count;
}

int numastat_processes(const struct numastat *asked, struct numastat_pids *pids)
{
	struct memory *memory;
	size_t count;
	int err = 0;

	sort_and_unite(pids);
	memory = calloc(pids->count, sizeof(*memory));
	if (!memory)
		return EXIT_FAILED;
	count = read_all(pids, memory);
	if (count && (asked->verbose || pids->count == 1))
		err = show_each(asked, memory, count);
	else if (count)
		err = show_together(asked, memory, count);
	for (size_t i = 0; i < count; i++)
		free_memory(&memory[i]);
	free(memory);
	return err || count < pids->count ? EXIT_FAILED : EXIT_DONE;
}
