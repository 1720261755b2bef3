// SPDX-License-Identifier: GPL-2.0
#include "debugfs.h"
#include "detect.h"

#include <linux/fs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

static const char *const kind_names[NT_NR_FINDING_KINDS] = {
	[NUMATRACE_FINDING_KIND_MEMORY_IMBALANCE] = "memory_imbalance",
	[NUMATRACE_FINDING_KIND_CPU_IMBALANCE] = "cpu_imbalance",
	[NUMATRACE_FINDING_KIND_LOW_LOCALITY] = "low_locality",
	[NUMATRACE_FINDING_KIND_MIGRATION_FAILURES] = "migration_failures",
	[NUMATRACE_FINDING_KIND_PING_PONG] = "ping_pong",
	[NUMATRACE_FINDING_KIND_FIRST_TOUCH] = "first_touch",
	[NUMATRACE_FINDING_KIND_NODE_FULL] = "node_full",
	[NUMATRACE_FINDING_KIND_ALLOCATION_MISSES] = "allocation_misses",
};

static void show_share(struct seq_file *m, u64 share)
{
	seq_printf(m, " %7llu.%02llu%%", share / 100, share % 100);
}

static void show_node(struct seq_file *m, int nid)
{
	if (nid == NUMA_NO_NODE)
		seq_printf(m, " %5s", "-");
	else
		seq_printf(m, " %5d", nid);
}

static void show_finding(struct seq_file *m, const struct nt_finding *finding)
{
	const struct nt_evidence *evidence = &finding->evidence;

	seq_printf(m, "%-18s %-8s", kind_names[finding->kind],
		   finding->severity == NUMATRACE_FINDING_SEVERITY_WARNING
			   ? "warning"
			   : "notice");
	show_node(m, evidence->node);
	show_node(m, evidence->other);
	show_share(m, evidence->value);
	show_share(m, finding->threshold);
	if (evidence->events)
		seq_printf(m, " %20llu", evidence->events);
	else
		seq_printf(m, " %20s", "-");
	seq_printf(m, " %20llu %20llu\n", finding->since, finding->timestamp);
}

static void show_judged(struct seq_file *m)
{
	unsigned int kind;
	u64 judged_at;
	u32 judged;

	nt_findings_judged(&judged, &judged_at);
	if (!judged_at) {
		seq_puts(m, "nothing was judged yet\n");
		return;
	}
	seq_printf(m, "judged_at_ns %llu\nnot_judged  ", judged_at);
	for (kind = 0; kind < NT_NR_FINDING_KINDS; kind++)
		if (!(judged & BIT(kind)))
			seq_printf(m, " %s", kind_names[kind]);
	seq_putc(m, '\n');
}

static int nt_findings_show(struct seq_file *m, void *unused)
{
	struct nt_finding finding;
	unsigned int slot = 0;

	show_judged(m);
	seq_printf(m, "%-18s %-8s %5s %5s %11s %11s %20s %20s %20s\n",
		   "finding", "severity", "node", "other", "value", "threshold",
		   "events", "since_ns", "timestamp_ns");
	while (nt_finding_next(&slot, &finding))
		show_finding(m, &finding);
	return 0;
}

static int nt_findings_open(struct inode *inode, struct file *file)
{
	return single_open(file, nt_findings_show, inode->i_private);
}

const struct file_operations nt_findings_fops = {
	.owner = THIS_MODULE,
	.open = nt_findings_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};
