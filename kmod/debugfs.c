// SPDX-License-Identifier: GPL-2.0
#include "debugfs.h"
#include "debugfs_views.h"
#include "config.h"
#include "listing.h"
#include "snapshot.h"
#include "task.h"

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/nodemask.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/string_helpers.h>
#include <linux/uaccess.h>

static struct dentry *root;

static const char *const state_names[] = {
	[NUMATRACE_HOOK_STATE_OFF] = "off",
	[NUMATRACE_HOOK_STATE_FTRACE] = "ftrace",
	[NUMATRACE_HOOK_STATE_KPROBE] = "kprobe",
	[NUMATRACE_HOOK_STATE_UNAVAILABLE] = "unavailable",
};

int nt_show_snapshot(struct seq_file *m, enum nt_depth depth,
		     void (*show)(struct seq_file *m,
				  const struct nt_snapshot *snap))
{
	struct nt_snapshot *snap = nt_snapshot_take(depth);

	if (!snap)
		return -ENOMEM;
	show(m, snap);
	nt_snapshot_free(snap);
	return 0;
}

static void show_uncounted(struct seq_file *m)
{
	const struct nt_uncounted *uncounted;
	unsigned int i;

	for (i = 0; (uncounted = nt_vmstat_uncounted(i)); i++)
		seq_printf(m, "uncounted       %s: %s\n", uncounted->name,
			   uncounted->reason);
}

static void show_info(struct seq_file *m, const struct nt_snapshot *snap)
{
	nodemask_t gone;

	nodes_andnot(gone, snap->known, snap->online);
	seq_printf(m, "version         %s\n", NUMATRACE_VERSION);
	seq_printf(m, "interface       %u\n", NUMATRACE_INTERFACE_VERSION);
	seq_printf(m, "timestamp_ns    %llu\n", snap->timestamp);
	seq_printf(m, "start_time_ns   %llu\n", snap->start_time);
	seq_printf(m, "generation      %u\n", snap->generation);
	seq_printf(m, "page_size       %lu\n", PAGE_SIZE);
	seq_printf(m, "nodes_possible  %*pbl\n",
		   nodemask_pr_args(&snap->possible));
	seq_printf(m, "nodes_online    %*pbl\n",
		   nodemask_pr_args(&snap->online));
	seq_printf(m, "nodes_memory    %*pbl\n",
		   nodemask_pr_args(&snap->memory));
	seq_printf(m, "nodes_cpu       %*pbl\n", nodemask_pr_args(&snap->cpu));
	seq_printf(m, "nodes_gone      %*pbl\n", nodemask_pr_args(&gone));
	seq_printf(m, "cpus_possible   %u\n", snap->cpus_possible);
	seq_printf(m, "cpus_online     %u\n", snap->cpus_online);
	seq_printf(m, "memory          %llu\n", snap->footprint);
	seq_printf(m, "sample_interval %u\n", snap->sample_interval);
	seq_printf(m, "samples         %u\n", snap->samples);
	seq_printf(m, "last_sequence   %llu\n", snap->last_sequence);
	show_uncounted(m);
}

static void show_hooks(struct seq_file *m, const struct nt_snapshot *snap)
{
	int i;

	seq_printf(m, "%-10s %-20s %-12s %20s %20s %s\n", "hook", "function",
		   "state", "events", "missed", "reason");
	for (i = 0; i < NT_NR_HOOKS; i++) {
		const struct nt_hook_count *hook = &snap->hooks[i];

		seq_printf(m, "%-10s %-20s %-12s %20llu %20llu %s\n",
			   hook->info.name, hook->info.function,
			   state_names[hook->info.state], hook->tally.events,
			   hook->tally.missed,
			   hook->info.reason[0] ? hook->info.reason : "-");
	}
}

static const struct {
	const char *name;
	unsigned int attr;
} node_lines[] = {
	{ "mem_total", NUMATRACE_A_NODE_MEM_TOTAL },
	{ "mem_free", NUMATRACE_A_NODE_MEM_FREE },
	{ "mem_file", NUMATRACE_A_NODE_MEM_FILE },
	{ "mem_anon", NUMATRACE_A_NODE_MEM_ANON },
	{ "faults", NUMATRACE_A_NODE_FAULTS },
	{ "major_faults", NUMATRACE_A_NODE_MAJOR_FAULTS },
	{ "hint_faults", NUMATRACE_A_NODE_HINT_FAULTS },
	{ "hint_faults_local", NUMATRACE_A_NODE_HINT_FAULTS_LOCAL },
	{ "pte_updates", NUMATRACE_A_NODE_PTE_UPDATES },
	{ "huge_pte_updates", NUMATRACE_A_NODE_HUGE_PTE_UPDATES },
	{ "numa_pages_migrated", NUMATRACE_A_NODE_NUMA_PAGES_MIGRATED },
	{ "migrate_success", NUMATRACE_A_NODE_MIGRATE_SUCCESS },
	{ "migrate_fail", NUMATRACE_A_NODE_MIGRATE_FAIL },
	{ "thp_migrate_success", NUMATRACE_A_NODE_THP_MIGRATE_SUCCESS },
	{ "thp_migrate_fail", NUMATRACE_A_NODE_THP_MIGRATE_FAIL },
	{ "thp_migrate_split", NUMATRACE_A_NODE_THP_MIGRATE_SPLIT },
	{ "promoted", NUMATRACE_A_NODE_PROMOTED },
	{ "demoted", NUMATRACE_A_NODE_DEMOTED },
	{ "alloc_hit", NUMATRACE_A_NODE_ALLOC_HIT },
	{ "alloc_miss", NUMATRACE_A_NODE_ALLOC_MISS },
	{ "alloc_foreign", NUMATRACE_A_NODE_ALLOC_FOREIGN },
	{ "alloc_interleave_hit", NUMATRACE_A_NODE_ALLOC_INTERLEAVE_HIT },
	{ "alloc_local_node", NUMATRACE_A_NODE_ALLOC_LOCAL_NODE },
	{ "alloc_other_node", NUMATRACE_A_NODE_ALLOC_OTHER_NODE },
	{ "cpu_time", NUMATRACE_A_NODE_CPU_TIME },
};

static void show_node_header(struct seq_file *m, const char *corner,
			     const nodemask_t *nodes)
{
	int nid;

	seq_printf(m, "%-20s", corner);
	for_each_node_mask(nid, *nodes)
		seq_printf(m, " %15s%-5d", "node", nid);
	seq_putc(m, '\n');
}

static void show_nodes(struct seq_file *m, const struct nt_snapshot *snap)
{
	int i, nid;

	show_node_header(m, "", &snap->known);
	for (i = 0; i < ARRAY_SIZE(node_lines); i++) {
		if (!nt_vmstat_counts(node_lines[i].attr))
			continue;
		seq_printf(m, "%-20s", node_lines[i].name);
		for_each_node_mask(nid, snap->known)
			seq_printf(m, " %20llu",
				   snap->nodes[nid].value[node_lines[i].attr]);
		seq_putc(m, '\n');
	}
}

void nt_show_matrix(struct seq_file *m, const struct nt_snapshot *snap,
		    const struct nt_cell *cells, const char *corner,
		    bool in_pages)
{
	const struct nt_cell *cell;
	int column, row;

	show_node_header(m, corner, &snap->known);
	for_each_node_mask(row, snap->known) {
		seq_printf(m, "node%-16d", row);
		for_each_node_mask(column, snap->known) {
			cell = &cells[row * nr_node_ids + column];
			seq_printf(m, " %20llu",
				   in_pages ? cell->pages : cell->events);
		}
		seq_putc(m, '\n');
	}
}

static void show_both(struct seq_file *m, const struct nt_snapshot *snap,
		      enum numatrace_matrix_kind kind, const char *events,
		      const char *pages)
{
	const struct nt_hook_info *hook = &snap->hooks[kind].info;

	if (!hook->attached_once) {
		seq_printf(m, "not measured: %s\n", hook->reason);
		return;
	}
	nt_show_matrix(m, snap, snap->cells[kind], events, false);
	seq_putc(m, '\n');
	nt_show_matrix(m, snap, snap->cells[kind], pages, true);
}

static void show_access(struct seq_file *m, const struct nt_snapshot *snap)
{
	show_both(m, snap, NUMATRACE_MATRIX_KIND_ACCESS, "faults cpu\\memory",
		  "pages cpu\\memory");
}

static void show_migration(struct seq_file *m, const struct nt_snapshot *snap)
{
	show_both(m, snap, NUMATRACE_MATRIX_KIND_MIGRATION, "folios from\\to",
		  "pages from\\to");
}

static int info_show(struct seq_file *m, void *unused)
{
	return nt_show_snapshot(m, NT_TALLIES, show_info);
}
DEFINE_SHOW_ATTRIBUTE(info);

static int nodes_show(struct seq_file *m, void *unused)
{
	return nt_show_snapshot(m, NT_NODES, show_nodes);
}
DEFINE_SHOW_ATTRIBUTE(nodes);

static int access_show(struct seq_file *m, void *unused)
{
	return nt_show_snapshot(m, NT_CELLS, show_access);
}
DEFINE_SHOW_ATTRIBUTE(access);

static int migration_show(struct seq_file *m, void *unused)
{
	return nt_show_snapshot(m, NT_CELLS, show_migration);
}
DEFINE_SHOW_ATTRIBUTE(migration);

static int hooks_show(struct seq_file *m, void *unused)
{
	return nt_show_snapshot(m, NT_TALLIES, show_hooks);
}

static int hooks_open(struct inode *inode, struct file *file)
{
	return single_open(file, hooks_show, inode->i_private);
}

/*
 * Copies what was written as a text of less than @size bytes. What is behind a
 * zero byte would be lost without a word: it is refused.
 */
static int copy_text(char *text, size_t size, const char __user *buf,
		     size_t count)
{
	if (count >= size)
		return -EINVAL;
	if (copy_from_user(text, buf, count))
		return -EFAULT;
	text[count] = '\0';
	return strlen(text) == count ? 0 : -EINVAL;
}

/* Takes "NAME on" or "NAME off". */
static ssize_t hooks_write(struct file *file, const char __user *buf,
			   size_t count, loff_t *ppos)
{
	char text[48], *name, *state;
	bool on;
	int ret;

	ret = copy_text(text, sizeof(text), buf, count);
	if (ret)
		return ret;
	state = strim(text);
	name = strsep(&state, " ");
	if (!state)
		return -EINVAL;
	state = skip_spaces(state);
	on = !strcmp(state, "on");
	if (!on && strcmp(state, "off"))
		return -EINVAL;
	ret = nt_hook_switch(name, on);
	return ret ?: count;
}

static const struct file_operations hooks_fops = {
	.owner = THIS_MODULE,
	.open = hooks_open,
	.read = seq_read,
	.write = hooks_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static const char *const row_names[] = {
	[NUMATRACE_ROW_KIND_CURRENT] = "current",
	[NUMATRACE_ROW_KIND_ENDED] = "ended",
	[NUMATRACE_ROW_KIND_ENDED_TOTAL] = "ended-total",
	[NUMATRACE_ROW_KIND_UNLISTED] = "unlisted",
	[NUMATRACE_ROW_KIND_UNATTRIBUTED] = "unattributed",
};

static void show_usage_header(struct seq_file *m)
{
	seq_printf(m, "%-12s %14s %14s %14s %14s %14s %14s", "kind",
		   "local_faults", "remote_faults", "local_pages",
		   "remote_pages", "migrated", "failed");
}

static void show_usage(struct seq_file *m, const struct nt_moment *moment,
		       const struct nt_record *record)
{
	seq_printf(m, "%-12s %14llu %14llu %14llu %14llu",
		   row_names[record->kind], record->local.events,
		   record->remote.events, record->local.pages,
		   record->remote.pages);
	if (moment->outcomes)
		seq_printf(m, " %14llu %14llu", record->outcome.migrated,
			   record->outcome.failed);
	else
		seq_printf(m, " %14s %14s", "-", "-");
}

/* Others choose names, and may put anything into them. */
static void show_name(struct seq_file *m, const char *name)
{
	seq_escape_str(m, name, ESCAPE_SPACE | ESCAPE_OCTAL | ESCAPE_NP, NULL);
	seq_putc(m, '\n');
}

static void show_process(struct seq_file *m, const struct nt_record *record)
{
	if (!record->pid) {
		seq_printf(m, " %8s %6s %s\n", "-", "-", "-");
		return;
	}
	seq_printf(m, " %8d %6u ", record->pid,
		   from_kuid(&init_user_ns, record->owner.uid));
	show_name(m, record->owner.comm);
}

static void show_cgroup(struct seq_file *m, const struct nt_record *record)
{
	if (record->id)
		seq_printf(m, " %8llu ", record->id);
	else
		seq_printf(m, " %8s ", "-");
	show_name(m, record->path ?: "-");
}

static int show_rows(struct seq_file *m, struct nt_listing *listing,
		     struct nt_record *record,
		     void (*show)(struct seq_file *m,
				  const struct nt_record *record))
{
	const struct nt_filter filter = { 0 };
	int ret;

	for (;;) {
		ret = nt_listing_next(listing, &nt_viewer_root, &filter,
				      record);
		if (ret <= 0)
			return ret;
		show_usage(m, nt_listing_moment(listing), record);
		show(m, record);
		nt_listing_advance(listing, record);
	}
}

static int show_ledger(struct seq_file *m, struct nt_ledger *ledger,
		       void (*show)(struct seq_file *m,
				    const struct nt_record *record))
{
	struct nt_listing *listing = nt_listing_begin(ledger);
	struct nt_record *record = nt_record_alloc();
	int ret = -ENOMEM;

	if (listing && record)
		ret = show_rows(m, listing, record, show);
	nt_record_free(record);
	nt_listing_end(listing);
	return ret;
}

static int processes_show(struct seq_file *m, void *unused)
{
	show_usage_header(m);
	seq_printf(m, " %8s %6s %s\n", "pid", "uid", "comm");
	return show_ledger(m, &nt_processes, show_process);
}
DEFINE_SHOW_ATTRIBUTE(processes);

static int cgroups_show(struct seq_file *m, void *unused)
{
	show_usage_header(m);
	seq_printf(m, " %8s %s\n", "id", "path");
	return show_ledger(m, &nt_cgroups, show_cgroup);
}
DEFINE_SHOW_ATTRIBUTE(cgroups);

/* The file's data is the number of the setting. */
static unsigned long setting_of(const struct file *file)
{
	return (unsigned long)file_inode(file)->i_private;
}

static ssize_t setting_read(struct file *file, char __user *buf, size_t count,
			    loff_t *ppos)
{
	struct nt_config config;
	char text[24];
	int len;

	nt_config_get(&config);
	len = scnprintf(text, sizeof(text), "%llu\n",
			config.value[setting_of(file)]);
	return simple_read_from_buffer(buf, count, ppos, text, len);
}

static ssize_t setting_write(struct file *file, const char __user *buf,
			     size_t count, loff_t *ppos)
{
	unsigned long i = setting_of(file);
	struct nt_config config = { 0 };
	unsigned int wrong;
	char text[24];
	int ret;

	ret = copy_text(text, sizeof(text), buf, count) ?:
		kstrtoull(text, 0, &config.value[i]) ?:
		nt_config_set(&config, BIT(i), &wrong);
	return ret ?: count;
}

static const struct file_operations setting_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = setting_read,
	.write = setting_write,
	.llseek = default_llseek,
};

void nt_debugfs_init(void)
{
	unsigned long i;

	root = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("info", 0444, root, NULL, &info_fops);
	debugfs_create_file("nodes", 0444, root, NULL, &nodes_fops);
	debugfs_create_file("access", 0444, root, NULL, &access_fops);
	debugfs_create_file("migration", 0444, root, NULL, &migration_fops);
	nt_debugfs_cost_init(root);
	debugfs_create_file("history", 0444, root, NULL, &nt_history_fops);
	debugfs_create_file("findings", 0444, root, NULL, &nt_findings_fops);
	debugfs_create_file("hooks", 0644, root, NULL, &hooks_fops);
	debugfs_create_file("processes", 0400, root, NULL, &processes_fops);
	debugfs_create_file("cgroups", 0400, root, NULL, &cgroups_fops);
	for (i = 1; i <= NUMATRACE_A_CONFIG_MAX; i++)
		debugfs_create_file(nt_settings[i].name, 0644, root, (void *)i,
				    &setting_fops);
}

void nt_debugfs_exit(void)
{
	debugfs_remove(root);
}
