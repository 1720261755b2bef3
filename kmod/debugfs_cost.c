// SPDX-License-Identifier: GPL-2.0
#include "debugfs_views.h"
#include "config.h"
#include "cost.h"
#include "moves.h"

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/string_helpers.h>

static void show_reasons(struct seq_file *m, const struct nt_snapshot *snap)
{
	const struct nt_reason_count *count;
	int reason;

	if (!nt_reason_counted()) {
		seq_printf(m, "not measured: %s\n",
			   snap->hooks[NT_HOOK_MIGRATION].info.reason);
		return;
	}
	seq_printf(m, "%-20s %20s %20s %20s\n", "reason", "calls",
		   "migrated_pages", "failed_pages");
	for (reason = 0; reason < NT_NR_REASONS; reason++) {
		count = &snap->reasons[reason];
		if (nt_reason_exists(reason))
			seq_printf(m, "%-20s %20llu %20llu %20llu\n",
				   nt_reason_name(reason), count->calls,
				   count->migrated, count->failed);
	}
	seq_printf(m, "%-20s %20s %20s %20llu\n", "missed", "-", "-",
		   snap->failures.missed);
	for (reason = 0; reason < NT_NR_REASONS; reason++) {
		if (!nt_reason_exists(reason))
			continue;
		seq_printf(m, "\n%s\n", nt_reason_name(reason));
		nt_show_matrix(m, snap, snap->reason_cells[reason],
			       "pages from\\to", true);
	}
}

static int migration_reasons_show(struct seq_file *m, void *unused)
{
	return nt_show_snapshot(m, NT_CELLS, show_reasons);
}
DEFINE_SHOW_ATTRIBUTE(migration_reasons);

static void show_bounce(struct seq_file *m, const struct nt_snapshot *snap)
{
	const struct nt_cell *cells = snap->cells[NUMATRACE_MATRIX_KIND_BOUNCE];

	if (!nt_knob(NUMATRACE_A_CONFIG_BOUNCE_WINDOW_MS)) {
		seq_puts(m, "not measured: bounce_window_ms is 0\n");
		return;
	}
	if (!nt_snapshot_has(NUMATRACE_MATRIX_KIND_BOUNCE)) {
		seq_printf(m, "not measured: %s\n",
			   snap->hooks[NT_HOOK_MIGRATION].info.reason);
		return;
	}
	nt_show_matrix(m, snap, cells, "folios from\\to", false);
	seq_putc(m, '\n');
	nt_show_matrix(m, snap, cells, "pages from\\to", true);
}

static int bounce_show(struct seq_file *m, void *unused)
{
	return nt_show_snapshot(m, NT_CELLS, show_bounce);
}
DEFINE_SHOW_ATTRIBUTE(bounce);

static const struct {
	enum numatrace_matrix_kind kind;
	const char *corner;
} task_matrices[] = {
	{ NUMATRACE_MATRIX_KIND_TASK_MOVE, "moved from\\to" },
	{ NUMATRACE_MATRIX_KIND_TASK_SWAP, "swapped from\\to" },
	{ NUMATRACE_MATRIX_KIND_TASK_STICK, "stuck from\\to" },
};

static void show_tasks(struct seq_file *m, const struct nt_snapshot *snap)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(task_matrices); i++) {
		if (i)
			seq_putc(m, '\n');
		if (nt_snapshot_has(task_matrices[i].kind))
			nt_show_matrix(m, snap,
				       snap->cells[task_matrices[i].kind],
				       task_matrices[i].corner, false);
		else
			seq_printf(m,
				   "%s: not measured: no such tracepoint, or it could not be attached\n",
				   task_matrices[i].corner);
	}
}

static int tasks_show(struct seq_file *m, void *unused)
{
	return nt_show_snapshot(m, NT_CELLS, show_tasks);
}
DEFINE_SHOW_ATTRIBUTE(tasks);

static int skips_show(struct seq_file *m, void *unused)
{
	int error = nt_skips_error();
	struct nt_skip skip;
	unsigned int i;

	if (error == -ENOENT) {
		seq_puts(m,
			 "not measured: this kernel has no tracepoint sched_skip_vma_numa (Linux 6.6 has it)\n");
		return 0;
	}
	if (error) {
		seq_printf(m,
			   "not measured: attaching to sched_skip_vma_numa failed, error %d\n",
			   -error);
		return 0;
	}
	for (i = 0; nt_skip_read(i, &skip); i++)
		seq_printf(m, "%-20s %20llu\n", skip.name, skip.count);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(skips);

static const char *const kind_names[NT_NR_COSTS] = {
	[NUMATRACE_COST_KIND_FAULT] = "fault",
	[NUMATRACE_COST_KIND_SCAN] = "scan",
	[NUMATRACE_COST_KIND_MIGRATION] = "migration",
};

static void show_sum(struct seq_file *m, const char *name, const char *where,
		     const struct nt_cost_sum *sum)
{
	int i;

	seq_printf(m, "%-10s %-10s %14llu %20llu", name, where, sum->count,
		   sum->time);
	for (i = 0; i < NT_BUCKETS; i++)
		if (sum->buckets[i])
			seq_printf(m, " 2^%d:%llu", i, sum->buckets[i]);
	seq_putc(m, '\n');
}

static void show_cells(struct seq_file *m, enum numatrace_cost_kind kind,
		       struct nt_cost_sum *all)
{
	unsigned int column, columns = nt_cost_columns(kind);
	struct nt_cost_sum sum;
	char where[24];
	int row;

	for_each_node(row)
		for (column = 0; column < columns; column++) {
			nt_cost_read_cell(kind, row, column, &sum);
			if (!sum.count)
				continue;
			nt_cost_add_sum(all, &sum);
			if (columns > 1)
				scnprintf(where, sizeof(where), "%d>%u", row,
					  column);
			else
				scnprintf(where, sizeof(where), "%d", row);
			show_sum(m, kind_names[kind], where, &sum);
		}
}

static void show_longest(struct seq_file *m, const char *name,
			 const struct nt_cost_longest *longest)
{
	if (!longest->taken)
		return;
	seq_printf(m, "%-10s %-10s %14s %20llu end %llu pid %d ", name,
		   "longest", "", longest->taken, longest->end, longest->pid);
	seq_escape_str(m, longest->comm,
		       ESCAPE_SPACE | ESCAPE_OCTAL | ESCAPE_NP, NULL);
	seq_putc(m, '\n');
}

static void show_kind(struct seq_file *m, enum numatrace_cost_kind i,
		      const struct nt_cost_kind *kind)
{
	struct nt_cost_sum all = kind->nowhere;

	if (kind->unmeasured) {
		seq_printf(m, "%-10s not measured: %s\n", kind_names[i],
			   kind->unmeasured);
		return;
	}
	show_cells(m, i, &all);
	show_sum(m, kind_names[i], "all", &all);
	show_longest(m, kind_names[i], &kind->longest);
	seq_printf(m, "%-10s %-10s %14llu\n", kind_names[i], "lost",
		   kind->lost);
}

static int cost_show(struct seq_file *m, void *unused)
{
	struct nt_cost_kind kind;
	int i;

	if (!nt_cost_counted()) {
		seq_puts(m, "not measured: set measure_cost to 1\n");
		return 0;
	}
	for (i = 0; i < NT_NR_COSTS; i++) {
		nt_cost_read(i, &nt_viewer_root, &kind);
		if (!i)
			seq_printf(m,
				   "measured_time_ns %llu\n\n%-10s %-10s %14s %20s %s\n",
				   kind.measured_time, "kind", "nodes", "count",
				   "time_ns", "histogram_ns");
		show_kind(m, i, &kind);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(cost);

void nt_debugfs_cost_init(struct dentry *root)
{
	debugfs_create_file("migration_reasons", 0444, root, NULL,
			    &migration_reasons_fops);
	debugfs_create_file("bounce", 0444, root, NULL, &bounce_fops);
	debugfs_create_file("tasks", 0444, root, NULL, &tasks_fops);
	debugfs_create_file("skips", 0444, root, NULL, &skips_fops);
	/* Names a process. */
	debugfs_create_file("cost", 0400, root, NULL, &cost_fops);
}
