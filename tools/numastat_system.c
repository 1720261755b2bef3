// SPDX-License-Identifier: GPL-2.0
/*
 * The parts of numastat(8) that tell of nodes.
 */
#include "numastat.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "file.h"
#include "notes.h"

#define MIB (1024.0 * 1024.0)

/* What a file of a node tells, in the order of the table; up to a NULL. */
struct fields {
	const char *file;
	const char *const *key;
	const char *const *label;
};

static const char *const counter_keys[] = {
	"numa_hit",   "numa_miss",  "numa_foreign", "interleave_hit",
	"local_node", "other_node", NULL,
};

static const char *const counter_labels[] = {
	"Numa_Hit",	  "Numa_Miss",	"Numa_Foreign",
	"Interleave_Hit", "Local_Node", "Other_Node",
};

/* Some of these only older kernels know. */
static const char *const memory_keys[] = {
	"MemTotal",
	"MemFree",
	"MemUsed",
	"HighTotal",
	"HighFree",
	"LowTotal",
	"LowFree",
	"Active",
	"Inactive",
	"Active(anon)",
	"Inactive(anon)",
	"Active(file)",
	"Inactive(file)",
	"Unevictable",
	"Mlocked",
	"Dirty",
	"Writeback",
	"FilePages",
	"Mapped",
	"AnonPages",
	"Shmem",
	"KernelStack",
	"PageTables",
	"NFS_Unstable",
	"Bounce",
	"WritebackTmp",
	"Slab",
	"SReclaimable",
	"SUnreclaim",
	"AnonHugePages",
	"ShmemHugePages",
	"ShmemPmdMapped",
	"HugePages_Total",
	"HugePages_Free",
	"HugePages_Surp",
	"KReclaimable",
	NULL,
};

/* Bytes; 0 where the kernel has no huge pages of hugetlbfs. */
static double huge_page_size(void)
{
	char *text = file_read("/proc/meminfo");
	const char *found = text ? strstr(text, "\nHugepagesize:") : NULL;
	double size = 0;

	if (found)
		size = strtod(found + strlen("\nHugepagesize:"), NULL) * 1024;
	free(text);
	return size;
}

/* What one of a number stands for: bytes. */
static double unit_of(const char *key, const char *unit)
{
	if (unit && !strcmp(unit, "kB"))
		return 1024;
	if (!strncmp(key, "HugePages", 9))
		return huge_page_size();
	return sysconf(_SC_PAGESIZE);
}

static int find_key(const struct fields *fields, const char *key)
{
	for (int i = 0; fields->key[i]; i++)
		if (!strcmp(fields->key[i], key))
			return i;
	return -1;
}

/* "numa_hit 123" or "Node 0 MemFree:   123 kB". */
static void add_line(const struct numastat *asked, const struct fields *fields,
		     struct numastat_table *table, size_t node, char *line)
{
	static const char blanks[] = " \t:";
	char *rest, *key = strtok_r(line, blanks, &rest), *number;
	double value;
	int row;

	if (key && !strcmp(key, "Node")) {
		strtok_r(NULL, blanks, &rest);
		key = strtok_r(NULL, blanks, &rest);
	}
	number = key ? strtok_r(NULL, blanks, &rest) : NULL;
	if (!number)
		return;
	row = find_key(fields, key);
	if (row < 0) {
		/* As numastat tells of what kernels after its time count. */
		printf("Token %s not in hash table.\n", key);
		return;
	}
	value = strtod(number, NULL);
	if (!asked->plain)
		value *= unit_of(key, strtok_r(NULL, blanks, &rest)) / MIB;
	numastat_table_add(table, row, node, value);
}

static int add_node(const struct numastat *asked, const struct fields *fields,
		    struct numastat_table *table, size_t node)
{
	char path[64], *text, *rest, *line;

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%u/%s",
		 asked->topology.node[node].id, fields->file);
	text = file_read(path);
	if (!text) {
		pr_notice("cannot read %s: %s", path, strerror(errno));
		return EXIT_FAILED;
	}
	rest = text;
	while ((line = strsep(&rest, "\n")))
		add_line(asked, fields, table, node, line);
	free(text);
	return EXIT_DONE;
}

static int show(const struct numastat *asked, const struct fields *fields)
{
	struct numastat_table table;
	int code = EXIT_DONE;
	size_t rows = 0;

	while (fields->key[rows])
		rows++;
	if (numastat_table(asked, rows, &table))
		code = EXIT_FAILED;
	for (size_t i = 0; !code && i < rows; i++)
		snprintf(table.row[i].label, sizeof(table.row[i].label), "%s",
			 asked->plain ? fields->key[i] : fields->label[i]);
	for (size_t i = 0; !code && i < asked->topology.count; i++)
		code = add_node(asked, fields, &table, i);
	if (!code)
		numastat_show(asked, rows, &table);
	numastat_table_free(&table);
	return code;
}

int numastat_counters(const struct numastat *asked)
{
	static const struct fields fields = {
		.file = "numastat",
		.key = counter_keys,
		.label = counter_labels,
	};

	if (!asked->plain)
		puts("\nPer-node numastat info (in MBs):");
	return show(asked, &fields);
}

int numastat_meminfo(const struct numastat *asked)
{
	static const struct fields fields = {
		.file = "meminfo",
		.key = memory_keys,
		.label = memory_keys,
	};

	puts("\nPer-node system memory usage (in MBs):");
	return show(asked, &fields);
}
